/**
 * Contestants take turns at a case, a short round each, so that other work of the machine affects all of them. The result
 * is the median over the rounds, and for ratios the median of the rounds' own ratios.
 */
import type { GpuCalls } from './count-gpu-calls.js';
import type { BenchCase } from './networks.js';
import type { Run, Stand } from './stand.js';

/** A contestant, controlled from outside its page or process. */
export interface Player extends Omit<Stand, 'train'> {
  name: string;
  /** Also returns how long the main thread was busy, in milliseconds, measurement included. */
  run(steps: number, options?: { everyLoss?: boolean }): Promise<Run & { busyMs: number }>;
  /** Runs steps under the profiler; returns how long JavaScript ran, in milliseconds, measurement included. */
  profile(steps: number): Promise<number>;
  close(): Promise<void>;
}

/** How long to measure. */
export interface Effort {
  rounds: number;
  /** The length of a round; a single step may take longer. */
  seconds: number;
}

/** One contestant's results for one case. */
export interface Score {
  name: string;
  stepsPerSecond: number;
  slowest: number;
  fastest: number;
  /** How many times as fast the first contestant is: the median of the rounds' ratios. */
  ratio: number;
  /** How long JavaScript ran for a step: the median of the profiled runs, in milliseconds. */
  javascriptMs: number;
  /** How long the main thread was busy for a step: the median of the rounds, in milliseconds. */
  mainThreadMs: number;
  /** Per step, over all rounds. */
  calls: GpuCalls;
  /** Steps in all rounds together. */
  steps: number;
  /** The largest difference of its first losses from the first contestant's. */
  lossDifference: number;
}

/** The results of one case; the others are compared with the first score. */
export interface CaseResult {
  benchCase: BenchCase;
  scores: Score[];
}

/** The middle value, or the mean of the two middle values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

interface Entry {
  player: Player;
  losses: readonly number[];
  /** The main thread's time for the measurement itself. */
  restMs: number;
  /** Steps/s in the last round. */
  speed: number;
  rounds: { steps: number; speed: number; mainThreadMs: number; calls: GpuCalls }[];
  /** Milliseconds of JavaScript per step, of each profiled run. */
  javascriptMs: number[];
}

/** The number of empty runs that measure the cost of the measurement. */
const emptyRuns = 5;

/** Prepares a contestant: its first losses, then steps until its speed is known. */
async function enter(player: Player, { name, comparedSteps }: BenchCase, seconds: number): Promise<Entry> {
  await player.start(name);
  const first = await player.run(comparedSteps, { everyLoss: true });
  let speed = first.steps / first.seconds;
  // The first steps also compile; if a single step takes many rounds, the speed is known well enough.
  if (speed * seconds > 0.25) {
    for (let steps = 1, enough = false; !enough; steps = Math.max(steps * 2, Math.floor(speed * seconds))) {
      const warmUp = await player.run(steps);
      enough = warmUp.seconds > seconds / 2;
      speed = warmUp.steps / warmUp.seconds;
    }
  }
  const rests: number[] = [];
  for (let index = 0; index < emptyRuns; index++) rests.push((await player.run(0)).busyMs);
  return { player, losses: first.losses, restMs: median(rests), speed, rounds: [], javascriptMs: [] };
}

async function playRound(entry: Entry, seconds: number): Promise<void> {
  const { player, restMs } = entry;
  const run = await player.run(Math.max(1, Math.round(entry.speed * seconds)));
  const { steps, calls } = run;
  entry.speed = steps / run.seconds;
  const mainThreadMs = Math.max(0, run.busyMs - restMs) / steps;
  entry.rounds.push({ steps, speed: entry.speed, mainThreadMs, calls });
}

/** How often each contestant is profiled, and the fewest steps of such a run. */
const profiledRuns = 3;
const fewestProfiledSteps = 3;

/** A further round after all those that measure the speed, which profiling would change. */
async function profile({ player, speed, javascriptMs }: Entry, seconds: number): Promise<void> {
  const steps = Math.max(fewestProfiledSteps, Math.round(speed * seconds));
  const restMs = await player.profile(0);
  javascriptMs.push(Math.max(0, (await player.profile(steps)) - restMs) / steps);
}

function scoreOf({ player, losses, rounds, javascriptMs }: Entry, reference: Entry): Score {
  const speeds = rounds.map(({ speed }) => speed);
  const steps = rounds.reduce((sum, round) => sum + round.steps, 0);
  const perStep = (key: keyof GpuCalls) => rounds.reduce((sum, { calls }) => sum + calls[key], 0) / steps;
  return {
    name: player.name,
    stepsPerSecond: median(speeds),
    slowest: Math.min(...speeds),
    fastest: Math.max(...speeds),
    ratio: median(rounds.map(({ speed }, round) => reference.rounds[round].speed / speed)),
    javascriptMs: median(javascriptMs),
    mainThreadMs: median(rounds.map(({ mainThreadMs }) => mainThreadMs)),
    calls: {
      dispatches: perStep('dispatches'),
      submits: perStep('submits'),
      bindGroups: perStep('bindGroups'),
      buffers: perStep('buffers'),
      passes: perStep('passes'),
      bytesWritten: perStep('bytesWritten'),
    },
    steps,
    // NaN stays NaN, which does not agree.
    lossDifference: Math.max(...losses.map((loss, step) => Math.abs(loss - reference.losses[step]))),
  };
}

/** Lets the players take turns at one case; one of them works while all others wait with their networks ready. */
export async function play(
  players: readonly Player[],
  benchCase: BenchCase,
  { rounds, seconds }: Effort,
  tell: (line: string) => void,
): Promise<CaseResult> {
  const entries: Entry[] = [];
  for (const player of players) {
    entries.push(await enter(player, benchCase, seconds));
    tell(`${benchCase.name}: ${player.name} is ready, ${entries.at(-1)!.speed.toFixed(2)} steps/s`);
  }
  for (let round = 0; round < rounds; round++) {
    for (const entry of entries) await playRound(entry, seconds);
    const speeds = entries.map(({ player, speed }) => `${player.name} ${speed.toFixed(2)}`);
    tell(`${benchCase.name}: round ${round + 1} of ${rounds}: ${speeds.join(', ')} steps/s`);
  }
  for (let run = 0; run < profiledRuns; run++) {
    for (const entry of entries) await profile(entry, seconds);
  }
  for (const { player } of entries) await player.end();
  return { benchCase, scores: entries.map((entry) => scoreOf(entry, entries[0])) };
}
