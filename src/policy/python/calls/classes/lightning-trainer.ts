/** Lightning's Trainer: how long it trains, and which module. */
import type { ExpressionOf } from '../../../syntax/expression.js';
import type { Fit } from '../../state/trace.js';
import { Cell } from '../../values/cell.js';
import { numberOf } from '../../values/make-values.js';
import type { CallArgument, InstanceValue, Value } from '../../values/value.js';
import { findInClass } from './find-in-class.js';
import { pseudoObject } from './pseudo-objects.js';

/** Whether a path names Lightning's Trainer. */
export function isLightningTrainer(path: string): boolean {
  return /^(?:pytorch_lightning|lightning(?:\.pytorch)?)(?:\.trainer)?\.Trainer$/.test(path);
}

/** `Trainer(max_epochs=…)`, as the object that a module sees as `self.trainer`. */
export function lightningTrainer(given: readonly CallArgument[], call: ExpressionOf<'call'>): InstanceValue {
  const attributes = new Map(
    given.flatMap(({ name, value }): [string, Value][] => (name === undefined ? [] : [[name, value]])),
  );
  const steps = attributes.get('max_steps');
  // Where the number of updates is given, it is also the number that is estimated.
  if (steps && (numberOf(steps) ?? 0) > 0 && !attributes.has('max_epochs'))
    attributes.set('estimated_stepping_batches', steps);
  return pseudoObject('Trainer', attributes, call.line);
}

/** What `trainer.fit(module, …)` trains; undefined where it is given no module of Lightning. */
export function fitOf(trainer: Value | undefined, values: readonly Value[], line: number): Fit | undefined {
  const module = values.find(
    (value): value is InstanceValue =>
      value.type === 'instance' && findInClass(value.class, 'configure_optimizers')?.type === 'function',
  );
  if (!module) return undefined;
  const attributes = new Map(
    Array.from(module.attributes, ([name, { content }]) => [name, new Cell(content)] as const),
  );
  return { module, attributes, trainer: trainer?.type === 'instance' ? trainer : undefined, line };
}
