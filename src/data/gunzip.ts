import { InputError } from '../errors.js';
import { joined } from './joined.js';

/** Whether the bytes start with gzip's magic number. */
function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** The bytes of the content that are looked at before the rest is read. */
const startLength = 16;

/**
 * The content of a gzip file; other bytes are returned unchanged.
 *
 * @param name the file's name in an error's message.
 * @param lengthOf the length of the content, given its first 16 bytes: reading stops once there is more. A megabyte can
 *   hold a gigabyte. What it throws is thrown.
 * @throws InputError `gzip` if the compressed data is damaged or truncated.
 */
export async function gunzip(
  bytes: Uint8Array,
  name = 'The file',
  lengthOf: (start: Uint8Array) => number = () => Infinity,
): Promise<Uint8Array> {
  if (!isGzip(bytes)) return bytes;
  const content = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new DecompressionStream('gzip'));
  const reader = content.getReader();
  try {
    let start: Uint8Array = new Uint8Array();
    const chunks: Uint8Array[] = [];
    let length = 0;
    let most: number | undefined;
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      chunks.push(part.value);
      length += part.value.length;
      if (start.length < startLength) start = joined([start, part.value.subarray(0, startLength)]);
      if (start.length >= startLength) most ??= lengthOf(start);
      if (most !== undefined && length > most) break;
    }
    return joined(chunks);
  } catch (error) {
    if (error instanceof InputError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError({
      code: 'gzip',
      message: `${name} cannot be decompressed (${bytes.length} bytes): ${reason}`,
      received: name,
      accepted: 'a complete gzip file',
    });
  } finally {
    // What is left of a stream that broke is of no interest.
    await reader.cancel().catch(() => undefined);
  }
}
