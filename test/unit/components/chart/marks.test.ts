import { signal } from '@preact/signals-core';
import { describe, expect, it } from 'vitest';
import {
  findPlace,
  layoutFlags,
  shorten,
  type Flag,
  type FlagSpace,
  type Mark,
} from '../../../../components/internal/plot/flags/flag-layout.js';
import { marksOf, type MarkedRun } from '../../../../components/internal/chart/marks.js';
import { en } from '../../../../components/locales/en.js';
import { zhCn } from '../../../../components/locales/zh-cn.js';
import type { Intervention } from '../../../../src/lab/index.js';
import { fc } from '../../../property-runs.js';

const entry = (type: string): unknown => ({ scheduler: { type }, interval: 'epoch', frequency: 1 });

function run(
  policy: unknown,
  acted: unknown[],
  planned: unknown[] = [],
  id = 'A',
): { run: MarkedRun; index: number } {
  const run = {
    name: signal(id),
    config: { policy, optimizer: { type: 'SGD', lr: 0.1 } },
    plan: signal({ steps: 1000, stepsPerEpoch: 100, epochs: 10 }),
    interventions: signal(acted as Intervention[]),
    planned: signal(planned as Intervention[]),
  } as unknown as MarkedRun;
  return { run, index: id.charCodeAt(0) - 65 };
}

const labels = (marks: readonly Mark[]): string[] => marks.map(({ label }) => label);

describe('the marks of the runs', () => {
  const swap = { kind: 'swap', step: 400, policy: [entry('CosineAnnealingLR')], handoff: 'continue' };

  it('describe each intervention', () => {
    const acted = [
      { kind: 'setLr', step: 10, lr: 0.01 },
      { kind: 'chain', step: 20, policy: [entry('MultiStepLR')] },
      swap,
    ];
    expect(labels(marksOf([run([entry('StepLR')], acted)], en))).toEqual([
      'LR 0.01',
      'chain MultiStepLR',
      'swap ▸ CosineAnnealingLR',
    ]);
  });

  it('name a preset that is fitted to what is left', () => {
    const cosine = { scheduler: { type: 'CosineAnnealingLR', tMax: 6 }, interval: 'epoch', frequency: 1 };
    const acted = [{ ...swap, policy: [cosine] }];
    expect(labels(marksOf([run([entry('StepLR')], acted)], en))).toEqual(['swap ▸ Cosine']);
  });

  it('name the removed entry, before and after a swap', () => {
    const acted = [
      { kind: 'chain', step: 20, policy: [entry('MultiStepLR')] },
      { kind: 'unchain', step: 30, index: 1 },
      swap,
      { kind: 'chain', step: 410, policy: [entry('StepLR')] },
      { kind: 'unchain', step: 420, index: 0 },
    ];
    const marks = labels(marksOf([run([entry('ExponentialLR')], acted)], en));
    expect(marks[1]).toBe('remove MultiStepLR');
    expect(marks[4]).toBe('remove CosineAnnealingLR');
  });

  it('call a future intervention planned', () => {
    const marks = marksOf([run([], [], [{ ...swap, step: 810 }])], en);
    expect(marks).toEqual([{ step: 810, label: 'planned: swap ▸ CosineAnnealingLR', planned: true, run: 0 }]);
  });

  it('are sorted by step, and show only once what a fork shares with its parent', () => {
    const own = { kind: 'setLr', step: 50, lr: 0.3 };
    const marks = marksOf([run([], [swap]), run([], [own, swap], [], 'B')], en);
    expect(marks.map(({ step, run: index }) => [step, index])).toEqual([
      [50, 1],
      [400, 0],
    ]);
    expect(labels(marks)).toEqual(['B: LR 0.3', 'A: swap ▸ CosineAnnealingLR']);
  });

  it('have Chinese labels', () => {
    expect(labels(marksOf([run([], [swap])], zhCn))).toEqual(['换用 ▸ CosineAnnealingLR']);
  });
});

const space: FlagSpace = {
  width: 400,
  rows: 3,
  position: (step) => step,
  measure: (text) => text.length * 6,
  more: (text, others) => `${text} +${others}`,
};

const mark = (step: number, label = 'LR 0.01'): Mark => ({ step, label, planned: false, run: 0 });

const overlap = (a: Flag, b: Flag): boolean =>
  a.row === b.row && a.left < b.left + b.width && b.left < a.left + a.width;

describe('the flags of the marks', () => {
  it('are in the first row at their lines while they do not overlap', () => {
    const flags = layoutFlags([mark(10), mark(120), mark(250)], space);
    expect(flags.map(({ left, row }) => [left, row])).toEqual([
      [10, 0],
      [120, 0],
      [250, 0],
    ]);
  });

  it('move down a row when the first is taken', () => {
    const flags = layoutFlags([mark(10), mark(30), mark(50)], space);
    expect(flags.map(({ row }) => row)).toEqual([0, 1, 2]);
  });

  it('move to the left of their line at the right edge', () => {
    const [flag] = layoutFlags([mark(395)], space);
    expect(flag.left + flag.width).toBe(395);
  });

  it('join the flag before them when every row is taken, and it shows their number', () => {
    const flags = layoutFlags([mark(10), mark(12), mark(14), mark(16), mark(18)], space);
    expect(flags).toHaveLength(3);
    expect(flags.flatMap(({ marks }) => marks)).toHaveLength(5);
    expect(flags[2].text).toMatch(/\+2$/);
  });

  it('never overlap, stay inside the plot and lose no mark, for any marks', () => {
    const marks = fc.array(
      fc.record({ step: fc.integer({ min: 0, max: 400 }), label: fc.string({ maxLength: 60 }) }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(marks, fc.integer({ min: 1, max: 4 }), (list, rows) => {
        const sorted = list.map(({ step, label }) => mark(step, label)).sort((a, b) => a.step - b.step);
        const flags = layoutFlags(sorted, { ...space, rows });
        expect(flags.flatMap((flag) => flag.marks)).toHaveLength(sorted.length);
        for (const [index, flag] of flags.entries()) {
          expect(flag.left).toBeGreaterThanOrEqual(0);
          expect(flag.left + flag.width).toBeLessThanOrEqual(400);
          expect(flags.slice(index + 1).some((other) => overlap(flag, other))).toBe(false);
        }
      }),
    );
  });

  it('leave the label of the next step out when no row is free', () => {
    const flags = layoutFlags([mark(10), mark(10), mark(10)], space);
    expect(findPlace(flags, 'now', 12, space)).toBeUndefined();
    expect(findPlace(flags, 'now', 300, space)?.row).toBe(0);
  });

  it('shorten a long text to the available width', () => {
    expect(shorten('CosineAnnealingLR', 1000, space.measure)).toBe('CosineAnnealingLR');
    expect(shorten('CosineAnnealingLR', 60, space.measure)).toBe('CosineAnn…');
    expect(shorten('CosineAnnealingLR', 0, space.measure)).toBe('C…');
  });
});
