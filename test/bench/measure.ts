/** One benchmark from its options to its report. */
import { cpus } from 'node:os';

import type { ContestantName } from './contestant.js';
import type { Options } from './options.js';
import { BenchProblem } from './problem.js';
import type { Report } from './report.js';
import { disagreements, renderCase, softwareCaution } from './report.js';
import type { CaseResult, Player } from './tournament.js';
import { play } from './tournament.js';

/** What differs between a browser and Node. */
export interface Setting {
  command: string;
  open: (name: ContestantName) => Promise<Player>;
  versions: Readonly<Record<string, string>>;
}

/** Measures the selected cases, and prints each table as soon as it is ready. */
export async function measure(
  { cases, names, effort, complete }: Options,
  { command, open, versions }: Setting,
): Promise<Report> {
  const players: Player[] = [];
  try {
    for (const name of names) players.push(await open(name));
    const adapter = await players[0].adapter();
    if (!adapter) throw new BenchProblem('there is no WebGPU adapter; see test/bench/README.md.');
    console.log(`lr-lab: adapter: ${adapter.description}`);
    const results: CaseResult[] = [];
    for (const benchCase of cases) {
      results.push(await play(players, benchCase, effort, (line) => console.log(`lr-lab: ${line}`)));
      console.log(`\n${renderCase(results.at(-1)!)}\n`);
    }
    const [{ model }] = cpus();
    const processor = `${model.trim()}, ${cpus().length} threads`;
    const date = new Date().toISOString();
    if (adapter.software) console.log(`lr-lab: ${softwareCaution}`);
    return { command, date, complete, adapter, processor, versions, effort, results };
  } finally {
    for (const player of players) await player.close();
  }
}

/** Prints the problems of a report; returns whether there are none. */
export function approve(report: Report): boolean {
  const problems = disagreements(report);
  for (const problem of problems) console.error(`lr-lab: ${problem}`);
  return problems.length === 0;
}
