/**
 * torch.optim over tf.js variables. Hyper-parameters live in param groups and are read at every step, so a scheduler or
 * a reader changes them by plain assignment; they reach the backend as tensors, never as constants of a kernel.
 */
import * as tf from '@tensorflow/tfjs';

/** A weight under training; its name is the layer's and the weight's, such as `conv1/kernel`. */
export interface Parameter {
  name: string;
  variable: tf.Variable;
}

/** A set of weights with hyper-parameters of its own. */
export interface OptimizerGroup {
  parameters: readonly Parameter[];
  lr: number;
  /** Schedulers keep what they need here. */
  [other: string]: unknown;
}

/** A group as it is asked for: its parameters, and what it overrides. */
export type ParameterGroup<Options> = { parameters: readonly Parameter[] } & Partial<Options>;

/** A gradient for each parameter of each group in order; `null` leaves the parameter and its state as they are. */
export type Gradients = readonly (tf.Tensor | null)[];

/** The base of the optimizers: walks through groups and parameters, and keeps a state for each parameter. */
export abstract class Optimizer<Group extends OptimizerGroup = OptimizerGroup, State = unknown> {
  readonly paramGroups: Group[];
  private readonly states = new Map<tf.Variable, State>();

  constructor(paramGroups: Group[]) {
    this.paramGroups = paramGroups;
  }

  /** All parameters, counted through the groups: the order of {@link step}'s gradients. */
  get parameters(): readonly Parameter[] {
    return this.paramGroups.flatMap((group) => group.parameters);
  }

  /**
   * One update of every parameter that has a gradient, with the hyper-parameters that the groups hold now.
   *
   * @throws Error when the number of gradients is not the number of parameters
   */
  step(gradients: Gradients): void {
    const { length } = this.parameters;
    if (gradients.length !== length)
      throw new Error(`got ${gradients.length} gradients for ${length} parameters.`);
    let index = 0;
    for (const group of this.paramGroups) {
      tf.tidy(() => {
        const update = this.updateOf(group);
        for (const { variable } of group.parameters) {
          const gradient = gradients[index++];
          if (!gradient) continue;
          const { value, state } = update(variable, gradient, this.states.get(variable));
          variable.assign(value);
          this.states.set(variable, state);
        }
      });
    }
  }

  /** Frees the state; the parameters are their owner's. */
  dispose(): void {
    for (const state of this.states.values()) this.disposeState(state);
    this.states.clear();
  }

  /**
   * The update rule with a group's present hyper-parameters, uploaded once for all its parameters. It returns the new
   * value of the parameter and keeps what belongs to the new state.
   */
  protected abstract updateOf(
    group: Group,
  ): (
    variable: tf.Variable,
    gradient: tf.Tensor,
    state: State | undefined,
  ) => { value: tf.Tensor; state: State };

  protected abstract disposeState(state: State): void;
}

/** Replaces a kept tensor of a state: the old one is freed, the new one outlives the enclosing `tf.tidy`. */
export function replace(old: tf.Tensor | undefined, value: tf.Tensor): tf.Tensor {
  old?.dispose();
  return tf.keep(value);
}
