import { describe, expect, it } from 'vitest';
import {
  readSettings,
  type PlotSettings,
  type GivenSettings,
} from '../../../../components/internal/policy/plot-settings.js';
import { countRange } from '../../../../src/config/names.js';
import type { Problem } from '../../../../src/errors.js';

const none: GivenSettings = { lr: null, steps: null, stepsPerEpoch: null, scale: null, metric: null };

function settingsOf(texts: Partial<GivenSettings>): PlotSettings {
  const settings = readSettings({ ...none, ...texts });
  if (Array.isArray(settings)) throw new Error(settings.map(({ message }) => message).join(' '));
  return settings;
}

function problemsOf(texts: Partial<GivenSettings>): Problem[] {
  const settings = readSettings({ ...none, ...texts });
  return Array.isArray(settings) ? settings : [];
}

describe('the attributes of a schedule plot', () => {
  it('may all be absent: 100 steps from 0.1, each an epoch', () => {
    expect(settingsOf({})).toEqual({
      lr: 0.1,
      steps: 100,
      stepsPerEpoch: 1,
      scale: 'linear',
      metric: undefined,
    });
  });

  it('are read from text, and accepted as numbers from a script', () => {
    const texts = settingsOf({ lr: ' 1e-3 ', steps: '200', stepsPerEpoch: '10', scale: 'log' });
    expect(texts).toMatchObject({ lr: 1e-3, steps: 200, stepsPerEpoch: 10, scale: 'log' });
    expect(settingsOf({ lr: 0.5, steps: 7, stepsPerEpoch: 2 })).toMatchObject({ lr: 0.5, steps: 7 });
  });

  it('accept a metric as a formula of the epoch', () => {
    const { metric } = settingsOf({ metric: 'max(0.3, 1 - epoch / 20)' });
    expect([0, 10, 30].map((epoch) => metric?.(epoch))).toEqual([1, 0.5, 0.3]);
  });

  it.each([
    ['lr', 'fast', '"fast"', 'number ≥ 0'],
    ['lr', '-0.1', '"-0.1"', 'number ≥ 0'],
    ['lr', '', '""', 'number ≥ 0'],
    ['lr', NaN, 'NaN', 'number ≥ 0'],
    ['steps', '0', '"0"', countRange],
    ['steps', '2.5', '"2.5"', countRange],
    ['steps', 1_000_001, '1000001', countRange],
    ['stepsPerEpoch', '0x10', '"0x10"', countRange],
    ['scale', 'cubic', '"cubic"', '"linear" | "log"'],
  ] as const)('refuse %s = %j, naming what is accepted', (name, given, received, accepted) => {
    const [problem, ...others] = problemsOf({ [name]: given });
    expect(problem).toMatchObject({ code: 'config-value', received, accepted });
    expect(problem.message).toContain(received);
    expect(problem.path).toBe(name === 'stepsPerEpoch' ? 'steps-per-epoch' : name);
    expect(others).toEqual([]);
  });

  it('refuse an invalid formula as a metric, naming the part', () => {
    const [problem] = problemsOf({ metric: 'window.alert(epoch)' });
    expect(problem).toMatchObject({ code: 'config-value', path: 'metric' });
    expect(problem.received).toBeTruthy();
    expect(problem.accepted).toBeTruthy();
  });

  it('report every error at once', () => {
    const paths = problemsOf({ lr: 'a', steps: 'b', stepsPerEpoch: 'c', scale: 'd', metric: ')' });
    expect(paths.map(({ path }) => path)).toEqual(['lr', 'steps', 'steps-per-epoch', 'scale', 'metric']);
  });
});
