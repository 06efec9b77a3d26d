/**
 * torch.optim over tf.js variables. Hyper-parameters live in param groups and are read at every step, so a scheduler or
 * a reader changes them by plain assignment; they reach the backend as data, never as constants of a kernel.
 *
 * A step has two parts. JavaScript counts each parameter's step and computes its coefficients in double precision. Then
 * the device applies the rule, by tf.js's own operations or, on WebGPU, by one kernel for all parameters, which reads
 * the coefficients from a buffer.
 */
import * as tf from '@tensorflow/tfjs-core';

import { badValue } from '../errors.js';
import { FusedUpdater, flatCoefficients } from './fused-updater.js';
import { namedGroups, refuseUnknownOptions } from './given-weights.js';
import type { CommonOptions } from './options.js';
import type { GivenWeights, Gradients, OptimizerGroup, Parameter } from './parameter.js';
import { TfjsUpdater } from './tfjs-updater.js';
import type { Rule } from './rules/rule.js';
import type { OptimizerState } from './optimizer-state.js';
import { readOptimizerState, savedGroups } from './optimizer-state.js';
import type { LoadedState, OptimizerStateDict } from './state-dict.js';
import { groupStates, nest, readStateDict } from './state-dict.js';
import type { ParameterUpdate, ParameterUpdater } from './parameter-updater.js';
import { updateOf } from './parameter-updater.js';

/** The base of the optimizers: param groups, each parameter's steps, and the state. */
export abstract class Optimizer<Group extends OptimizerGroup = OptimizerGroup> {
  /** One for each group given, with every hyper-parameter. */
  readonly paramGroups: Group[];
  /** All parameters, group after group: the order of {@link step}'s gradients and of the state dict. */
  readonly parameters: readonly Parameter[];
  private readonly rule: Rule;
  /** For each parameter the index of its group. */
  private readonly groupOf: readonly number[];
  private readonly progress: { step: number; begun: Set<string> }[];
  private updater: ParameterUpdater | undefined;

  /**
   * @throws InputError `config-value` without any weight, for one that is in two groups or not float32, and for an option
   * that the optimizer does not have
   */
  protected constructor(rule: Rule, weights: GivenWeights<CommonOptions>, options: CommonOptions) {
    this.rule = rule;
    const known = { type: rule.type, accepted: Object.keys(rule.defaults) };
    refuseUnknownOptions(options, known);
    const settings = withDefaults(rule.defaults, options);
    const groups = namedGroups(weights);
    this.paramGroups = groups.map(({ parameters, options: own }, index) => {
      refuseUnknownOptions(own, { ...known, path: `groups[${index}].` });
      return { parameters, ...withDefaults(settings, own) } as unknown as Group;
    });
    this.parameters = groups.flatMap(({ parameters }) => parameters);
    this.groupOf = groups.flatMap(({ parameters }, index) => parameters.map(() => index));
    this.progress = this.parameters.map(() => ({ step: 0, begun: this.begunAtFirst() }));
    checkParameters(this.parameters);
  }

  /** PyTorch's class name. */
  get type(): string {
    return this.rule.type;
  }

  /**
   * Updates every parameter that has a gradient, with the present hyper-parameters of its group.
   *
   * @throws Error when the number of gradients is not the number of parameters
   */
  step(gradients: Gradients): void {
    const { length } = this.parameters;
    if (gradients.length !== length)
      throw new Error(`got ${gradients.length} gradients for ${length} parameters.`);
    for (const [index, { name, variable }] of this.parameters.entries()) {
      const gradient = gradients[index];
      if (gradient && gradient.size !== variable.size)
        throw new Error(
          `the gradient of ${name} is [${gradient.shape.join(', ')}]; ${name} is [${variable.shape.join(', ')}].`,
        );
    }
    const updates = this.advance((index) => Boolean(gradients[index]));
    this.start().step(updates, gradients);
  }

  /**
   * Counts a step and returns the coefficients of its update, to be written into `fused.coefficients` before
   * `fused.update` runs. {@link step} does all three. Called one by one, they allow the commands of an update to be
   * recorded once and replayed, and the coefficients of several steps to be sent ahead.
   *
   * @param present which parameters will have a gradient; all by default
   */
  coefficients(present?: readonly boolean[]): Float32Array<ArrayBuffer> {
    return flatCoefficients(this.advance((index) => present?.[index] ?? true));
  }

  /** Whether one dispatch can update all parameters: on WebGPU, if a buffer of the device holds all weights. */
  get canFuse(): boolean {
    return tf.getBackend() === 'webgpu' && FusedUpdater.fits(this.parameters);
  }

  /**
   * The update of all parameters in one dispatch, if {@link canFuse}.
   *
   * @throws Error if not, or if this optimizer has begun on another backend
   */
  get fused(): FusedUpdater {
    const updater = this.start();
    if (updater instanceof FusedUpdater) return updater;
    throw new Error(`this optimizer updates on "${tf.getBackend()}"; the fused update needs "webgpu".`);
  }

