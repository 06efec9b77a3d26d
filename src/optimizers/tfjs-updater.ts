import * as tf from '@tensorflow/tfjs-core';

import type { Gradients, Parameter } from './parameter.js';
import type { Rule } from './rules/rule.js';
import type { SlotValues, ParameterUpdate, ParameterUpdater } from './parameter-updater.js';

/** Updates one parameter after another with tf.js's own operations, on any backend. */
export class TfjsUpdater implements ParameterUpdater {
  private readonly rule: Rule;
  private readonly parameters: readonly Parameter[];
  private readonly states: Map<string, tf.Tensor>[];

  constructor(rule: Rule, parameters: readonly Parameter[]) {
    this.rule = rule;
    this.parameters = parameters;
    this.states = parameters.map(() => new Map<string, tf.Tensor>());
  }

  step(updates: readonly ParameterUpdate[], gradients: Gradients): void {
    const { rule } = this;
    for (const [index, { coefficients, slots }] of updates.entries()) {
      const { variable } = this.parameters[index];
      const raw = gradients[index];
      if (!raw || !coefficients.present) continue;
      tf.tidy(() => {
        const kept = this.states[index];
        const before = Object.fromEntries(
          slots.map((slot) => [slot, kept.get(slot) ?? tf.fill(variable.shape, rule.initialValue ?? 0)]),
        );
        const after = { ...before };
        variable.assign(
          rule.update(variable, coefficients.sign < 0 ? tf.neg(raw) : raw, coefficients, after),
        );
        for (const slot of slots) {
          if (after[slot] !== before[slot]) kept.get(slot)?.dispose();
          kept.set(slot, tf.keep(after[slot]));
        }
      });
    }
  }

  read(names: readonly Iterable<string>[]): Promise<SlotValues[]> {
    const reads = this.states.map(async (state, index) => {
      const { size } = this.parameters[index].variable;
      const entries = Array.from(names[index], async (name) => {
        const values = await state.get(name)?.data<'float32'>();
        return [name, values ?? new Float32Array(size).fill(this.rule.initialValue ?? 0)] as const;
      });
      return Object.fromEntries(await Promise.all(entries));
    });
    return Promise.all(reads);
  }

  write(values: readonly SlotValues[]): void {
    this.dispose();
    for (const [index, { variable }] of this.parameters.entries()) {
      for (const [slot, value] of Object.entries(values[index])) {
        if (value) this.states[index].set(slot, tf.keep(tf.tensor(value, variable.shape, 'float32')));
      }
    }
  }

  dispose(): void {
    for (const state of this.states) {
      tf.dispose([...state.values()]);
      state.clear();
    }
  }
}
