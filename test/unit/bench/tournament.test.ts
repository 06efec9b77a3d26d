import { describe, expect, it } from 'vitest';

import type { GpuCalls } from '../../bench/count-gpu-calls.js';
import { benchCaseNamed } from '../../bench/networks.js';
import type { Player } from '../../bench/tournament.js';
import { median, play } from '../../bench/tournament.js';

const benchCase = benchCaseNamed('tiny-16');

const callsOf = (steps: number): GpuCalls => ({
  dispatches: 10 * steps,
  submits: steps,
  bindGroups: 0,
  buffers: 0,
  passes: steps,
  bytesWritten: 64 * steps,
});

/**
 * A player that makes so many steps per second. Its main thread works 2 ms per step and 3 ms for each measurement; its
 * JavaScript works 1 ms per step and 4 ms for each profile.
 */
function makePlayer(name: string, speed: number | (() => number), loss = 1) {
  const runs: { name: string; steps: number }[] = [];
  const profiled: number[] = [];
  const player: Player = {
    name,
    adapter: () => Promise.resolve({ description: 'none', software: true }),
    start: () => Promise.resolve(),
    run(steps, { everyLoss = false } = {}) {
      runs.push({ name, steps });
      const seconds = steps / (typeof speed === 'number' ? speed : speed());
      const losses = everyLoss ? Array.from({ length: steps }, () => loss) : [loss];
      return Promise.resolve({ steps, seconds, calls: callsOf(steps), losses, busyMs: 3 + 2 * steps });
    },
    profile(steps) {
      profiled.push(steps);
      return Promise.resolve(4 + steps);
    },
    end: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  return { player, runs, profiled };
}

const silent = () => undefined;
const effort = { rounds: 3, seconds: 2 };

describe('the median', () => {
  it('is the value in the middle', () => {
    expect(median([5, 1, 3])).toBe(3);
  });

  it('is the mean of the two middle values of an even number', () => {
    expect(median([4, 1, 2, 10])).toBe(3);
  });
});

describe('a case', () => {
  it('is played in turns, each round as long as requested', async () => {
    const order: string[] = [];
    const players = [makePlayer('ours', 50).player, makePlayer('theirs', 10).player];
    for (const player of players) {
      const { run } = player;
      player.run = (steps, options) => {
        order.push(`${player.name} ${steps}`);
        return run(steps, options);
      };
    }
    await play(players, benchCase, effort, silent);
    const round = ['ours 100', 'theirs 20'];
    expect(order.slice(-6)).toEqual([...round, ...round, ...round]);
  });

  it('gives a slow player at least one step per round', async () => {
    const { player, runs } = makePlayer('slow', 0.01);
    await play([player], benchCase, effort, silent);
    expect(runs.slice(-3).map(({ steps }) => steps)).toEqual([1, 1, 1]);
  });

  it('compares round by round, so that a machine that slows down does not matter', async () => {
    let slowness = 1;
    const ours = makePlayer('ours', () => 40 / (slowness *= 1.5));
    const theirs = makePlayer('theirs', () => 10 / slowness);
    const { scores } = await play([ours.player, theirs.player], benchCase, effort, silent);
    expect(scores[1].ratio).toBeCloseTo(4, 10);
  });

  it('subtracts the cost of the measurement', async () => {
    const { scores } = await play([makePlayer('ours', 50).player], benchCase, effort, silent);
    expect(scores[0].mainThreadMs).toBeCloseTo(2, 10);
    expect(scores[0].javascriptMs).toBeCloseTo(1, 10);
  });

  it('is profiled only after all rounds', async () => {
    const { player, runs, profiled } = makePlayer('ours', 50);
    const { profile } = player;
    const roundsBefore: number[] = [];
    player.profile = (steps) => {
      roundsBefore.push(runs.length);
      return profile(steps);
    };
    await play([player], benchCase, effort, silent);
    expect(new Set(roundsBefore)).toEqual(new Set([runs.length]));
    expect(profiled.filter((steps) => steps > 0)).toEqual([100, 100, 100]);
  });

  it('takes the median of the profiled runs', async () => {
    const { player } = makePlayer('ours', 50);
    const times = [100, 900, 200];
    player.profile = (steps) => Promise.resolve(steps > 0 ? times.shift()! : 0);
    const { scores } = await play([player], benchCase, effort, silent);
    expect(scores[0].javascriptMs).toBe(2);
  });

  it('profiles a few steps of a slow player', async () => {
    const { player, profiled } = makePlayer('slow', 0.01);
    await play([player], benchCase, effort, silent);
    expect(profiled.filter((steps) => steps > 0)).toEqual([3, 3, 3]);
  });

  it('counts calls per step over all rounds', async () => {
    const { scores } = await play([makePlayer('ours', 50).player], benchCase, effort, silent);
    expect(scores[0].steps).toBe(300);
    expect(scores[0].calls).toEqual(callsOf(1));
  });

  it('reports the difference of the first losses', async () => {
    const players = [makePlayer('ours', 50, 1).player, makePlayer('theirs', 50, 1.25).player];
    const { scores } = await play(players, benchCase, effort, silent);
    expect(scores[1].lossDifference).toBe(0.25);
  });
});
