// MNIST is fetched only when a reader asks for it. Each file is checked by its SHA-256, and kept afterwards.
import { InputError } from '../errors.js';
import type { Dataset } from './dataset.js';
import { datasetFromIdx } from './dataset-from-idx.js';
import type { NamedFile } from './dataset-from-idx.js';
import { joined } from './joined.js';
import { browserFileStore } from './file-store.js';
import type { FileStore } from './file-store.js';
import type { Progress } from './progress.js';

/** One of MNIST's gzipped IDX files, and its address. */
export interface MnistFile {
  name: string;
  url: string;
  /** The hash of the gzipped file, in lower-case hexadecimal. */
  sha256: string;
  /** Size of the gzipped file in bytes. */
  bytes: number;
}

const mirror = 'https://cdn.jsdelivr.net/gh/fgnt/mnist/';

/** MNIST's four files: training images and labels, test images and labels; 11.6 MB in all. */
export const mnistFiles: readonly MnistFile[] = [
  {
    name: 'train-images-idx3-ubyte.gz',
    url: `${mirror}train-images-idx3-ubyte.gz`,
    sha256: '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609',
    bytes: 9_912_422,
  },
  {
    name: 'train-labels-idx1-ubyte.gz',
    url: `${mirror}train-labels-idx1-ubyte.gz`,
    sha256: '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c',
    bytes: 28_881,
  },
  {
    name: 't10k-images-idx3-ubyte.gz',
    url: `${mirror}t10k-images-idx3-ubyte.gz`,
    sha256: '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6',
    bytes: 1_648_877,
  },
  {
    name: 't10k-labels-idx1-ubyte.gz',
    url: `${mirror}t10k-labels-idx1-ubyte.gz`,
    sha256: 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6',
    bytes: 4_542,
  },
];

/** The sources of MNIST. */
export interface MnistSource {
  /** The files and their hashes; {@link mnistFiles} by default. */
  files?: readonly MnistFile[];
  /** The store of checked files; the browser's IndexedDB by default. */
  store?: FileStore;
}

/** Options for fetching MNIST. */
export interface FetchMnistOptions extends MnistSource {
  /** Called as bytes arrive, over all files together; kept files count as arrived. */
  onProgress?: (progress: Progress) => void;
  signal?: AbortSignal;
  /** The platform's `fetch` by default. */
  fetch?: typeof globalThis.fetch;
}

/**
 * MNIST, 60,000 training and 10,000 validation images: kept files first, the others from the mirror, each checked by its
 * SHA-256 and then kept. If the store fails, the next visit downloads again.
 *
 * @throws InputError `mnist-offline` if a request fails or is interrupted, `mnist-status` if the mirror answers with an
 *   error, `mnist-hash` if a file is not the expected one, `mnist-insecure` if the page has no `crypto.subtle` for the
 *   check; the signal's reason if it aborts.
 */
export async function fetchMnist({
  files = mnistFiles,
  store = browserFileStore(),
  onProgress,
  signal,
  fetch = globalThis.fetch,
}: FetchMnistOptions = {}): Promise<Dataset> {
  signal?.throwIfAborted();
  requireDigest();
  // One file's failure ends the other downloads.
  const failure = new AbortController();
  const either = signal === undefined ? failure.signal : AbortSignal.any([signal, failure.signal]);
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  let loaded = 0;
  const advance = (bytes: number) => {
    loaded += bytes;
    onProgress?.({ loaded: Math.min(loaded, total), total });
  };
  const obtain = async (file: MnistFile): Promise<NamedFile> => {
    const kept = await keptFile(file, store);
    if (kept !== undefined) {
      advance(kept.length);
      return { name: file.name, bytes: kept };
    }
    const bytes = await download(file, fetch, either, advance);
    const hash = await sha256(bytes);
    if (hash !== file.sha256) throw wrongHash(file, hash, bytes.length);
    await keepFile(file, bytes, store);
    return { name: file.name, bytes };
  };
  try {
    return await datasetFromIdx(await Promise.all(files.map(obtain)));
  } catch (error) {
    failure.abort();
    signal?.throwIfAborted();
    throw error;
  }
}

/** MNIST, if all its files are kept from an earlier {@link fetchMnist}; undefined otherwise. No network call. */
export async function cachedMnist({
  files = mnistFiles,
  store = browserFileStore(),
}: MnistSource = {}): Promise<Dataset | undefined> {
  const kept: NamedFile[] = [];
  for (const file of files) {
    const bytes = await keptFile(file, store);
    if (bytes === undefined) return undefined;
    kept.push({ name: file.name, bytes });
  }
  return datasetFromIdx(kept);
}

async function download(
  { name, url }: MnistFile,
  fetch: typeof globalThis.fetch,
  signal: AbortSignal,
  advance: (bytes: number) => void,
): Promise<Uint8Array> {
  let response: Response;
  try {
    response = await fetch(url, { signal, credentials: 'omit' });
  } catch (error) {
    throw unreachable(name, url, error);
  }
  if (!response.ok) {
    throw new InputError({
      code: 'mnist-status',
      message: `The mirror answered ${response.status} for ${url}.`,
      received: `${name}: ${response.status}`,
      accepted: '200',
    });
  }
  const chunks: Uint8Array[] = [];
  try {
    const reader = response.body?.getReader();
    for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
      chunks.push(part.value);
      advance(part.value.length);
    }
  } catch (error) {
    throw unreachable(name, url, error);
  }
  return joined(chunks);
}

function unreachable(name: string, url: string, error: unknown): InputError {
  const reason = error instanceof Error ? error.message : String(error);
  return new InputError({
    code: 'mnist-offline',
    message: `${name} could not be fetched from ${url}: ${reason}`,
    received: `${name}: ${reason}`,
    accepted: 'a connection to the mirror, or the files themselves',
  });
}

function wrongHash(
  { name, sha256: expected, bytes }: MnistFile,
  received: string,
  length: number,
): InputError {
  return new InputError({
    code: 'mnist-hash',
    message: `${name} is not the expected file: SHA-256 ${received} of ${length} bytes, expected ${expected} of ${bytes}.`,
    received: `${name}: ${received}`,
    accepted: expected,
  });
}

function requireDigest(): void {
  // Browsers hide crypto.subtle from pages served neither over https nor from localhost, although its type is not optional.
  if ((globalThis.crypto.subtle as SubtleCrypto | undefined) !== undefined) return;
  throw new InputError({
    code: 'mnist-insecure',
    message: 'MNIST cannot be checked here: SHA-256 needs a page served over https or from localhost.',
    accepted: 'a page served over https or from localhost',
  });
}

async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await globalThis.crypto.subtle.digest('SHA-256', new Uint8Array(bytes));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Keyed by hash, so that another version of a file is never used instead of this one. */
const storeKey = ({ sha256: hash }: MnistFile) => `mnist/${hash}`;

async function keptFile(file: MnistFile, store: FileStore): Promise<Uint8Array | undefined> {
  try {
    const bytes = await store.get(storeKey(file));
    return bytes !== undefined && (await sha256(bytes)) === file.sha256 ? bytes : undefined;
  } catch {
    // A store that cannot be read is an empty one.
    return undefined;
  }
}

async function keepFile(file: MnistFile, bytes: Uint8Array, store: FileStore): Promise<void> {
  try {
    await store.set(storeKey(file), bytes);
  } catch {
    // Storage may be full or forbidden; the reader has the data all the same, and fetches it again next time.
  }
}
