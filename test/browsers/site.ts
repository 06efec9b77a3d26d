/**
 * Serves the built pages, and with them variants of the same: the worker of a variant first runs some lines of ours, so
 * that a test can take from a stock browser what it otherwise could not reach.
 */
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

const folder = join(import.meta.dirname, '../../dist/browsers');

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

/** What the worker of each variant runs first. */
const variants = {
  plain: '',
  /** Nothing that is empty is submitted: the browser looks for the end of a read when it likes. */
  'without-nudge': `{
    const { submit } = GPUQueue.prototype;
    GPUQueue.prototype.submit = function (lists) {
      if (lists.length > 0) Reflect.apply(submit, this, [lists]);
    };
  }`,
  /** A message on the channel "lr-lab test" loses what the worker computes on; then the worker answers. */
  faulty: `{
    const lose = [];
    const channel = new BroadcastChannel('lr-lab test');
    channel.onmessage = () => {
      for (const each of lose.splice(0)) each();
      channel.postMessage('lost');
    };
    if (globalThis.GPUAdapter) {
      const { requestDevice } = GPUAdapter.prototype;
      GPUAdapter.prototype.requestDevice = async function (...given) {
        const device = await Reflect.apply(requestDevice, this, given);
        lose.push(() => device.destroy());
        return device;
      };
    }
    const { getContext } = globalThis.OffscreenCanvas?.prototype ?? {};
    if (getContext)
      OffscreenCanvas.prototype.getContext = function (...given) {
        const context = Reflect.apply(getContext, this, given);
        lose.push(() => context?.getExtension?.('WEBGL_lose_context')?.loseContext());
        return context;
      };
  }`,
} as const;

export type Variant = keyof typeof variants;

/** Runs before everything else in a page: collects what would be seen on its console. */
const watch = `
  window.messages = [];
  for (const kind of ['error', 'warn']) {
    const write = console[kind];
    console[kind] = (...values) => {
      messages.push(kind + ': ' + values.map(String).join(' '));
      Reflect.apply(write, console, values);
    };
  }
  addEventListener('error', ({ message }) => messages.push('uncaught: ' + message));
  addEventListener('unhandledrejection', ({ reason }) => messages.push('unhandled: ' + String(reason)));
  addEventListener('securitypolicyviolation', (event) => messages.push('violated: ' + event.violatedDirective));
`;

/** The pages, at an address of their own. */
export interface Site {
  /** The address of a page of a variant; '' is the lab. */
  address(page?: string, variant?: Variant): string;
  close(): void;
}

export async function serveSite(): Promise<Site> {
  const contentOf = async (variant: Variant, path: string): Promise<string | Buffer> => {
    if (path === 'watch.js') return watch;
    const content = await readFile(join(folder, path));
    if (path.endsWith('.html'))
      return String(content).replace('<head>', '<head><script src="./watch.js"></script>');
    return /\bworker[^/]*\.js$/.test(path) ? `${variants[variant]}\n${String(content)}` : content;
  };
  const server = createServer((request, response) => {
    const [, variant, ...rest] = new URL(request.url!, 'http://localhost').pathname.split('/');
    const path = rest.join('/') || 'index.html';
    contentOf(variant as Variant, path).then(
      (content) =>
        response
          .writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream' })
          .end(content),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const { port } = server.address() as { port: number };
  return {
    address: (page = '', variant = 'plain') => `http://localhost:${port}/${variant}/${page}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
