import { createHash } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { cachedMnist, fetchMnist, mnistFiles } from '../../../src/data/index.js';
import type { FileStore, MnistFile, Progress } from '../../../src/data/index.js';
import { refusalOf } from '../expect-refusal.js';
import { imagesFile, labelsFile, zipped } from './files.js';

const contents = new Map(
  Object.entries({
    'train-images-idx3-ubyte.gz': zipped(imagesFile(8)),
    'train-labels-idx1-ubyte.gz': zipped(labelsFile([0, 1, 2, 3, 4, 5, 6, 7])),
    't10k-images-idx3-ubyte.gz': zipped(imagesFile(3)),
    't10k-labels-idx1-ubyte.gz': zipped(labelsFile([7, 8, 9])),
  }),
);
const files: MnistFile[] = Array.from(contents, ([name, bytes]) => ({
  name,
  url: `https://mirror.test/${name}`,
  sha256: createHash('sha256').update(bytes).digest('hex'),
  bytes: bytes.length,
}));
const total = files.reduce((sum, { bytes }) => sum + bytes, 0);

/** A mirror that sends a file in pieces of ten bytes; `serve` may answer instead. */
function mirror(
  serve: (name: string, signal: AbortSignal) => Response | undefined | Promise<Response> = () => undefined,
) {
  return vi.fn(async (input: string | URL | Request, init?: RequestInit) => {
    const name = new URL(input instanceof Request ? input.url : input).pathname.slice(1);
    const answer = await serve(name, init!.signal!);
    return answer ?? inPieces(contents.get(name)!);
  });
}

function inPieces(bytes: Uint8Array, failAt = Infinity): Response {
  let offset = 0;
  return new Response(
    new ReadableStream({
      pull(controller) {
        if (offset >= failAt) controller.error(new TypeError('connection lost'));
        else if (offset >= bytes.length) controller.close();
        else controller.enqueue(bytes.slice(offset, (offset += 10)));
      },
    }),
  );
}

function memoryStore(): FileStore & { kept: Map<string, Uint8Array> } {
  const kept = new Map<string, Uint8Array>();
  return {
    kept,
    get: (key) => Promise.resolve(kept.get(key)),
    set: (key, bytes) => {
      kept.set(key, bytes);
      return Promise.resolve();
    },
  };
}

const brokenStore: FileStore = {
  get: () => Promise.reject(new Error('no storage')),
  set: () => Promise.reject(new Error('quota exceeded')),
};

