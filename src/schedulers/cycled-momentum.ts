/** Momentum that is cycled against the learning rate, by CyclicLR and OneCycleLR alike. */
import { checkPerGroup } from './checks.js';
import type { ParamGroup, SchedulerOptimizer } from './scheduler.js';
import { invalidOption, SchedulerError } from './scheduler-error.js';
import { aBoolean, aNumberList, property, type StateField } from './state-fields.js';

/** Options that both schedulers take. */
export interface CycledMomentumOptions {
  /** Whether momentum is cycled against the learning rate; true by default. */
  cycleMomentum?: boolean;
  /** The momentum at the peak of the learning rate, one for all groups or a list with one for each. */
  baseMomentum?: number | readonly number[];
  /** The momentum at the foot of the learning rate, one for all groups or a list with one for each. */
  maxMomentum?: number | readonly number[];
}

/** Whether momentum is cycled; if so, where the groups keep it, and its bounds. */
export interface CycledMomentum {
  cycles: boolean;
  /** Whether it is `betas[0]`, as in Adam, and not `momentum`, as in SGD. */
  useBeta1?: boolean;
  baseMomentums?: number[];
  maxMomentums?: number[];
}

/**
 * Checks the momentum options. Every group must have `betas` or every group `momentum`; PyTorch looks at the defaults of
 * the optimizer instead, with the same result.
 */
export function checkCycledMomentum(
  type: string,
  { cycleMomentum, baseMomentum, maxMomentum }: CycledMomentumOptions,
  optimizer: SchedulerOptimizer,
): CycledMomentum {
  if (typeof cycleMomentum !== 'boolean') {
    throw invalidOption(type, 'cycleMomentum', cycleMomentum, 'true or false', 'TypeError');
  }
  if (!cycleMomentum) return { cycles: false };
  const groups = optimizer.paramGroups;
  const useBeta1 = groups.every((group) => group.betas !== undefined);
  if (!useBeta1 && !groups.every((group) => group.momentum !== undefined)) {
    throw new SchedulerError({
      code: 'no-momentum',
      pythonError: 'ValueError',
      message: `${type}: momentum can be cycled only if every param group has momentum or every one has betas.`,
      received: 'param groups without momentum and betas',
      accepted: 'momentum or betas in every param group, or cycleMomentum: false',
    });
  }
  return {
    cycles: true,
    useBeta1,
    baseMomentums: checkPerGroup(type, 'baseMomentum', baseMomentum, optimizer),
    maxMomentums: checkPerGroup(type, 'maxMomentum', maxMomentum, optimizer),
  };
}

/** Sets the momentum of each group to the start of a cycle and stores the bounds there; does nothing if it is not cycled. */
export function startMomentum(groups: readonly ParamGroup[], momentum: CycledMomentum): void {
  const { cycles, maxMomentums = [], baseMomentums = [] } = momentum;
  if (!cycles) return;
  writeMomentums(groups, momentum, maxMomentums);
  groups.forEach((group, index) => {
    group.maxMomentum = maxMomentums[index];
    group.baseMomentum = baseMomentums[index];
  });
}

/** Writes a momentum into each group, as `momentum` or as the first of `betas`. */
export function writeMomentums(
  groups: readonly ParamGroup[],
  { useBeta1 }: CycledMomentum,
  momentums: readonly number[],
): void {
  groups.forEach((group, index) => {
    if (!useBeta1) group.momentum = momentums[index];
    else if (group.betas) {
      const [, beta2, ...others] = group.betas;
      group.betas = [momentums[index], beta2, ...others];
    }
  });
}

/** The fields of a state dict about cycled momentum. */
export function cycledMomentumFields(
  momentum: CycledMomentum,
): Record<'cycle_momentum' | 'use_beta1' | 'base_momentums' | 'max_momentums', StateField> {
  return {
    cycle_momentum: property(aBoolean, momentum, 'cycles'),
    use_beta1: property(aBoolean, momentum, 'useBeta1'),
    base_momentums: property(aNumberList, momentum, 'baseMomentums'),
    max_momentums: property(aNumberList, momentum, 'maxMomentums'),
  };
}
