import { describe, expect, it } from 'vitest';

import { parseOptions } from '../../bench/options.js';

const everybody = ['lr-lab', 'lr-lab-1', 'lr-lab-8', 'tfjs-eager', 'jax-jit'];

describe("the benchmark's command line", () => {
  it('selects everything by default', () => {
    const { cases, names, complete } = parseOptions([]);
    expect(cases.map(({ name }) => name)).toEqual(['tiny-16', 'lenet-32', 'lenet-128']);
    expect(names).toEqual(everybody);
    expect(complete).toBe(true);
  });

  it('selects cases by the beginning of their names', () => {
    const { cases, complete } = parseOptions(['lenet']);
    expect(cases.map(({ name }) => name)).toEqual(['lenet-32', 'lenet-128']);
    expect(complete).toBe(false);
  });

  it('accepts rounds, seconds and contestants', () => {
    const given = ['--rounds', '3', '--seconds', '0.5', '--contestants', 'lr-lab,jax-jit'];
    const { effort, names, complete } = parseOptions(given);
    expect(effort).toEqual({ rounds: 3, seconds: 0.5 });
    expect(names).toEqual(['lr-lab', 'jax-jit']);
    expect(complete).toBe(false);
  });

  it.each([
    [['resnet'], /"resnet"; accepted: tiny-16/],
    [['--contestants', 'torch'], /"torch"; accepted: lr-lab/],
    [['--rounds', 'many'], /--rounds is "many"/],
    [['--faster'], /--faster/],
  ])('refuses %j', (given, message) => {
    expect(() => parseOptions(given)).toThrow(message);
  });
});
