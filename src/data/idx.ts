// IDX is the format of MNIST's files: a big-endian magic number (type and number of dimensions), one 32-bit length per
// dimension, then the bytes.
import { InputError } from '../errors.js';

/** The images of an IDX file. */
export interface IdxImages {
  count: number;
  height: number;
  width: number;
  /** `count * height * width` bytes, a view of the file. */
  pixels: Uint8Array;
}

/** The labels of an IDX file. */
export interface IdxLabels {
  count: number;
  /** One byte for each label, a view of the file. */
  labels: Uint8Array;
}

const imagesMagic = 2051;
const labelsMagic = 2049;
const magics = { images: imagesMagic, labels: labelsMagic } as const;

/** The content of an uncompressed IDX file by its magic number; undefined for anything else. */
export function idxKind(bytes: Uint8Array): 'images' | 'labels' | undefined {
  if (bytes.length < 4) return undefined;
  const magic = wordAt(bytes, 0);
  return magic === imagesMagic ? 'images' : magic === labelsMagic ? 'labels' : undefined;
}

/** The most bytes of a file that is decompressed: some 340,000 images of MNIST's size. */
const longestContent = 2 ** 28;

/**
 * The length of an IDX file by its first 16 bytes.
 *
 * @param name the file's name in an error's message.
 * @throws InputError `idx-magic`; `idx-large` if it is more than can be decompressed.
 */
export function idxLength(start: Uint8Array, name = 'The file'): number {
  const kind = idxKind(start);
  if (!kind) throw wrongMagic(start, ['images', 'labels'], name);
  const { header, lengths } = headerOf(start, kind === 'images' ? 3 : 1);
  const length = lengths.reduce((product, each) => product * each, 1) + header;
  if (length <= longestContent) return length;
  throw new InputError({
    code: 'idx-large',
    message: `${name} declares ${length} bytes; accepted: at most ${longestContent}.`,
    received: `${name}: ${length} bytes`,
    accepted: `≤ ${longestContent} bytes`,
  });
}

/**
 * Reads an uncompressed IDX image file (magic number 2051).
 *
 * @param name the file's name in an error's message.
 * @throws InputError `idx-magic`, `idx-truncated`, `idx-extra` (bytes after the last image) or `idx-empty`.
 */
export function parseIdxImages(bytes: Uint8Array, name = 'The image file'): IdxImages {
  checkMagic(bytes, 'images', name);
  const [count, height, width] = dimensions(bytes, 3, name) as [number, number, number];
  return { count, height, width, pixels: bytes.subarray(16) };
}

/**
 * Reads an uncompressed IDX label file (magic number 2049).
 *
 * @param name the file's name in an error's message.
 * @throws InputError `idx-magic`, `idx-truncated`, `idx-extra` (bytes after the last label) or `idx-empty`.
 */
export function parseIdxLabels(bytes: Uint8Array, name = 'The label file'): IdxLabels {
  checkMagic(bytes, 'labels', name);
  const [count] = dimensions(bytes, 1, name) as [number];
  return { count, labels: bytes.subarray(8) };
}

/** The error for a file that is not the expected IDX file; `kinds` are the accepted ones. */
export function wrongMagic(
  bytes: Uint8Array,
  kinds: readonly ('images' | 'labels')[],
  name: string,
): InputError {
  const found = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join('');
  const received = found === '' ? 'no bytes' : `0x${found}`;
  const accepted = kinds
    .map((kind) => `0x${magics[kind].toString(16).padStart(8, '0')} (${kind})`)
    .join(' or ');
  return new InputError({
    code: 'idx-magic',
    message: `${name} does not start with the magic number ${accepted}, but with ${received}.`,
    received: `${name}: ${received}`,
    accepted,
  });
}

function checkMagic(bytes: Uint8Array, kind: 'images' | 'labels', name: string): void {
  if (idxKind(bytes) !== kind) throw wrongMagic(bytes, [kind], name);
}

/** The lengths in a file's header, after a check that the file has exactly these lengths. */
function dimensions(bytes: Uint8Array, rank: number, name: string): number[] {
  const header = 4 + 4 * rank;
  if (bytes.length < header)
    throw wrongLength('idx-truncated', `a header of ${header} bytes`, bytes.length, name);
  const { lengths } = headerOf(bytes, rank);
  if (lengths.includes(0)) {
    throw new InputError({
      code: 'idx-empty',
      message: `${name} declares ${lengths.join('×')} bytes: it is empty.`,
      received: `${name}: ${lengths.join('×')}`,
      accepted: 'at least one image',
    });
  }
  const expected = header + lengths.reduce((product, length) => product * length, 1);
  if (bytes.length !== expected) {
    const code = bytes.length < expected ? 'idx-truncated' : 'idx-extra';
    throw wrongLength(
      code,
      `${expected} bytes (${lengths.join('×')} and a header of ${header})`,
      bytes.length,
      name,
    );
  }
  return lengths;
}

const headerOf = (bytes: Uint8Array, rank: number) => ({
  header: 4 + 4 * rank,
  lengths: Array.from({ length: rank }, (_, axis) => wordAt(bytes, 4 + 4 * axis)),
});

function wrongLength(
  code: 'idx-truncated' | 'idx-extra',
  accepted: string,
  received: number,
  name: string,
): InputError {
  const verdict = code === 'idx-truncated' ? 'is truncated' : 'has extra bytes';
  return new InputError({
    code,
    message: `${name} ${verdict}: ${received} bytes where ${accepted} are expected.`,
    received: `${name}: ${received} bytes`,
    accepted,
  });
}

function wordAt(bytes: Uint8Array, offset: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(offset);
}
