/** Drives WebKitGTK's MiniBrowser through its own WebDriver, on a screen that nobody sees. */
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';

import { type OpenDriver, screenOf, windowSize } from './driver.js';

/** How long the driver may take to answer its first request, in milliseconds. */
const startMs = 60_000;

/** With such a language, which a container has, `navigator.language` is "C", a tag that no format of numbers accepts. */
const environment = { LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', LIBGL_ALWAYS_SOFTWARE: '1' };

export const openWebKit: OpenDriver = async () => {
  const port = await freePort();
  const screened = ['xvfb-run', ...screenOf(windowSize)];
  const child = spawn('dbus-run-session', ['--', ...screened, 'WebKitWebDriver', `--port=${port}`], {
    env: { ...process.env, ...environment },
    stdio: 'ignore',
    // A group of its own, which ends with it.
    detached: true,
  });
  const end = () => process.kill(-child.pid!);
  try {
    const request = requestsTo(`http://127.0.0.1:${port}`);
    await untilReady(request);
    const { sessionId, capabilities } = await request<Session>('POST', '/session', { capabilities: {} });
    const session = <Value>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) =>
      request<Value>(method, `/session/${sessionId}${path}`, body);
    const act = (actions: object) => session('POST', '/actions', { actions: [actions] });
    await session('POST', '/timeouts', { script: 120_000, pageLoad: 120_000 });
    await resize(session, windowSize);
    return {
      name: `${capabilities.browserName} ${capabilities.browserVersion}`,
      async open(url) {
        await session('POST', '/url', { url });
      },
      evaluate: async (work, ...args) => {
        const script = `const done = arguments[arguments.length - 1];
          Promise.resolve((${String(work)})(...Array.from(arguments).slice(0, -1)))
            .then((value) => done({ value }), (error) => done({ error: String(error) }));`;
        const { value, error } = await session<{ value: never; error?: string }>('POST', '/execute/async', {
          script,
          args,
        });
        if (error !== undefined) throw new Error(error);
        return value;
      },
      async clickAt(x, y) {
        const move = {
          type: 'pointerMove',
          duration: 0,
          origin: 'viewport',
          x: Math.round(x),
          y: Math.round(y),
        };
        const press = (type: string) => ({ type, button: 0 });
        const actions = [move, press('pointerDown'), press('pointerUp')];
        await act({ type: 'pointer', id: 'mouse', parameters: { pointerType: 'mouse' }, actions });
      },
      resize: (size) => resize(session, size),
      async screenshot(path) {
        await writeFile(path, await session<string>('GET', '/screenshot'), 'base64');
      },
      async close() {
        await session('DELETE', '').catch(() => undefined);
        end();
      },
    };
  } catch (error) {
    end();
    throw error;
  }
};

interface Session {
  sessionId: string;
  capabilities: { browserName: string; browserVersion: string };
}

type Request = <Value>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) => Promise<Value>;

/** A WebDriver's requests; each throws the driver's own words where it is refused. */
const requestsTo =
  (origin: string): Request =>
  async <Value>(method: string, path: string, body?: object) => {
    const response = await fetch(`${origin}${path}`, { method, body: body && JSON.stringify(body) });
    const { value } = (await response.json()) as { value: Value & { error?: string; message?: string } };
    if (!response.ok) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`);
    return value;
  };

async function untilReady(request: Request): Promise<void> {
  for (const begin = Date.now(); ;) {
    const status = await request<{ ready: boolean }>('GET', '/status').catch(() => undefined);
    if (status?.ready) return;
    if (Date.now() - begin > startMs) throw new Error('WebKitWebDriver does not answer.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Makes the page this large; the window has a frame around it. */
async function resize(session: Request, { width, height }: { width: number; height: number }): Promise<void> {
  const script = 'return [outerWidth - innerWidth, outerHeight - innerHeight]';
  const [frameWidth, frameHeight] = await session<number[]>('POST', '/execute/sync', { script, args: [] });
  await session('POST', '/window/rect', { width: width + frameWidth, height: height + frameHeight });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
