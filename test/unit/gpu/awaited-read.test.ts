/** When something empty is submitted for the sake of a read. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { deferred } from '../../../src/async.js';
import { awaitedRead } from '../../../src/gpu/awaited-read.js';

const tenMs = () => vi.advanceTimersByTimeAsync(10);

/** A device that does nothing, and what was submitted to it. */
function fakeDevice() {
  const submits: unknown[][] = [];
  const lost = deferred<{ message: string; reason: string }>();
  const queue = { submit: (commands: unknown[]) => submits.push(commands) };
  return { device: { queue, lost: lost.promise } as unknown as GPUDevice, lost, submits };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('while a read is pending', () => {
  it('nothing but empty lists is submitted, every few milliseconds, until the read has ended', async () => {
    const { device, submits } = fakeDevice();
    const read = deferred<number>();
    const waiting = awaitedRead(device, read.promise);
    await tenMs();
    expect(submits).toEqual([[], []]);
    read.resolve(7);
    expect(await waiting).toBe(7);
    await tenMs();
    expect(submits).toHaveLength(2);
  });

  it('one list is submitted for all reads of a device, until the last has ended', async () => {
    const { device, submits } = fakeDevice();
    const [first, second] = [deferred(), deferred()];
    const reads = [awaitedRead(device, first.promise), awaitedRead(device, second.promise)];
    first.reject(new Error('not read'));
    await expect(reads[0]).rejects.toThrow('not read');
    await tenMs();
    expect(submits).toHaveLength(2);
    second.resolve();
    await reads[1];
    await tenMs();
    expect(submits).toHaveLength(2);
  });

  it('nothing is submitted to a device that is lost', async () => {
    const { device, lost, submits } = fakeDevice();
    void awaitedRead(device, new Promise(() => undefined));
    lost.resolve({ message: 'gone', reason: 'unknown' });
    await tenMs();
    expect(submits).toEqual([]);
  });
});

describe('where nothing is pending', () => {
  it('nothing is submitted', async () => {
    const { device, submits } = fakeDevice();
    await awaitedRead(device, Promise.resolve());
    await tenMs();
    expect(submits).toEqual([]);
  });
});
