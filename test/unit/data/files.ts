// Shared by the tests of data: IDX files made by the tests, and the pair kept in golden/.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

/** An IDX image file of `count` images whose pixels count up. */
export function imagesFile(count: number, height = 2, width = 3): Uint8Array {
  const pixels = Uint8Array.from({ length: count * height * width }, (_, index) => index % 256);
  return fileOf([2051, count, height, width], pixels);
}

/** An IDX label file. */
export function labelsFile(labels: readonly number[]): Uint8Array {
  return fileOf([2049, labels.length], Uint8Array.from(labels));
}

export function zipped(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(gzipSync(bytes));
}

/** A file of test/golden/idx. */
export function goldenFile(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`../../golden/idx/${name}`, import.meta.url)));
}

/** An IDX file with this header, in words of 32 bits. */
export function fileOf(header: readonly number[], bytes: Uint8Array): Uint8Array {
  const file = new Uint8Array(4 * header.length + bytes.length);
  const view = new DataView(file.buffer);
  for (const [index, word] of header.entries()) view.setUint32(4 * index, word);
  file.set(bytes, 4 * header.length);
  return file;
}
