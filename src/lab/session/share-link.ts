/**
 * A session in a link: config and log of every run, which are enough to make it again. The JSON of a session file
 * without histories and checkpoints, deflated, in base64 with characters that a URL may hold: `#lab=…`.
 */
import { datasetNames } from '../../config/index.js';
import { badValue, InputError } from '../../errors.js';
import { printValue } from '../../policy/index.js';
import { fromBase64, toBase64 } from './packed.js';
import type { Session, SessionRun } from './session-file.js';
import { formatSession, ownData, parseJson, readSession } from './session-file.js';

/** The most characters of a link; chats and browsers cut longer ones. */
export const longestLink = 32_000;

/** The most bytes of its JSON; a few kilobytes of deflated zeros could hold a million times more. */
const longestText = 4_000_000;

const code = 'share-link';
const prefix = 'lab=';

/**
 * The hash of a link to a session, `#` included.
 *
 * @throws InputError `session-own-data` for a data set or a model that the page provides, `share-link` for a log that is
 * too long for a link
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

/**
 * A link to a session, on the page at `base`.
 *
 * @throws InputError `config-value` for a base that is not an address, or as {@link encodeLink} does
 */
export async function linkTo(session: Session, base: string): Promise<string> {
  if (!URL.canParse(base)) throw badValue('base', `"${base}"`, 'an address such as "https://example.org/"');
  const url = new URL(base);
  url.hash = await encodeLink(session);
  return url.href;
}

/** Whether the hash of an address holds a session, readable or not. */
export function hasLink(hash: string): boolean {
  return partOf(hash) !== undefined;
}

/**
 * Reads the session in the hash of an address. Its runs have no history: they are made again from step 0.
 *
 * @throws InputError `share-link` for a hash without a session or with a broken one, `session-version` for a session of
 * an unknown version
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

/** The part of a run that a link holds: no history, because a link's runs begin at step 0. */
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

/** Inflates a text; stops as soon as it is longer than a session can be. */
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
    // The rest of a broken stream is ignored.
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
