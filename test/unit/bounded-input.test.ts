/** Malicious input of every kind, read in a process of its own with little memory; the soak reads 20,000 of each. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { expect, it } from 'vitest';

const script = fileURLToPath(new URL('../../scripts/bounded-input.js', import.meta.url));
const cases = 50;

it('is read within a budget of counted operations and 500 MB, or refused in words', async () => {
  const child = spawn(process.execPath, [script, String(cases)]);
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => output.push(text));
  const status = await new Promise((resolve) => child.on('close', resolve));
  expect({ status, output: output.join('') }).toMatchObject({ status: 0 });
});
