import { describe, expect, it } from 'vitest';
import { curvePath } from '../../../../components/internal/plot/lines/curve-path.js';
import { extremesOf } from '../../../../components/internal/kit/extremes.js';
import { marksOf } from '../../../../components/internal/chart/marks.js';
import { rangePlot } from '../../../../components/lr-range-dialog/range-plot.js';
import { courseOf } from '../../../../components/lr-schedule-plot/schedule-text.js';
import { curveOf } from '../../../../components/internal/policy/schedule-curve.js';
import { en } from '../../../../components/locales/en.js';
import { Lab } from '../../../../src/lab/index.js';

const count = 200_000;

describe('the lowest and the highest of a list', () => {
  it('ignore NaN', () => {
    expect(extremesOf([3, NaN, -1, 2])).toEqual([-1, 3]);
    expect(extremesOf([NaN])).toEqual([Infinity, -Infinity]);
  });
});

describe('200,000 entries, too many to spread into a call', () => {
  it('are the losses of a range test', () => {
    const lr = Float64Array.from({ length: count }, (_, index) => 10 ** (-5 + (5 * index) / count));
    const loss = Float32Array.from({ length: count }, (_, index) => 2 - index / count);
    const plot = rangePlot({ lr, loss, smoothed: loss } as unknown as Parameters<typeof rangePlot>[0]);
    expect(plot.yAt(lr[count - 1])).toBeGreaterThan(plot.yAt(lr[0]));
  });

  it('are the values of a small curve', () => {
    const values = Float64Array.from({ length: count }, (_, index) => index);
    expect(curvePath(values, 100, 50)).toMatch(/^M0 50L.*L99\.5 0$/);
  });

  it('are the updates of a schedule', () => {
    const settings = { lr: 0.1, steps: count, stepsPerEpoch: 1, scale: 'linear', metric: undefined } as const;
    expect(courseOf(curveOf('{"type": "LinearLR", "totalIters": 200000}', null, settings))).toMatch(
      /→ 0\.1$/,
    );
  });

  it('are the planned changes of a run', () => {
    const [run] = new Lab({ model: 'tiny' }).runs.value;
    const planned = Array.from({ length: count }, (_, step) => ({ kind: 'setLr', step, lr: 0.1 }) as const);
    const marked = {
      name: run.name,
      config: run.config,
      interventions: run.interventions,
      planned: { value: planned },
    };
    expect(marksOf([{ run: marked as unknown as typeof run, index: 0 }], en)).toHaveLength(count);
  });
});
