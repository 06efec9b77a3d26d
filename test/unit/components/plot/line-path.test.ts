import { describe, expect, it } from 'vitest';
import type { Slot } from '../../../../components/internal/plot/lines/column-grid.js';
import { traceLine } from '../../../../components/internal/plot/lines/line-path.js';
import { fc } from '../../../property-runs.js';

/** The strokes of a pen, one text for each unbroken line. */
function strokes(slots: readonly Slot[], stepped = false, [from, to] = [0, slots.length]): string[] {
  const lines: string[] = [];
  const pen = {
    moveTo: (x: number, y: number) => void lines.push(`${x},${y}`),
    lineTo: (x: number, y: number) => void lines.push(`${lines.pop()!} ${x},${y}`),
  };
  traceLine(pen, slots, [from, to], { x: (slot) => slot, y: (value) => value, stepped });
  return lines;
}

describe('the path of a line', () => {
  it('skips empty slots and breaks at a gap', () => {
    expect(strokes([1, undefined, 3, null, 5, 6])).toEqual(['0,1 2,3', '4,5 5,6']);
    expect(strokes([])).toEqual([]);
  });

  it('contains only the requested slots', () => {
    expect(strokes([1, 2, 3, 4, 5], false, [1, 3])).toEqual(['1,2 2,3']);
  });

  it('of a stepped line first goes across, then up or down', () => {
    expect(strokes([1, 3, undefined, 2], true)).toEqual(['0,1 1,1 1,3 3,3 3,2']);
  });

  it('of a stepped line is one piece while a value holds, up to a gap or the end', () => {
    expect(strokes([2, 2, 2, 2, 5, 5, 5, null, 1, 1], true)).toEqual(['0,2 4,2 4,5 6,5', '8,1 9,1']);
    expect(strokes([2, 2.1, 2.2, 2.3, 2.4], true)).toEqual(['0,2 3,2 3,2.3 4,2.3']);
  });

  it('of a stepped line is never visibly off', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 2, noNaN: true }), { minLength: 1 }), (values) => {
        let [place, height] = [0, values[0]];
        const pen = {
          moveTo: (x: number, y: number) => void ([place, height] = [x, y]),
          lineTo: (x: number, y: number) => {
            for (let slot = place; slot < x; slot++) {
              expect(y).toBe(height);
              expect(Math.abs(values[slot] - y)).toBeLessThanOrEqual(1 / 4);
            }
            [place, height] = [x, y];
          },
        };
        traceLine(pen, values, [0, values.length], { x: (slot) => slot, y: (value) => value, stepped: true });
        expect(place).toBe(values.length - 1);
      }),
    );
  });
});
