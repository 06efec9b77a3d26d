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

describe('a browser that tells by itself', () => {
  const readsOf = async (device: GPUDevice, count: number, milliseconds: number) => {
    for (let index = 0; index < count; index++) {
      const read = awaitedRead(device, new Promise<void>((end) => setTimeout(end, milliseconds)));
      await vi.advanceTimersByTimeAsync(milliseconds);
      await read;
    }
  };

  it('gets nothing empty any more after eight reads', async () => {
    const { device, submits } = fakeDevice();
    await readsOf(device, 8, 10);
    const { length } = submits;
    expect(length).toBeGreaterThan(0);
    await readsOf(device, 50, 10);
    // A read may end a little later than usual.
    await readsOf(device, 1, 25);
    expect(submits).toHaveLength(length);
  });

  it('is helped with a read that is late, and with the next reads', async () => {
    const { device, submits } = fakeDevice();
    await readsOf(device, 20, 10);
    submits.length = 0;
    const read = deferred();
    const waiting = awaitedRead(device, read.promise);
    await vi.advanceTimersByTimeAsync(29);
    expect(submits).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(2);
    expect(submits).toHaveLength(1);
    read.resolve();
    await waiting;
    submits.length = 0;
    await readsOf(device, 15, 10);
    expect(submits).toHaveLength(15);
    await readsOf(device, 50, 10);
    expect(submits).toHaveLength(15);
  });
});

/** A device like Firefox's: reads end `milliseconds` after they begin, and are told at the next submit or look. */
function pollingDevice(milliseconds: number, lookMs = 100) {
  const { device, submits } = fakeDevice();
  const pending: { readonly at: number; readonly end: () => void }[] = [];
  const look = () => {
    const now = Date.now();
    for (const read of pending.splice(0))
      if (read.at <= now) read.end();
      else pending.push(read);
  };
  device.queue.submit = (commands) => {
    submits.push([...commands]);
    look();
  };
  setInterval(look, lookMs);
  const read = () => new Promise<void>((end) => pending.push({ at: Date.now() + milliseconds, end }));
  return { device, read };
}

describe('a browser that looks every 100 ms', () => {
  it('is helped with all reads but the few by which it is tried', async () => {
    const { device, read } = pollingDevice(4);
    let reads = 0;
    void (async () => {
      for (;;) {
        await awaitedRead(device, read());
        reads += 1;
      }
    })();
    await vi.advanceTimersByTimeAsync(5000);
    // A thousand reads of 5 ms fit in, fifty without help.
    expect(reads).toBeGreaterThan(900);
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
