/** Lightning's modules. */
import { changesRates, writesRates } from '../names/acting-blocks.js';
import { PythonRefusal } from '../outcome/python-refusal.js';
import type { State } from '../state/state.js';
import { isBlock } from '../syntax/statement-parts.js';
import type { ClassValue, Value } from '../values/value.js';
import { readConfiguration } from './lightning-configuration.js';
import type { Reading } from './reading.js';

/** Takes over what `configure_optimizers` returns. */
export function configureWith(reading: Reading, value: Value, line: number, epochs?: number): void {
  reading.configuration = { ...readConfiguration(reading.state, value, line), epochs };
  if (reading.configuration.schedulers.length > 0)
    reading.state.note(
      'lightning',
      line,
      'configure_optimizers',
      'Lightning steps the schedulers as configure_optimizers says',
    );
}

/** Methods in which a module of Lightning may change the rate or step schedulers itself. */
export function refuseLightningHooks(state: State, entry: ClassValue): void {
  for (const [name, { content }] of entry.scope.variables) {
    if (content?.type !== 'function' || !isBlock(content.body)) continue;
    if (name === 'lr_scheduler_step') {
      throw new PythonRefusal(
        'python-unsupported',
        content.line,
        'lr_scheduler_step steps the scheduler in a way of its own; remove it if it only calls scheduler.step()',
      );
    }
    const isManual = name !== 'configure_optimizers' && name !== '__init__' && changesRates(content.body);
    if (!isManual) continue;
    const written = writesRates(content.body);
    throw new PythonRefusal(
      written ? 'python-change' : 'python-unsupported',
      written?.line ?? content.line,
      written
        ? 'a policy cannot change param groups by hand'
        : `${name} steps optimizers or schedulers by hand, beside what Lightning does`,
      { received: written ? state.textOf(written) : name },
    );
  }
}
