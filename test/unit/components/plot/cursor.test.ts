import type uPlot from 'uplot';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  stepAfterKey,
  type CursorPosition,
} from '../../../../components/internal/plot/cursor/cursor-keys.js';
import { SharedCursor } from '../../../../components/internal/plot/cursor/shared-cursor.js';
import { throttle } from '../../../../components/internal/kit/throttle.js';

const place: CursorPosition = {
  step: 100,
  latest: 741,
  lastStep: 1620,
  stepsPerEpoch: 135,
  stepsPerPixel: 0.5,
};

describe('the keys of a chart', () => {
  it('show the cursor at the newest step first', () => {
    expect(stepAfterKey('ArrowLeft', false, { ...place, step: undefined })).toBe(741);
  });

  it('move the cursor by a step when a step is wider than a pixel', () => {
    expect(stepAfterKey('ArrowLeft', false, place)).toBe(99);
    expect(stepAfterKey('ArrowRight', false, place)).toBe(101);
  });

  it('move the cursor by a pixel in a long run, and by a step with Shift', () => {
    const long = { ...place, lastStep: 100_000, stepsPerPixel: 111.1 };
    expect(stepAfterKey('ArrowRight', false, long)).toBe(211);
    expect(stepAfterKey('ArrowRight', true, long)).toBe(101);
  });

  it('move the cursor by an epoch with PageUp and PageDown', () => {
    expect(stepAfterKey('PageUp', false, place)).toBe(235);
    expect(stepAfterKey('PageDown', false, place)).toBe(0);
  });

  it('move the cursor to the ends of the axis and never beyond', () => {
    expect(stepAfterKey('Home', false, place)).toBe(0);
    expect(stepAfterKey('End', false, place)).toBe(1620);
    expect(stepAfterKey('ArrowRight', false, { ...place, step: 1620 })).toBe(1620);
  });

  it('hide the cursor with Escape; other keys do nothing', () => {
    expect(stepAfterKey('Escape', false, place)).toBeUndefined();
    expect(stepAfterKey('Tab', false, place)).toBeNull();
    expect(stepAfterKey('a', false, place)).toBeNull();
  });
});

describe('a cursor that plots share', () => {
  const plot = () => Object.create(null) as uPlot;

  it('has a name that no other cursor has', () => {
    expect(new SharedCursor().key).not.toBe(new SharedCursor().key);
  });

  it('gives its name to another cursor once its last plot is removed, as uPlot forgets no name', () => {
    const cursor = new SharedCursor();
    const [one, other] = [plot(), plot()];
    const { key } = cursor;
    cursor.add(one);
    cursor.add(other);
    cursor.remove(one);
    expect(new SharedCursor().key).not.toBe(key);
    expect(cursor.key).toBe(key);
    cursor.remove(other);
    expect(new SharedCursor().key).toBe(key);
    expect(cursor.key).not.toBe(key);
  });
});

describe('a throttled function', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
  afterEach(() => vi.useRealTimers());

  it('acts at once, and once more for all calls that come too early', () => {
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

  it('drops the waiting call when it is cancelled', () => {
    const act = vi.fn();
    const throttled = throttle(act, 1000);
    throttled();
    throttled();
    throttled.cancel();
    vi.advanceTimersByTime(5000);
    expect(act).toHaveBeenCalledTimes(1);
  });
});
