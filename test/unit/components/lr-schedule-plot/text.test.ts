import { describe, expect, it } from 'vitest';
import { en } from '../../../../components/locales/en.js';
import { zhCn } from '../../../../components/locales/zh-cn.js';
import type { PlotSettings } from '../../../../components/internal/policy/plot-settings.js';
import { curveOf } from '../../../../components/internal/policy/schedule-curve.js';
import type { Schedule } from '../../../../components/lr-schedule-plot/schedule-panels.js';
import {
  courseOf,
  describeSchedule,
  nameOf,
  tabulateSchedule,
  valuesAt,
} from '../../../../components/lr-schedule-plot/schedule-text.js';

const step = '{ "type": "StepLR", "stepSize": 10, "gamma": 0.1 }';

function schedule(
  policies: readonly (string | [policy: string, label: string])[],
  changes: Partial<PlotSettings> = {},
): Schedule {
  const settings: PlotSettings = {
    lr: 0.1,
    steps: 30,
    stepsPerEpoch: 1,
    scale: 'linear',
    metric: undefined,
    ...changes,
  };
  const curves = policies.map((item) =>
    typeof item === 'string' ? curveOf(item, null, settings) : curveOf(item[0], item[1], settings),
  );
  return { settings, curves, metric: undefined };
}

describe('the name of a curve', () => {
  const name = (policy: string, label?: string, terms = en) =>
    nameOf(schedule([label === undefined ? policy : [policy, label]]).curves[0], terms);

  it('is the page’s own if it has one', () => {
    expect(name('cosine', ' Mine ')).toBe('Mine');
  });

  it('is the preset’s, in the reader’s language', () => {
    expect(name('cosine')).toBe(en.presets.cosine.name);
    expect(name('cosine', '', zhCn)).toBe(zhCn.presets.cosine.name);
  });

  it('is that of its schedulers otherwise, and never empty', () => {
    expect(name(step)).toBe('StepLR');
    expect(name(`[${step}, ${step}]`)).toBe('StepLR + StepLR');
    expect(name('[]')).toBe(en.presets.constant.name);
  });
});

describe('the values of a curve', () => {
  it('appear once if all param groups agree', () => {
    expect(valuesAt([Float64Array.of(0.1), Float64Array.of(0.1)], 0)).toBe('0.1');
    expect(valuesAt([Float64Array.of(0.1), Float64Array.of(0.01)], 0)).toBe('0.1 · 0.01');
  });

  it('are a dash without a value', () => {
    expect(valuesAt([Float64Array.of(NaN)], 0)).toBe('–');
    expect(valuesAt([Float64Array.of(1)], 5)).toBe('–');
    expect(valuesAt(undefined, 0)).toBe('–');
  });

  it('have a first and a last one, or only one if they are constant', () => {
    expect(courseOf(schedule([step]).curves[0])).toBe('0.1 → 0.001');
    expect(courseOf(schedule(['constant']).curves[0])).toBe('0.1');
    const failing = '{ "type": "OneCycleLR", "maxLr": 0.1, "totalSteps": 12, "finalDivFactor": 10 }';
    expect(courseOf(schedule([failing]).curves[0])).not.toContain('NaN');
  });
});

describe('a schedule in words', () => {
  it('describes the whole of every curve', () => {
    expect(describeSchedule(schedule([step]), undefined, en, String)).toBe(
      'StepLR: the learning rate over 30 steps starts at 0.1, ends at 0.001 and stays between 0.001 and 0.1.',
    );
  });

  it('describes the values at a step, including the momentum', () => {
    const text = describeSchedule(schedule([step, 'one-cycle']), 10, en, String);
    expect(text).toMatch(/^Step 10 of 30\. StepLR: learning rate 0\.01\. One cycle: learning rate 0\.\d+\./);
    expect(text).toMatch(/One cycle: momentum 0\.\d+\.$/);
  });

  it('is available in Chinese', () => {
    expect(describeSchedule(schedule([step]), 10, zhCn, String)).toBe(
      '第 10 步，共 30 步。 StepLR：学习率 0.01。',
    );
  });

  it('describes a made-up metric', () => {
    const plateau = { ...schedule(['plateau']), metric: new Float64Array(30).fill(0.5) };
    expect(describeSchedule(plateau, 3, en, String)).toMatch(/Made-up metric 0\.5\.$/);
  });
});

describe('a schedule as a table', () => {
  it('has a column for every curve and a row for each of a few steps', () => {
    const table = tabulateSchedule(schedule([step, 'cosine'], { steps: 200 }), 'caption', en, String);
    expect(table.columns).toEqual(['Step', 'StepLR', 'Cosine']);
    expect(table.rows).toHaveLength(50);
    expect(table.rows[0]).toEqual(['0', '0.1', '0.1']);
    expect(table.rows.at(-1)?.[0]).toBe('199');
    expect(table.caption).toBe('caption');
  });

  it('has the epoch if an epoch has several steps, counted from 1', () => {
    const { columns, rows } = tabulateSchedule(schedule([step], { stepsPerEpoch: 10 }), '', en, String);
    expect(columns).toEqual(['Step', 'Epoch', 'Learning rate']);
    expect([rows[0], rows[10], rows[29]]).toEqual([
      ['0', '1', '0.1'],
      ['10', '2', '0.1'],
      ['29', '3', '0.1'],
    ]);
  });

  it('has columns for the momentum and a made-up metric', () => {
    const cycle = { ...schedule(['one-cycle']), metric: new Float64Array(30).fill(0.5) };
    const { columns, rows } = tabulateSchedule(cycle, '', en, String);
    expect(columns).toEqual(['Step', 'Learning rate', 'momentum', 'example metric']);
    expect(rows[0]).toEqual(['0', '0.004', '0.95', '0.5']);
    const { columns: several } = tabulateSchedule(schedule(['one-cycle', step]), '', en, String);
    expect(several).toEqual(['Step', 'One cycle', 'One cycle: momentum', 'StepLR']);
  });
});
