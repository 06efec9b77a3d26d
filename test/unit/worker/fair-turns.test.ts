import { describe, expect, it } from 'vitest';

import { SpeedLimit } from '../../../src/worker/speed-limit.js';
import type { Participant } from '../../../src/worker/fair-turns.js';
import { FairTurns } from '../../../src/worker/fair-turns.js';

/** Makes steps until `until` returns true, up to `chunk` in each turn, each turn `delay` microtasks long. */
async function makeSteps(
  participant: Participant,
  { chunk, delay, until }: { chunk: number; delay: number; until: () => boolean },
) {
  let made = 0;
  while (!until()) {
    const most = await participant.turn();
    for (let tick = 0; tick < delay; tick++) await Promise.resolve();
    const steps = Math.min(most, chunk);
    participant.add(steps);
    made += steps;
  }
  participant.leave();
  return made;
}

describe('turns', () => {
  it('give equally many steps to runs whose steps and submits differ', async () => {
    const turns = new FairTurns();
    let rounds = 0;
    const until = () => ++rounds > 2000;
    const made = await Promise.all([
      makeSteps(turns.join(), { chunk: 8, delay: 1, until }),
      makeSteps(turns.join(), { chunk: 1, delay: 1, until }),
      makeSteps(turns.join(), { chunk: 3, delay: 40, until }),
    ]);
    expect(Math.min(...made)).toBeGreaterThan(500);
    expect(Math.max(...made) - Math.min(...made)).toBeLessThanOrEqual(16);
  });

  it('never let one run get ahead of another by more than a turn', async () => {
    const turns = new FairTurns();
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

  it('continue without a run that leaves', async () => {
    const turns = new FairTurns();
    const [leaving, staying] = [turns.join(), turns.join()];
    staying.add(8);
    const turn = staying.turn();
    leaving.leave();
    await expect(turn).resolves.toBeGreaterThan(0);
  });

  it('release a run that leaves while it waits', async () => {
    const turns = new FairTurns();
    const [waiting] = [turns.join(), turns.join()];
    waiting.add(8);
    const turn = waiting.turn();
    waiting.leave();
    await expect(turn).resolves.toBeGreaterThan(0);
  });

  it('let a run join without making up for earlier steps of others', async () => {
    const turns = new FairTurns();
    const first = turns.join();
    first.add(1000);
    const second = turns.join();
    await Promise.all([first.turn(), second.turn()]);
    expect(second.made).toBe(first.made);
  });
});

/** A clock that the test advances, which then wakes the sleepers. */
class HandClock {
  private time = 0;
  private sleepers: { until: number; wake: () => void }[] = [];

  now(): number {
    return this.time;
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((wake) => this.sleepers.push({ until: this.time + milliseconds, wake }));
  }

  /** Advances in small ticks, with time for the woken sleepers to act. */
  async pass(milliseconds: number): Promise<void> {
    for (const end = this.time + milliseconds; this.time < end;) {
      this.time += 5;
      const { time } = this;
      for (const { wake } of this.sleepers.filter(({ until }) => until <= time)) wake();
      this.sleepers = this.sleepers.filter(({ until }) => until > time);
      for (let tick = 0; tick < 20; tick++) await Promise.resolve();
    }
  }
}

describe('a speed limit', () => {
  /** Runs that share a clock, and the number of steps that each has made. */
  function runsOn(clock: HandClock, count: number) {
    const turns = new FairTurns(new SpeedLimit(clock));
    const made = Array.from({ length: count }, () => 0);
    const over = new AbortController();
    const participants = made.map(() => turns.join());
    const train = async (participant: Participant, run: number) => {
      for (;;) {
        const most = await participant.turn();
        // A fast device: 20 ms a turn of any length.
        await clock.sleep(20);
        if (over.signal.aborted) return;
        participant.add(most);
        made[run] += most;
      }
    };
    const start = () => participants.forEach((participant, run) => void train(participant, run));
    const stop = () => {
      over.abort();
      participants.forEach((participant) => participant.leave());
    };
    return { turns, made, participants, start, stop };
  }

  it.each([2, 10, 100])('allows %i steps per second', async (limit) => {
    const clock = new HandClock();
    const { turns, made, start, stop } = runsOn(clock, 1);
    turns.limit(limit);
    start();
    await clock.pass(1000);
    const [after] = made;
    await clock.pass(10_000);
    expect(made[0] - after).toBeGreaterThanOrEqual(limit * 10 - 4);
    expect(made[0] - after).toBeLessThanOrEqual(limit * 10 + 4);
    stop();
  });

  it('is shared by all runs, fairly', async () => {
    const clock = new HandClock();
    const { turns, made, start, stop } = runsOn(clock, 2);
    turns.limit(10);
    start();
    await clock.pass(10_000);
    expect(made[0] + made[1]).toBeLessThanOrEqual(104);
    expect(made[0] + made[1]).toBeGreaterThanOrEqual(96);
    expect(Math.abs(made[0] - made[1])).toBeLessThanOrEqual(1);
    stop();
  });

  it('is removed at once, also for a run that waits', async () => {
    const clock = new HandClock();
    const { turns, made, start, stop } = runsOn(clock, 1);
    turns.limit(0.001);
    start();
    await clock.pass(1000);
    expect(made[0]).toBe(1);
    turns.limit(undefined);
    await clock.pass(200);
    expect(made[0]).toBeGreaterThan(40);
    stop();
  });

  it('releases a run that leaves while it waits', async () => {
    const clock = new HandClock();
    const turns = new FairTurns(new SpeedLimit(clock));
    turns.limit(0.001);
    const participant = turns.join();
    participant.add(1);
    const turn = participant.turn();
    participant.leave();
    await expect(turn).resolves.toBeGreaterThan(0);
  });

  it('does not delay a device that is slower', async () => {
    const clock = new HandClock();
    const { turns, made, start, stop } = runsOn(clock, 1);
    turns.limit(120);
    start();
    await clock.pass(1000);
    turns.limit(100_000);
    const [before] = made;
    await clock.pass(1000);
    // The most steps of a turn, 50 times a second, minus the ticks of the clock.
    expect(made[0] - before).toBeGreaterThan(8 * 30);
    stop();
  });
});
