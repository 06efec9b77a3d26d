import { describe, expect, it } from 'vitest';

import type { Place } from '../../../src/training/turns.js';
import { Turns } from '../../../src/training/turns.js';

/** Goes until all have been told to stop, making up to `chunk` steps a turn, each turn so many microtasks long. */
async function go(
  place: Place,
  { chunk, delay, until }: { chunk: number; delay: number; until: () => boolean },
) {
  let made = 0;
  while (!until()) {
    const most = await place.turn();
    for (let tick = 0; tick < delay; tick++) await Promise.resolve();
    const steps = Math.min(most, chunk);
    place.add(steps);
    made += steps;
  }
  place.leave();
  return made;
}

describe('turns', () => {
  it('give equally many steps to runs whose steps and submits differ', async () => {
    const turns = new Turns();
    let rounds = 0;
    const until = () => ++rounds > 2000;
    const made = await Promise.all([
      go(turns.join(), { chunk: 8, delay: 1, until }),
      go(turns.join(), { chunk: 1, delay: 1, until }),
      go(turns.join(), { chunk: 3, delay: 40, until }),
    ]);
    expect(Math.min(...made)).toBeGreaterThan(500);
    expect(Math.max(...made) - Math.min(...made)).toBeLessThanOrEqual(16);
  });

  it('never let one get further ahead of another than a turn', async () => {
    const turns = new Turns();
    const [fast, slow] = [turns.join(), turns.join()];
    const most = await fast.turn();
    fast.add(most);
    let hasTurn = false;
    const next = fast.turn().then(() => (hasTurn = true));
    slow.add(most - 1);
    await Promise.resolve();
    expect(hasTurn).toBe(false);
    slow.add(1);
    await next;
    expect(hasTurn).toBe(true);
  });

  it('go on without a run that leaves', async () => {
    const turns = new Turns();
    const [leaving, staying] = [turns.join(), turns.join()];
    staying.add(8);
    const turn = staying.turn();
    leaving.leave();
    await expect(turn).resolves.toBeGreaterThan(0);
  });

  it('let a run go that leaves while it waits', async () => {
    const turns = new Turns();
    const [waiting] = [turns.join(), turns.join()];
    waiting.add(8);
    const turn = waiting.turn();
    waiting.leave();
    await expect(turn).resolves.toBeGreaterThan(0);
  });

  it('ask nobody to make up for what others did before it joined', async () => {
    const turns = new Turns();
    const first = turns.join();
    first.add(1000);
    const second = turns.join();
    await Promise.all([first.turn(), second.turn()]);
    expect(second.made).toBe(first.made);
  });
});
