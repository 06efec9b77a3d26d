/** The user's functions of LambdaLR and MultiplicativeLR: how they are given, called and saved. */
import { checkGroupCount } from './checks.js';
import type { SchedulerOptimizer } from './scheduler.js';
import { invalidOption } from './scheduler-error.js';
import { invalidState, type StateField } from './state-fields.js';

/** A function from the epoch to a factor. */
export type LrLambda = (epoch: number) => number;

/** Options of `LambdaLR` and `MultiplicativeLR`. */
export interface LrLambdaOptions {
  /** The factor as a function of the epoch, one for all groups or a list with one for each. */
  lrLambda: LrLambda | readonly LrLambda[];
  /** The epoch to resume after; -1, a fresh start, by default. */
  lastEpoch?: number;
}

/** Repeats one function for all groups, or checks that there is one for each. */
export function checkLrLambdas(type: string, lrLambda: unknown, optimizer: SchedulerOptimizer): LrLambda[] {
  const count = optimizer.paramGroups.length;
  if (isLrLambda(lrLambda)) return new Array<LrLambda>(count).fill(lrLambda);
  if (!Array.isArray(lrLambda) || !lrLambda.every(isLrLambda)) {
    const accepted = 'a function of the epoch, or a list with one for each param group';
    throw invalidOption(type, 'lrLambda', lrLambda, accepted, 'TypeError');
  }
  checkGroupCount(type, 'lrLambda (a function for each group)', lrLambda.length, count);
  return [...lrLambda];
}

function isLrLambda(value: unknown): value is LrLambda {
  return typeof value === 'function';
}

/**
 * The functions in a state dict: a null for each, since functions cannot be saved. PyTorch saves something else only for
 * callable Python objects with attributes, which have no meaning here.
 */
export function lrLambdasField(lambdas: readonly LrLambda[]): StateField {
  return {
    required: true,
    save: () => lambdas.map(() => null),
    plan: (value, path) => {
      if (!Array.isArray(value) || value.some((item) => item !== null)) {
        throw invalidState(path, value, 'a list of nulls');
      }
      return () => undefined;
    },
  };
}
