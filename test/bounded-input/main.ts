/**
 * Reads random and malicious input of each kind, and counts what that takes: each function call, loop pass and branch that
 * the lab's code executes, by V8's precise coverage. A case fails that throws anything but a refusal, takes more than its
 * budget, or lets the process grow beyond its memory. `scripts/bounded-input.js` builds and runs it.
 */
import { Session } from 'node:inspector/promises';

import { InputError } from '../../src/errors.js';
import { kinds, type Kind } from './kinds.js';

/** Bytes that the process may take. */
const mostMemory = 500_000_000;

/** Cases that are made at a time: making them is not counted. */
const madeAtOnce = 100;

const [cases, seed] = process.argv.slice(2).map(Number);
const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });

/** What the code of this file and of all that is bundled with it has executed since the last call. */
async function executed(): Promise<number> {
  const { result } = await session.post('Profiler.takePreciseCoverage');
  let count = 0;
  for (const { url, functions } of result)
    if (url === import.meta.url)
      for (const { ranges } of functions) for (const range of ranges) count += range.count;
  return count;
}

let largest = 0;
const failures: string[] = [];

async function check(kind: Kind<unknown>): Promise<void> {
  const begin = Date.now();
  let refused = 0;
  let costliest = 0;
  let fullest = 0;
  const { worst } = kind;
  const all = worst.length + cases;
  for (let made = 0; made < all; made += made === 0 ? worst.length : madeAtOnce) {
    const batch = made === 0 ? worst : kind.make(Math.min(madeAtOnce, all - made), seed + made);
    await executed();
    for (const [index, each] of batch.entries()) {
      const name = `${kind.name} ${made + index}`;
      try {
        if (!(await kind.read(each))) refused += 1;
      } catch (error) {
        if (error instanceof InputError) refused += 1;
        else failures.push(`${name} threw ${String(error)}: ${kind.print(each)}`);
      }
      const count = await executed();
      const share = count / (kind.fixed + kind.perByte * kind.size(each));
      costliest = Math.max(costliest, count);
      fullest = Math.max(fullest, share);
      if (share > 1)
        failures.push(
          `${name} took ${count} operations, ${share.toFixed(1)} of its budget: ${kind.print(each)}`,
        );
      largest = Math.max(largest, process.memoryUsage.rss());
    }
    if (largest > mostMemory) failures.push(`${kind.name} ${made}: the process has ${largest} bytes`);
    if (failures.length > 0) break;
  }
  console.log(
    `${kind.name}: ${all} cases, ${refused} refused; most operations ${costliest}, ${(100 * fullest).toFixed(0)} % of its budget; ${((Date.now() - begin) / 1000).toFixed(0)} s`,
  );
}

for (const kind of kinds) await check(kind);
console.log(`memory: at most ${(largest / 1e6).toFixed(0)} MB of ${mostMemory / 1e6} MB`);
for (const failure of failures) console.error(failure.slice(0, 1000));
process.exit(failures.length === 0 ? 0 : 1);