describe('fetchMnist', () => {
  it('makes a data set of the four files', async () => {
    const dataset = await fetchMnist({ files, fetch: mirror(), store: memoryStore() });
    expect(dataset.labels).toEqual(Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7));
    expect(dataset.validation.labels).toEqual(Uint8Array.of(7, 8, 9));
    expect(dataset).toMatchObject({ height: 2, width: 3, channels: 1, classes: 10 });
  });

  it('reports the bytes of all files together, up to the total', async () => {
    const reports: Progress[] = [];
    await fetchMnist({
      files,
      fetch: mirror(),
      store: memoryStore(),
      onProgress: (progress) => reports.push(progress),
    });
    const loaded = reports.map((report) => report.loaded);
    expect(loaded).toEqual([...loaded].sort((a, b) => a - b));
    expect(reports.length).toBeGreaterThan(8);
    expect(reports.at(-1)).toEqual({ loaded: total, total });
  });

  it('keeps the files under their hashes, and does not fetch them again', async () => {
    const store = memoryStore();
    await fetchMnist({ files, fetch: mirror(), store });
    expect([...store.kept.keys()].sort()).toEqual(files.map(({ sha256 }) => `mnist/${sha256}`).sort());
    const second = mirror();
    const reports: Progress[] = [];
    await fetchMnist({ files, fetch: second, store, onProgress: (progress) => reports.push(progress) });
    expect(second).not.toHaveBeenCalled();
    expect(reports.at(-1)).toEqual({ loaded: total, total });
  });

  it('fetches only the files that an earlier, interrupted download left missing', async () => {
    const store = memoryStore();
    await fetchMnist({ files, fetch: mirror(), store });
    store.kept.delete(`mnist/${files[2].sha256}`);
    const second = mirror();
    await fetchMnist({ files, fetch: second, store });
    expect(second.mock.calls.map(([url]) => url)).toEqual(['https://mirror.test/t10k-images-idx3-ubyte.gz']);
  });

  it('fetches a damaged kept file again', async () => {
    const store = memoryStore();
    await fetchMnist({ files, fetch: mirror(), store });
    store.kept.set(`mnist/${files[0].sha256}`, Uint8Array.of(1, 2, 3));
    const second = mirror();
    await fetchMnist({ files, fetch: second, store });
    expect(second).toHaveBeenCalledTimes(1);
  });

  it('works without storage', async () => {
    expect((await fetchMnist({ files, fetch: mirror(), store: brokenStore })).labels).toHaveLength(8);
  });

  it('works without IndexedDB', async () => {
    expect((await fetchMnist({ files, fetch: mirror() })).labels).toHaveLength(8);
  });

  it('refuses a file with the wrong hash, and does not keep it', async () => {
    const store = memoryStore();
    const fetch = mirror((name) =>
      name.startsWith('t10k-labels') ? new Response('something else') : undefined,
    );
    const hash = createHash('sha256').update('something else').digest('hex');
    expect(await refusalOf(() => fetchMnist({ files, fetch, store }))).toMatchObject({
      code: 'mnist-hash',
      received: `t10k-labels-idx1-ubyte.gz: ${hash}`,
      accepted: files[3].sha256,
    });
    expect(store.kept.has(`mnist/${files[3].sha256}`)).toBe(false);
  });

  it('reports that the mirror cannot be reached', async () => {
    const fetch = mirror(() => Promise.reject(new TypeError('fetch failed')));
    const problem = await refusalOf(() => fetchMnist({ files, fetch, store: memoryStore() }));
    expect(problem.code).toBe('mnist-offline');
    expect(problem.message).toMatch(/could not be fetched from https:\/\/mirror\.test\/.*fetch failed/);
  });

  it('reports that the connection broke in the middle of a file', async () => {
    const fetch = mirror((name) =>
      name.startsWith('train-images') ? inPieces(new Uint8Array(90), 30) : undefined,
    );
    expect(await refusalOf(() => fetchMnist({ files, fetch, store: memoryStore() }))).toMatchObject({
      code: 'mnist-offline',
      received: 'train-images-idx3-ubyte.gz: connection lost',
    });
  });

  it('reports the status of the mirror’s answer', async () => {
    const fetch = mirror((name) =>
      name.startsWith('train-labels') ? new Response('', { status: 404 }) : undefined,
    );
    expect(await refusalOf(() => fetchMnist({ files, fetch, store: memoryStore() }))).toMatchObject({
      code: 'mnist-status',
      received: 'train-labels-idx1-ubyte.gz: 404',
      accepted: '200',
    });
  });

  it('ends the other downloads when one fails', async () => {
    const signals: AbortSignal[] = [];
    const fetch = mirror((name, signal) => {
      signals.push(signal);
      return name.startsWith('t10k-labels') ? new Response('', { status: 500 }) : undefined;
    });
    await refusalOf(() => fetchMnist({ files, fetch, store: memoryStore() }));
    expect(signals).toHaveLength(4);
    expect(signals.every(({ aborted }) => aborted)).toBe(true);
  });

  it('stops when its signal aborts, with the reason given', async () => {
    const controller = new AbortController();
    const fetch = mirror(
      (_, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reject(new DOMException('aborted', 'AbortError'));
          });
        }),
    );
    const fetched = fetchMnist({ files, fetch, store: memoryStore(), signal: controller.signal });
    setTimeout(() => {
      controller.abort(new Error('changed my mind'));
    });
    await expect(fetched).rejects.toThrow('changed my mind');
  });

  it('makes no request if its signal has aborted before', async () => {
    const fetch = mirror();
    await expect(
      fetchMnist({ files, fetch, signal: AbortSignal.abort(new Error('never mind')) }),
    ).rejects.toThrow('never mind');
    expect(fetch).not.toHaveBeenCalled();
  });

  it('refuses to fetch files that it cannot check', async () => {
    vi.stubGlobal('crypto', {});
    const fetch = mirror();
    const problem = await refusalOf(() => fetchMnist({ files, fetch, store: memoryStore() }));
    vi.unstubAllGlobals();
    expect(problem.code).toBe('mnist-insecure');
    expect(fetch).not.toHaveBeenCalled();
  });
});

describe('cachedMnist', () => {
  it('returns MNIST once all files are kept', async () => {
    const store = memoryStore();
    const fetched = await fetchMnist({ files, fetch: mirror(), store });
    expect(await cachedMnist({ files, store })).toEqual(fetched);
  });

  it('returns nothing while a file is missing', async () => {
    const store = memoryStore();
    await fetchMnist({ files, fetch: mirror(), store });
    store.kept.delete(`mnist/${files[1].sha256}`);
    expect(await cachedMnist({ files, store })).toBeUndefined();
  });

  it('returns nothing without storage', async () => {
    expect(await cachedMnist({ files, store: brokenStore })).toBeUndefined();
    expect(await cachedMnist({ files })).toBeUndefined();
  });
});

describe('mnistFiles', () => {
  it('are on the mirror, each with its own SHA-256', () => {
    expect(mnistFiles.map(({ url }) => url)).toEqual(
      mnistFiles.map(({ name }) => `https://cdn.jsdelivr.net/gh/fgnt/mnist/${name}`),
    );
    expect(new Set(mnistFiles.map(({ sha256 }) => sha256)).size).toBe(4);
    for (const { sha256 } of mnistFiles) expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  });
});
