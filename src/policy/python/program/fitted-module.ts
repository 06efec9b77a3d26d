/** Lightning's modules of which the program makes an object, and a Trainer fits it. */
import { findInClass } from '../calls/classes/find-in-class.js';
import { PythonRefusal } from '../outcome/python-refusal.js';
import { setVariable } from '../state/scopes.js';
import type { State } from '../state/state.js';
import type { Fit, TraceNode } from '../state/trace.js';
import { allNodes } from '../training/trace-questions.js';
import { numberOf } from '../values/make-values.js';
import type { InstanceValue } from '../values/value.js';
import { buildsScheduler } from './entry-contents.js';
import { configureWith, refuseLightningHooks } from './lightning-module.js';
import type { Reading } from './reading.js';

/** Takes over what the module configures that is fitted, or the only one that is made. @throws PythonRefusal for several */
export function configureFitted(reading: Reading): void {
  const { state, machine } = reading;
  if (reading.configuration) return;
  const fits = fitsIn(state.trace);
  const made = fits.length > 0 ? fits : madeIn(state);
  const [fit] = made;
  const other = made.find(({ module }) => module !== fit.module);
  if (other) {
    const names = [...new Set(made.map(({ module }) => module.class.name))].join(', ');
    throw new PythonRefusal(
      'python-unsupported',
      other.line,
      `the code trains more than one module: ${names}; paste only one of them`,
      { received: names, detail: 'two-trainings' },
    );
  }
  const configure = made.length > 0 ? findInClass(fit.module.class, 'configure_optimizers') : undefined;
  if (configure?.type !== 'function') return;
  refuseLightningHooks(state, fit.module.class);
  const module = { ...fit.module, attributes: fit.attributes };
  if (fit.trainer) setVariable(state, module.attributes, 'trainer', fit.trainer);
  const epochs = fit.trainer?.attributes.get('max_epochs')?.content;
  const value = machine.invoke(configure, [], fit.line, module);
  configureWith(reading, value, configure.line, epochs && numberOf(epochs));
}

/** The modules that are fitted, in the order of the program. */
const fitsIn = (trace: readonly TraceNode[]): Fit[] =>
  allNodes(trace).flatMap((node) => (node.type === 'training' && node.fit ? [node.fit] : []));

/** The modules that are made, where the code does not tell which one is fitted: those with a scheduler, if any. */
function madeIn(state: State): Fit[] {
  // A loop is gone through more than once: only the last object of each place counts.
  const last = new Map<string, InstanceValue>();
  for (const instance of state.instances) {
    const configure = findInClass(instance.class, 'configure_optimizers');
    if (configure?.type === 'function' && !state.called.has(configure.body))
      last.set(`${instance.class.name} ${instance.line}`, instance);
  }
  const made = [...last.values()].map((module): Fit => {
    const { attributes, line } = module;
    return { module, attributes, trainer: undefined, line };
  });
  const building = made.filter(({ module }) => buildsScheduler(state, module.class));
  return building.length > 0 ? building : made;
}
