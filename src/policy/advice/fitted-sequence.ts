import type { SchedulerSpec, SpecOf } from '../policy.js';
import type { SchedulerType } from '../schema/scheduler-parameters.js';
import { share } from './finding.js';

/** The parameter with the length of a scheduler, and PyTorch's default. */
const lengths: Readonly<Partial<Record<SchedulerType, { readonly key: string; readonly usual: number }>>> = {
  ConstantLR: { key: 'totalIters', usual: 5 },
  LinearLR: { key: 'totalIters', usual: 5 },
  PolynomialLR: { key: 'totalIters', usual: 5 },
  CosineAnnealingLR: { key: 'tMax', usual: NaN },
  SWALR: { key: 'annealEpochs', usual: 10 },
};

/** A sequence in the same proportions, short enough that each of its schedulers acts; undefined if there is none. */
export function fittedSequence(spec: SpecOf<'SequentialLR'>, count: number): SchedulerSpec | undefined {
  const { schedulers, milestones } = spec;
  if (count <= milestones.length) return undefined;
  const last = milestones[milestones.length - 1];
  const factor = count / (last + (lengthOf(schedulers[schedulers.length - 1]) ?? last / 4));
  let before = 0;
  const fitted = milestones.map((milestone, index) => {
    const latest = count - (milestones.length - index);
    before = Math.min(latest, Math.max(before + 1, share(milestone, factor)));
    return before;
  });
  return { ...spec, milestones: fitted, schedulers: schedulers.map((child) => scaled(child, factor)) };
}

function lengthOf(spec: SchedulerSpec): number | undefined {
  const length = lengths[spec.type];
  if (length === undefined) return undefined;
  const values: Partial<Record<string, unknown>> = { ...spec };
  return Number(values[length.key] ?? length.usual);
}

function scaled(spec: SchedulerSpec, factor: number): SchedulerSpec {
  const length = lengthOf(spec);
  if (length === undefined) return spec;
  return { ...spec, [lengths[spec.type]!.key]: share(length, factor) };
}
