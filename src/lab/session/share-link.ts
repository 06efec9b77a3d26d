/**
 * A session in a link: config and log of every run, which are enough to make it again. The JSON of a session file
 * without histories and checkpoints, deflated, in the letters of base64 that an address may hold: `#lab=…`.
 */
import { datasetNames } from '../../config/index.js';
import { InputError } from '../../errors.js';
import { printValue } from '../../policy/index.js';
import { fromBase64, toBase64 } from './packed.js';
import type { Session, SessionRun } from './session-file.js';
import { formatSession, ownData, parseJson, readSession } from './session-file.js';

/** The characters of the longest link; what is longer, chats and browsers cut. */
export const longestLink = 32_000;

/** The bytes of the longest JSON; a few kilobytes of deflated zeros could say a million times more. */
const longestText = 4_000_000;

const code = 'share-link';
const prefix = 'lab=';

/**
 * The hash of a link to a session, `#` included.
 *
 * @throws InputError `session-own-data` for a data set or a model of the page's own, `share-link` where the log is too
 * long for any link
 */
export async function encodeLink({ runs }: Session): Promise<string> {
  for (const { id, config } of runs)
    if (typeof config.dataset === 'object') throw ownData(id, 'dataset', 'Dataset', datasetNames);
  const text = new TextEncoder().encode(JSON.stringify(formatSession({ runs: runs.map(logOf) })));
  const bytes = await new Response(through(text, new CompressionStream('deflate-raw'))).arrayBuffer();
  const base64 = toBase64(new Uint8Array(bytes));
  const hash = `#${prefix}${base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')}`;
  if (text.length > longestText) throw tooLong(`${text.length} bytes`, `≤ ${longestText} bytes`);
  if (hash.length > longestLink) throw tooLong(`${hash.length} characters`, `≤ ${longestLink} characters`);
  return hash;
}

/** Whether the hash of an address holds a session, readable or not. */
export function hasLink(hash: string): boolean {
  return partOf(hash) !== undefined;
}

/**
 * Reads the session in the hash of an address. Its runs have no history: they are to be made again.
 *
 * @throws InputError `share-link` for a hash without a session or with a broken one, `session-version` for a session of
 * a version that is not known
 */
export async function decodeLink(hash: string): Promise<Session> {
  const part = partOf(hash);
  if (part === undefined) throw broken(printValue(hash), `"#${prefix}…"`);
  if (part.length > longestLink) throw tooLong(`${part.length} characters`, `≤ ${longestLink} characters`);
  const bytes = fromBase64(part.replaceAll('-', '+').replaceAll('_', '/'));
  if (!bytes || bytes.length === 0) throw broken(printValue(part), 'A–Z a–z 0–9 - _');
  const session = readSession(parseJson(await inflate(bytes), code), code);
  return { runs: session.runs.map(logOf) };
}

/** What a link says of a run; a history would be taken for what has been, and a link's runs begin at step 0. */
function logOf({ id, name, parent, config, interventions, planned }: SessionRun): SessionRun {
  return { id, name, parent, config, interventions, planned };
}

function partOf(hash: string): string | undefined {
  return hash
    .replace(/^#/, '')
    .split('&')
    .find((part) => part.startsWith(prefix))
    ?.slice(prefix.length);
}

/** Stops as soon as there is more than a session can be. */
async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  const reader = through(bytes, new DecompressionStream('deflate-raw')).getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      length += next.value.length;
      if (length > longestText) throw tooLong(`> ${longestText} bytes`, `≤ ${longestText} bytes`);
      text += decoder.decode(next.value, { stream: true });
    }
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw broken(error instanceof Error ? error.message : String(error), 'deflate-raw');
  } finally {
    // What is left of a stream that broke is of no interest.
    await reader.cancel().catch(() => undefined);
  }
  return text + decoder.decode();
}

function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new Blob([bytes]).stream().pipeThrough(stream);
}

function broken(received: string, accepted: string): InputError {
  return new InputError({
    code,
    message: `the link is broken: ${received}; accepted: ${accepted}.`,
    path: 'hash',
    received,
    accepted,
  });
}

function tooLong(received: string, accepted: string): InputError {
  return new InputError({
    code,
    message: `the link is too long: ${received}; accepted: ${accepted}.`,
    path: 'hash',
    received,
    accepted,
  });
}
