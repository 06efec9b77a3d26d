import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { stepAfterKey, type CursorPlace } from '../../../../components/internal/plot/cursor-keys.js';
import { throttle } from '../../../../components/internal/kit/throttle.js';

const place: CursorPlace = { step: 100, latest: 741, steps: 1620, stepsPerEpoch: 135, stepsPerPixel: 0.5 };

describe('the keys of a chart', () => {
  it('show the cursor at the newest step first', () => {
    expect(stepAfterKey('ArrowLeft', false, { ...place, step: undefined })).toBe(741);
  });

  it('move it by a step where a step is wider than a pixel', () => {
    expect(stepAfterKey('ArrowLeft', false, place)).toBe(99);
    expect(stepAfterKey('ArrowRight', false, place)).toBe(101);
  });

  it('move it by a pixel in a long run, and by a step with Shift', () => {
    const long = { ...place, steps: 100_000, stepsPerPixel: 111.1 };
    expect(stepAfterKey('ArrowRight', false, long)).toBe(211);
    expect(stepAfterKey('ArrowRight', true, long)).toBe(101);
  });

  it('move it by an epoch with PageUp and PageDown', () => {
    expect(stepAfterKey('PageUp', false, place)).toBe(235);
    expect(stepAfterKey('PageDown', false, place)).toBe(0);
  });

  it('move it to the ends of the axis and never beyond', () => {
    expect(stepAfterKey('Home', false, place)).toBe(0);
    expect(stepAfterKey('End', false, place)).toBe(1620);
    expect(stepAfterKey('ArrowRight', false, { ...place, step: 1620 })).toBe(1620);
  });

  it('take it away with Escape and leave all others alone', () => {
    expect(stepAfterKey('Escape', false, place)).toBeUndefined();
    expect(stepAfterKey('Tab', false, place)).toBeNull();
    expect(stepAfterKey('a', false, place)).toBeNull();
  });
});

describe('a throttled function', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
  afterEach(() => vi.useRealTimers());

  it('acts at once, and once more for all calls that came too early', () => {
    const act = vi.fn();
    const throttled = throttle(act, 1000);
    throttled();
    throttled();
    throttled();
    expect(act).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1000);
    expect(act).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(5000);
    expect(act).toHaveBeenCalledTimes(2);
  });

  it('forgets the call to come when it is cancelled', () => {
    const act = vi.fn();
    const throttled = throttle(act, 1000);
    throttled();
    throttled();
    throttled.cancel();
    vi.advanceTimersByTime(5000);
    expect(act).toHaveBeenCalledTimes(1);
  });
});
