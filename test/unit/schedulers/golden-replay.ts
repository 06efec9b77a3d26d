/** Builds the optimizers and schedulers that golden cases describe, and reads them in the cases' form. */
import * as schedulers from '../../../src/schedulers/index.js';
import type { ComposableScheduler, ParamGroup, SchedulerOptimizer } from '../../../src/schedulers/index.js';
import { functionOf } from './golden-expressions.js';
import type { GoldenGroup, GoldenOptimizer, GoldenScheduler } from './golden-case.js';

const groupDefaults: Record<string, Partial<ParamGroup>> = {
  SGD: { momentum: 0 },
  RMSprop: { momentum: 0 },
  Adam: { betas: [0.9, 0.999] },
  AdamW: { betas: [0.9, 0.999] },
  Adagrad: {},
};

/** Converts PyTorch's names to ours: `T_max` into `tMax`, `initial_lr` into `initialLr`. */
function camelCase(name: string): string {
  const [first, ...rest] = name.split('_');
  return first.toLowerCase() + rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** A param group with our names, and the optimizer's defaults for the options that the case omits. */
export function groupOf(optimizerType: string, golden: GoldenGroup): ParamGroup {
  const entries = Object.entries(golden).map(([key, value]) => [
    camelCase(key),
    Array.isArray(value) ? [...value] : value,
  ]);
  return { ...groupDefaults[optimizerType], ...Object.fromEntries(entries) } as ParamGroup;
}

/** A param group with PyTorch's names. */
export function goldenGroup(group: ParamGroup): GoldenGroup {
  const entries = Object.entries(group).map(([key, value]) => [snakeCase(key), value]);
  return Object.fromEntries(entries) as GoldenGroup;
}

/** An optimizer with the groups of a case and a `step` that does nothing. */
export class FakeOptimizer implements SchedulerOptimizer {
  paramGroups: ParamGroup[];
  private readonly optimizerType: string;

  constructor({ type, groups }: GoldenOptimizer) {
    this.optimizerType = type;
    this.paramGroups = groups.map((group) => groupOf(type, group));
  }

  step(): void {
    // The schedulers only notice whether this is called.
  }

  /** Replaces the groups by new objects with saved values, as loading a PyTorch optimizer does. */
  load(groups: readonly GoldenGroup[]): void {
    this.paramGroups = groups.map((group) => groupOf(this.optimizerType, group));
  }

  addGroup(group: GoldenGroup): void {
    this.paramGroups.push(groupOf(this.optimizerType, group));
  }

  lrs(): number[] {
    return this.paramGroups.map((group) => group.lr);
  }

  momentums(): number[] {
    return this.paramGroups.map((group) => group.betas?.[0] ?? group.momentum ?? NaN);
  }
}

type AnyConstructor = new (...parameters: unknown[]) => ComposableScheduler;

/** Constructs the scheduler that a case describes, its children first. */
export function buildScheduler(
  golden: GoldenScheduler,
  optimizer: SchedulerOptimizer,
  extraOptions: Record<string, unknown> = {},
): ComposableScheduler {
  const options: Record<string, unknown> = { ...extraOptions };
  for (const [name, value] of Object.entries(golden.params)) {
    if (value !== null) options[camelCase(name)] = optionOf(value);
  }
  if (golden.children) {
    options.schedulers = golden.children.map((child) =>
      buildScheduler(child, child.own_optimizer ? new FakeOptimizer(child.own_optimizer) : optimizer),
    );
  }
  const constructors = schedulers as unknown as Record<string, AnyConstructor>;
  const Constructor = constructors[golden.name];
  return golden.name === 'ChainedScheduler' ? new Constructor(options) : new Constructor(optimizer, options);
}

function optionOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(optionOf);
  if (typeof value === 'object' && value !== null && 'expr' in value) return functionOf(String(value.expr));
  return value;
}

/** The metric of a step, from a number or the text of one. */
export function metricOf(metric: number | string): number {
  return Number(metric);
}
