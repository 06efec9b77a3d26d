import type * as tf from '@tensorflow/tfjs-core';
import { InputError } from '../errors.js';
import type { ParamGroup } from '../schedulers/index.js';
import { betasOf, lrOf, momentumOf, type OptimizerInternals } from './hyper-parameters.js';

/** The one param group of a tf.js optimizer, in the form that schedulers need. */
export interface TfjsParamGroups {
  readonly paramGroups: [ParamGroup];
}

/** The option that can be cycled as momentum, by tf.js's name of the optimizer. */
const cycled = {
  SGD: undefined,
  Momentum: 'momentum',
  Adam: 'betas',
  Adamax: 'betas',
  RMSProp: 'momentum',
  Adagrad: undefined,
  Adadelta: undefined,
} as const;

const known = new WeakMap<OptimizerInternals, TfjsParamGroups>();

/**
 * Returns the one param group of a tf.js optimizer, for a scheduler:
 * `new StepLR(paramGroupsOf(optimizer), { stepSize: 30 })`.
 *
 * The group is live and not a copy: it reads the optimizer's values, and what is written takes effect in the next update,
 * in every optimizer of `tf.train` and in classes that extend them. All have `lr`; Momentum and RMSProp have `momentum`;
 * Adam and Adamax have `betas`, a pair that is replaced and not changed in place. The same optimizer always has the same
 * group, so that it keeps `initialLr` as PyTorch's optimizers do.
 *
 * tf.js's use of the rate does not change: Adamax divides it by 1 + iterations · decay, and RMSProp with momentum includes
 * it in the moment that it keeps, so that an earlier rate fades there instead of ending.
 *
 * @throws InputError `unknown-optimizer` for anything but these optimizers.
 */
export function paramGroupsOf(optimizer: tf.Optimizer): TfjsParamGroups {
  const name = nameOf(optimizer);
  if (name === undefined) throw unknownOptimizer(optimizer);
  const internals = optimizer as unknown as OptimizerInternals;
  let groups = known.get(internals);
  if (!groups) known.set(internals, (groups = newGroups(internals, cycled[name])));
  // What was assigned to `learningRate` so far takes effect now.
  groups.paramGroups[0].lr = internals.learningRate;
  return groups;
}

function newGroups(
  internals: OptimizerInternals,
  momentum: (typeof cycled)[keyof typeof cycled],
): TfjsParamGroups {
  const group = Object.defineProperties(
    {},
    {
      lr: lrOf(internals),
      ...(momentum === 'momentum' && { momentum: momentumOf(internals) }),
      ...(momentum === 'betas' && { betas: betasOf(internals) }),
    },
  ) as ParamGroup;
  return { paramGroups: [group] };
}

/**
 * tf.js's name of an optimizer, or of the tf.js class that its class extends. `instanceof` does not work: in tf.js it is
 * true for any two optimizers.
 */
function nameOf(optimizer: unknown): keyof typeof cycled | undefined {
  if (typeof optimizer !== 'object' || optimizer === null) return undefined;
  if (!('learningRate' in optimizer) || typeof optimizer.learningRate !== 'number') return undefined;
  let type: unknown = optimizer.constructor;
  while (typeof type === 'function') {
    const name: unknown = 'className' in type ? type.className : undefined;
    if (isKnownName(name)) return name;
    type = Object.getPrototypeOf(type);
  }
  return undefined;
}

function isKnownName(name: unknown): name is keyof typeof cycled {
  return typeof name === 'string' && Object.hasOwn(cycled, name);
}

function unknownOptimizer(optimizer: unknown): InputError {
  const received = describe(optimizer);
  const accepted = `an optimizer of tf.train: ${Object.keys(cycled).join(', ')}`;
  return new InputError({
    code: 'unknown-optimizer',
    message: `The optimizer is ${received}; accepted: ${accepted}, or one that extends one of them.`,
    path: 'optimizer',
    received,
    accepted,
  });
}

function describe(value: unknown): string {
  if (typeof value === 'object' && value !== null) return `an instance of ${value.constructor.name}`;
  return typeof value === 'string' ? `"${value}"` : String(value);
}
