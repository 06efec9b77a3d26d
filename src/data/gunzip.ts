import { InputError } from '../errors.js';

/** Whether the bytes start with gzip's magic number. */
function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * The content of a gzip file; other bytes are returned unchanged.
 *
 * @param name the file's name in an error's message.
 * @throws InputError `gzip` if the compressed data is damaged or truncated.
 */
export async function gunzip(bytes: Uint8Array, name = 'The file'): Promise<Uint8Array> {
  if (!isGzip(bytes)) return bytes;
  try {
    const content = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new DecompressionStream('gzip'));
    return new Uint8Array(await new Response(content).arrayBuffer());
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError({
      code: 'gzip',
      message: `${name} cannot be decompressed (${bytes.length} bytes): ${reason}`,
      received: name,
      accepted: 'a complete gzip file',
    });
  }
}
