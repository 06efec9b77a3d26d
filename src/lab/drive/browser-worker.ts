/**
 * Starts the worker of a Lab in a page. Bundlers find it by the expression `new Worker(new URL('…', import.meta.url))`,
 * which has to stand as it is. Pages of another origin may not start it, but a worker of their own may import it.
 */
import { InputError } from '../../errors.js';
import { lineTo, type OpenWorker } from './worker-line.js';
import { workerUrl } from './worker-url.js';

/** What Trusted Types let a page make an address of a script with; TypeScript's library does not know it yet. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): string };
}

/** Apart from {@link besideThisModule}, where bundlers would take them for a second file that they have to add. */
const packaged = { path: '../../worker/worker.ts', base: import.meta.url };

const options: WorkerOptions = { type: 'module', name: 'lr-lab' };

/** The scripts that import the worker of another origin, by its address. */
const importers = new Map<string, string>();

let policy: ReturnType<TrustedTypes['createPolicy']> | undefined;

/** Starts a web worker. */
export const openBrowserWorker: OpenWorker = (handleFailure) => {
  const worker = startWorker();
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    handleFailure(event.message || unloaded());
  });
  return lineTo(worker, () => worker.terminate());
};

/** @throws InputError `worker` where the page allows none */
function startWorker(): Worker {
  const given = workerUrl();
  if (given !== undefined || isOfAnotherOrigin(besideThisModule()))
    return startAt(given ?? besideThisModule());
  try {
    return withTrustedWorker(
      () =>
        new Worker(new URL('../../worker/worker.ts', import.meta.url), { type: 'module', name: 'lr-lab' }),
    );
  } catch {
    // A page without an origin refuses a plain address.
    return startAt(besideThisModule());
  }
}

/**
 * Runs code with a `Worker` whose address Trusted Types accept: they take no `URL`, and bundlers know no other expression
 * than the plain one. Without Trusted Types in the browser there is nothing to do.
 */
function withTrustedWorker(start: () => Worker): Worker {
  const { Worker } = globalThis;
  if (!('trustedTypes' in globalThis)) return start();
  globalThis.Worker = class extends Worker {
    constructor(address: string | URL, settings?: WorkerOptions) {
      super(trusted(String(address)), settings);
    }
  };
  try {
    return start();
  } finally {
    globalThis.Worker = Worker;
  }
}

function startAt(address: string): Worker {
  try {
    return new Worker(trusted(isOfAnotherOrigin(address) ? importerOf(address) : address), options);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError({ code: 'worker', message: `${unloaded()} (${reason})`, received: address });
  }
}

/** The worker's address in the package, and wherever its files lie as in the package. */
const besideThisModule = (): string => new URL(packaged.path, packaged.base).href;

/** Whether an address is of the web and not of the page's own origin; a bundler may leave `file:` in `import.meta.url`. */
const isOfAnotherOrigin = (address: string): boolean =>
  /^https?:/.test(address) && new URL(address).origin !== self.origin;

function importerOf(address: string): string {
  const known = importers.get(address);
  if (known !== undefined) return known;
  const script = `import ${JSON.stringify(address)};`;
  const type = 'text/javascript';
  // A sandboxed frame has no origin (`"null"`), and there Chromium starts no module from a Blob.
  const importer =
    self.origin === 'null'
      ? `data:${type},${encodeURIComponent(script)}`
      : URL.createObjectURL(new Blob([script], { type }));
  importers.set(address, importer);
  return importer;
}

/** The address as a page with Trusted Types accepts it; it may have to allow the policy `lr-lab`. */
function trusted(address: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  policy ??= trustedTypes?.createPolicy('lr-lab', { createScriptURL: (url) => url });
  return policy?.createScriptURL(address) ?? address;
}

/** What to say when the worker's code does not come. */
function unloaded(): string {
  return `the worker could not be loaded from ${workerUrl() ?? besideThisModule()}; setWorkerUrl() of lr-lab/lab sets its address`;
}
