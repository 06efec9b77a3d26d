import { InputError } from '../errors.js';

/** Whether the bytes begin as a gzip file does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * The content of a gzip file; bytes that do not begin with gzip's magic number are returned as they are.
 *
 * @param name what the file is called in an error's message.
 * @throws InputError `gzip` where the compressed data is broken or cut short.
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
      accepted: 'a whole gzip file',
    });
  }
}
