/**
 * The bytes that scripts hold in a page, or in its worker: objects, arrays with their buffers, functions and texts. The size
 * of the whole heap says less. V8 compiles again what runs often, about 2 kB for each run that is forked and removed, and
 * the browser notes the last few hundred long tasks.
 */
import type { CDPSession } from '@playwright/test';

/** Commands to a page or to a worker. */
export interface HeapTools {
  send(method: 'HeapProfiler.collectGarbage' | 'HeapProfiler.takeHeapSnapshot'): Promise<unknown>;
  /** Listens to the parts of snapshots. */
  onChunk(listener: (chunk: string) => void): void;
}

/** The heap of a page. */
export function pageHeap(devTools: CDPSession): HeapTools {
  return {
    send: (method) => devTools.send(method),
    onChunk: (listener) => devTools.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => listener(chunk)),
  };
}

/** An answer or an event of a worker. */
interface WorkerMessage {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly chunk: string };
}

/** The heap of the page's only worker. */
export async function workerHeap(devTools: CDPSession): Promise<HeapTools> {
  const answers = new Map<number, () => void>();
  const listeners = new Set<(chunk: string) => void>();
  devTools.on('Target.receivedMessageFromTarget', ({ message }) => {
    const { id, method, params } = JSON.parse(message) as WorkerMessage;
    if (id !== undefined) answers.get(id)?.();
    else if (method === 'HeapProfiler.addHeapSnapshotChunk')
      for (const listener of listeners) listener(params!.chunk);
  });
  const attached = new Promise<string>((resolve) => {
    devTools.once('Target.attachedToTarget', ({ sessionId }) => resolve(sessionId));
  });
  await devTools.send('Target.setAutoAttach', {
    autoAttach: true,
    waitForDebuggerOnStart: false,
    flatten: false,
  });
  const sessionId = await attached;
  let sent = 0;
  return {
    async send(method) {
      const id = ++sent;
      const answered = new Promise<void>((resolve) => answers.set(id, resolve));
      await devTools.send('Target.sendMessageToTarget', {
        sessionId,
        message: JSON.stringify({ id, method }),
      });
      await answered;
    },
    onChunk: (listener) => void listeners.add(listener),
  };
}

/** What a snapshot consists of; the fields of all nodes follow each other. */
interface HeapSnapshot {
  readonly snapshot: { readonly meta: { readonly node_fields: string[]; readonly node_types: [string[]] } };
  readonly nodes: readonly number[];
  readonly strings: readonly string[];
}

const ofScripts = new Set([
  'array',
  'bigint',
  'closure',
  'concatenated string',
  'number',
  'object',
  'regexp',
  'sliced string',
  'string',
  'symbol',
]);

/** Collects all garbage: what a first collection finds only lets go of other things, such as removed elements. */
async function collectGarbage(heap: Pick<HeapTools, 'send'>): Promise<void> {
  for (let time = 0; time < 3; time++) await heap.send('HeapProfiler.collectGarbage');
}

/** The bytes of scripts that are left after a garbage collection. */
export async function heapBytes(heap: HeapTools): Promise<number> {
  const chunks: string[] = [];
  heap.onChunk((chunk) => chunks.push(chunk));
  await collectGarbage(heap);
  await heap.send('HeapProfiler.takeHeapSnapshot');
  const { snapshot, nodes, strings } = JSON.parse(chunks.join('')) as HeapSnapshot;
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const [type, name, size] = ['type', 'name', 'self_size'].map((field) => fields.indexOf(field));
  let bytes = 0;
  for (let node = 0; node < nodes.length; node += fields.length)
    if (
      ofScripts.has(types[0][nodes[node + type]]) ||
      strings[nodes[node + name]] === 'system / JSArrayBufferData'
    )
      bytes += nodes[node + size];
  return bytes;
}
