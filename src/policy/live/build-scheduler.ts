import { InputError } from '../../errors.js';
import {
  ChainedScheduler,
  ConstantLR,
  CosineAnnealingLR,
  CosineAnnealingWarmRestarts,
  CyclicLR,
  ExponentialLR,
  LambdaLR,
  LinearLR,
  MultiplicativeLR,
  MultiStepLR,
  OneCycleLR,
  PolynomialLR,
  ReduceLROnPlateau,
  SchedulerError,
  SequentialLR,
  StepLR,
  SWALR,
} from '../../schedulers/index.js';
import type { ComposableScheduler, SchedulerOptimizer } from '../../schedulers/index.js';
import { checkArgument, isObject } from '../check-argument.js';
import { parseFormula } from '../formula/parse-formula.js';
import type { SchedulerSpec } from '../policy.js';

/**
 * Constructs a scheduler on an optimizer, as PyTorch would: a composite's children first, in their order.
 *
 * @throws SchedulerError when the scheduler refuses the optimizer (see `src/schedulers`) or a formula has no finite value,
 * InputError `formula` for a text that is not a formula; a parsed policy contains none.
 */
export function buildScheduler(spec: SchedulerSpec, optimizer: SchedulerOptimizer): ComposableScheduler {
  checkArgument('spec', spec, isObject(spec), '{ type: "StepLR", stepSize: 30 }');
  switch (spec.type) {
    case 'LambdaLR':
      return new LambdaLR(optimizer, { ...spec, lrLambda: functionsOf(spec.lrLambda) });
    case 'MultiplicativeLR':
      return new MultiplicativeLR(optimizer, { ...spec, lrLambda: functionsOf(spec.lrLambda) });
    case 'StepLR':
      return new StepLR(optimizer, spec);
    case 'MultiStepLR':
      return new MultiStepLR(optimizer, spec);
    case 'ConstantLR':
      return new ConstantLR(optimizer, spec);
    case 'LinearLR':
      return new LinearLR(optimizer, spec);
    case 'ExponentialLR':
      return new ExponentialLR(optimizer, spec);
    case 'SequentialLR':
      return new SequentialLR(optimizer, { ...spec, schedulers: childrenOn(optimizer, spec.schedulers) });
    case 'PolynomialLR':
      return new PolynomialLR(optimizer, spec);
    case 'CosineAnnealingLR':
      return new CosineAnnealingLR(optimizer, spec);
    case 'ChainedScheduler':
      return new ChainedScheduler({ ...spec, schedulers: childrenOn(optimizer, spec.schedulers), optimizer });
    case 'ReduceLROnPlateau':
      return new ReduceLROnPlateau(optimizer, spec);
    case 'CyclicLR': {
      const { scaleFn, ...options } = spec;
      return new CyclicLR(optimizer, { ...options, ...(scaleFn && { scaleFn: functionOf(scaleFn) }) });
    }
    case 'CosineAnnealingWarmRestarts':
      return new CosineAnnealingWarmRestarts(optimizer, spec);
    case 'OneCycleLR':
      return new OneCycleLR(optimizer, spec);
    case 'SWALR':
      return new SWALR(optimizer, spec);
  }
}

function childrenOn(optimizer: SchedulerOptimizer, specs: readonly SchedulerSpec[]): ComposableScheduler[] {
  return specs.map((spec) => buildScheduler(spec, optimizer));
}

function functionsOf(
  formulas: string | readonly string[],
): ((epoch: number) => number) | ((epoch: number) => number)[] {
  return typeof formulas === 'string' ? functionOf(formulas) : formulas.map(functionOf);
}

/** The function of a formula; it throws where the value is not finite, because no learning rate may be. */
function functionOf(text: string): (argument: number) => number {
  const result = parseFormula(text);
  if (!result.success) {
    const { reason, received, accepted } = result.problem;
    throw new InputError({
      code: 'formula',
      message: `${text} is not a formula: ${reason}`,
      received,
      accepted,
    });
  }
  const { evaluate } = result.formula;
  return (argument) => {
    const value = evaluate(argument);
    if (Number.isFinite(value)) return value;
    throw new SchedulerError({
      code: 'invalid-option',
      pythonError: 'ValueError',
      message: `the formula ${text} has no finite value at ${argument}.`,
      received: `${text} = ${value} (${argument})`,
      accepted: 'number',
    });
  };
}