  /** The state at the time of the call, in PyTorch's shape and under its keys; state tensors are read back. */
  async stateDict(): Promise<OptimizerStateDict> {
    const param_groups = groupStates(this.paramGroups, this.rule);
    const steps = this.progress.map(({ step }) => step);
    const values = await this.start().read(this.progress.map(({ begun }) => [...begun]));
    const state: OptimizerStateDict['state'] = {};
    for (const [index, { variable }] of this.parameters.entries()) {
      const tensors = Object.entries(values[index]).map(
        ([slot, value]) => [slot, nest(value ?? [], variable.shape)] as const,
      );
      if (tensors.length === 0) continue;
      state[index] = Object.fromEntries(tensors);
      if (this.rule.countsSteps) state[index].step = steps[index];
    }
    return { state, param_groups };
  }

  /**
   * Loads a state that PyTorch or {@link stateDict} wrote, hyper-parameters included; an error leaves everything
   * unchanged. The weights are not part of it.
   *
   * @throws InputError `optimizer-state` naming the first value that does not fit
   */
  loadStateDict(saved: unknown): void {
    this.load(readStateDict(saved, this.paramGroups, this.rule));
  }

  /**
   * The state at the time of the call as typed arrays, exact to the bit, in arrays of the caller's own. The weights are
   * not part of it.
   */
  async state(): Promise<OptimizerState> {
    const { type } = this.rule;
    const groups = savedGroups(this.paramGroups);
    const steps = this.progress.map(({ step }) => step);
    const values = await this.start().read(this.progress.map(({ begun }) => [...begun]));
    const slots = values.map((tensors) =>
      // The arrays that were read may be those that tf.js computes with.
      Object.fromEntries(
        Object.entries(tensors).map(([slot, value]) => [slot, Float32Array.from(value ?? [])]),
      ),
    );
    return { type, groups, steps, slots };
  }

  /**
   * Checks a state that {@link state} returned, of this class over the same parameters in the same groups.
   *
   * @returns loads the state; call it once
   * @throws InputError `optimizer-state` naming the first value that does not fit
   */
  planState(saved: unknown): () => void {
    const loaded = readOptimizerState(saved, this.paramGroups, this.rule);
    return () => this.load(loaded);
  }

  /** Frees the state; the parameters stay with their owner. */
  dispose(): void {
    this.updater?.dispose();
    this.updater = undefined;
  }

  /** Replaces the present state by one that fits. */
  private load(loaded: LoadedState): void {
    for (const [index, group] of this.paramGroups.entries()) {
      for (const key of Object.keys(group)) if (key !== 'parameters') Reflect.deleteProperty(group, key);
      Object.assign(group, loaded.groups[index]);
    }
    for (const [index, { step, slots }] of loaded.parameters.entries()) {
      const begun = this.begunAtFirst();
      for (const slot of Object.keys(slots)) begun.add(slot);
      this.progress[index] = { step, begun };
    }
    this.start().write(loaded.parameters.map(({ slots }) => slots));
  }

  /** Counts a step of the parameters that are present and decides the update of each. */
  private advance(isPresent: (index: number) => boolean): ParameterUpdate[] {
    const present = this.progress.map((_, index) => isPresent(index));
    this.progress.forEach((progress, index) => {
      if (present[index]) progress.step++;
    });
    const updates: ParameterUpdate[] = [];
    this.progress.forEach((progress, index) => {
      const isSame = index > 0 && present[index] === present[index - 1] && this.sharesPast(index);
      const group = this.paramGroups[this.groupOf[index]];
      updates.push(isSame ? updates[index - 1] : updateOf(this.rule, group, progress, present[index]));
    });
    updates.forEach(({ slots }, index) => {
      if (present[index]) for (const slot of slots) this.progress[index].begun.add(slot);
    });
    return updates;
  }

  /** Whether a parameter has the group and the past of the one before it, as most have: so the update is the same. */
  private sharesPast(index: number): boolean {
    const { [index]: own, [index - 1]: before } = this.progress;
    if (this.groupOf[index] !== this.groupOf[index - 1] || own.step !== before.step) return false;
    if (own.begun.size !== before.begun.size) return false;
    for (const slot of own.begun) if (!before.begun.has(slot)) return false;
    return true;
  }

  /** Decides once where the state lives: on the backend that tf.js uses now. */
  private start(): ParameterUpdater {
    this.updater ??= this.canFuse
      ? new FusedUpdater(this.rule, this.paramGroups)
      : new TfjsUpdater(this.rule, this.parameters);
    return this.updater;
  }

  private begunAtFirst(): Set<string> {
    return new Set(this.rule.initialValue === undefined ? [] : this.rule.slots);
  }
}

/** `defaults` with the values of `given` that it has; lists are copied. */
function withDefaults<Values extends object>(defaults: Values, given: object): Values {
  const entries = Object.entries<unknown>(defaults as Record<string, unknown>).map(([key, standard]) => {
    const value = (given as Record<string, unknown>)[key] ?? standard;
    return [key, Array.isArray(value) ? [...(value as unknown[])] : value];
  });
  return Object.fromEntries(entries) as Values;
}

function checkParameters(parameters: readonly Parameter[]): void {
  if (parameters.length === 0) throw badValue('parameters', '[]', '[{ name, variable }, …]');
  const seen = new Set<tf.Variable>();
  for (const { name, variable } of parameters) {
    if (seen.has(variable)) throw badValue(name, 'param_groups: 2', 'param_groups: 1');
    if (variable.dtype !== 'float32') throw badValue(name, variable.dtype, 'float32');
    seen.add(variable);
  }
}
