import { describe, expect, it } from 'vitest';
import { rangeOf } from '../../../../components/internal/plot/axes/line-range.js';

describe('the range of lines', () => {
  it('leaves out what only a diverged run needs, once another run is drawn', () => {
    const [diverged, other] = [
      [20, 20, null],
      [2, 1, undefined],
    ];
    expect(rangeOf([diverged], [{ width: 1, yields: true }])).toMatchObject({ highest: 20, most: undefined });
    const styles = [{ width: 1, yields: true }, { width: 1 }];
    expect(rangeOf([diverged, other], styles)).toEqual({ lowest: 1, highest: 20, most: 2 });
  });

  it('is empty without values', () => {
    expect(rangeOf([[null], []], [{ width: 1 }, { width: 1 }])).toEqual({
      lowest: Infinity,
      highest: -Infinity,
      most: undefined,
    });
  });
});
