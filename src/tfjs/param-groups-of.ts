import type * as tf from '@tensorflow/tfjs';
import { InputError } from '../errors.js';
import type { ParamGroup } from '../schedulers/index.js';
import { betasOf, lrOf, momentumOf, type OptimizerInternals } from './hyper-parameters.js';

/** The one param group of a tf.js optimizer, as schedulers want it. */
export interface TfjsParamGroups {
  readonly paramGroups: [ParamGroup];
}

/** What can be cycled as momentum, by tf.js's name of the optimizer. */
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
 * Gives a tf.js optimizer the one param group that it has in effect, for a scheduler to work on:
 * `new StepLR(paramGroupsOf(optimizer), { stepSize: 30 })`.
 *
 * The group is the optimizer's own and not a copy: what is read is what the optimizer holds, and what is written acts in
 * the very next update, in every optimizer of `tf.train` and in classes that extend them. `lr` is always there;
 * `momentum` in Momentum and RMSProp; `betas` in Adam and Adamax, as a pair that is replaced and not changed in place.
 * The same optimizer gives the same group each time, so that it keeps `initialLr` as PyTorch's optimizers do.
 *
 * What tf.js does with the rate stays tf.js's: Adamax divides it by 1 + iterations · decay, and RMSProp with momentum
 * puts it into the moment that it carries on, so that an earlier rate fades there and does not end.
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
 * tf.js's name of an optimizer, or of the class of tf.js that its class extends. `instanceof` cannot tell: tf.js answers
 * it with yes for any two optimizers.
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
