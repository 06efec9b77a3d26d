/** Where labs find their worker, where the page knows better than the bundler. */
import { badValue } from '../../errors.js';

let given: string | undefined;

/**
 * Sets the address of the worker for all labs that start one from now on, for a bundler that does not find it or a page
 * that serves it from elsewhere: that of the package's `lr-lab/worker`. Without an address the worker is looked for beside
 * the code again.
 *
 * @param url absolute, or relative to the page
 * @throws InputError `config-value` for a text that cannot be an address
 */
export function setWorkerUrl(url?: string | URL): void {
  const base = (globalThis.document as Document | undefined)?.baseURI;
  if (url !== undefined && !URL.canParse(String(url), base))
    throw badValue('workerUrl', `"${String(url)}"`, 'an absolute address, or in a page one relative to it');
  given = url === undefined ? undefined : new URL(url, base).href;
}

/** The address that has been set. */
export const workerUrl = (): string | undefined => given;
