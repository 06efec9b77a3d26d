import { describe, expect, it } from 'vitest';
import { presetCurve } from '../../../../components/internal/policy/preset-curve.js';
import { curvePath } from '../../../../components/internal/plot/lines/curve-path.js';
import { presets } from '../../../../src/policy/index.js';

describe('the picture of a preset', () => {
  it.each(presets)('of $id is a whole curve', ({ id }) => {
    const rates = presetCurve(id);
    expect(rates.length).toBeGreaterThan(100);
    expect(rates.every((rate) => Number.isFinite(rate))).toBe(true);
  });

  it('shows a plateau that is found', () => {
    const rates = presetCurve('plateau');
    expect(rates.at(-1)).toBeLessThan(rates[0]);
  });

  it('is another one for each of the well-known schedules', () => {
    const recipes = presets.filter(({ config }) => config === undefined);
    const paths = recipes.map(({ id }) => curvePath(presetCurve(id), 96, 32));
    expect(new Set(paths).size).toBe(recipes.length);
  });
});
