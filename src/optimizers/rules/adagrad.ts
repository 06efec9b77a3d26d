import { Optimizer } from '../optimizer.js';
import type { AdagradOptions } from '../options.js';
import { defaultsOf } from '../options.js';
import type { GroupOf, ParameterGroup } from '../parameter.js';
import type { Row, Rule } from './rule.js';

/** A param group of {@link Adagrad}. */
export type AdagradGroup = GroupOf<AdagradOptions>;

type Numbers = Row & Record<'weightDecay' | 'slowdown' | 'eps', number>;

const rule: Rule<AdagradOptions, Numbers, 'sum'> = {
  type: 'Adagrad',
  defaults: defaultsOf('Adagrad'),
  slots: ['sum'],
  countsSteps: true,
  slotsOf: () => ['sum'],

  row: ({ lr, weightDecay, lrDecay, eps }, { step }) => ({
    lr,
    momentum: 0,
    weightDecay,
    slowdown: 1 + (step - 1) * lrDecay,
    eps,
  }),

  update(weight, raw, { lr, weightDecay, slowdown, eps }, state) {
    const gradient = weightDecay === 0 ? raw : raw.add(weight.mul(weightDecay));
    state.sum = state.sum.add(gradient.square());
    return weight.sub(gradient.div(state.sum.sqrt().add(eps)).mul(lr / slowdown));
  },

  wgsl: `
    if (row.weightDecay != 0.0) { gradient += row.weightDecay * weight; }
    let total = sum[i] + gradient * gradient;
    sum[i] = total;
    weight -= (row.lr / row.slowdown) * (gradient / (sqrt(total) + row.eps));`,
};

/**
 * Adagrad: g ← g + weightDecay·p; s ← s + g², starting at `initialAccumulatorValue`;
 * p ← p − lr/(1 + (t − 1)·lrDecay) · g/(√s + eps). The start is the optimizer's; a group's own changes nothing.
 *
 * Follows torch/optim/adagrad.py, class Adagrad.
 */
export class Adagrad extends Optimizer<AdagradGroup> {
  constructor(groups: readonly ParameterGroup<AdagradOptions>[], options: AdagradOptions = {}) {
    super(
      { ...rule, initialValue: options.initialAccumulatorValue ?? rule.defaults.initialAccumulatorValue },
      groups,
      options,
    );
  }
}
