/** Classes that are pasted without what makes an object of them. */
import { findInClass } from '../calls/classes/find-in-class.js';
import { actsIn } from '../names/acting-blocks.js';
import { PythonRefusal } from '../outcome/python-refusal.js';
import { isBlock, visitExpressions } from '../syntax/statement-parts.js';
import type { Statement } from '../syntax/statement.js';
import type { CallArgument, ClassValue, FunctionValue } from '../values/value.js';
import { configureWith, refuseLightningHooks } from './lightning-module.js';
import type { Reading } from './reading.js';

/** A class that nothing makes an object of: Lightning's module, or somebody's trainer. */
export function runUncalledClass(reading: Reading, entry: ClassValue): void {
  const { state, machine } = reading;
  const { line, name } = entry;
  const place = { type: 'name', name, line, start: 0, end: 0, depth: 1 } as const;
  const call = { type: 'call', callee: place, arguments: [], line, start: 0, end: 0, depth: 1 } as const;
  state.note('entry', line, name, `nothing in the code makes a ${name}; one is made and read`);
  const instance = machine.call(entry, [], call);
  const isLightning = findInClass(entry, 'configure_optimizers');
  if (isLightning?.type === 'function') {
    refuseLightningHooks(state, entry);
    const value = machine.invoke(isLightning, [], line, instance);
    configureWith(reading, value, isLightning.line);
    return;
  }
  const methods = [...entry.scope.variables].flatMap(([method, { content }]): [string, FunctionValue][] =>
    content?.type === 'function' && isBlock(content.body) ? [[method, content]] : [],
  );
  const calledBy = new Set<string>();
  for (const [own, method] of methods) {
    visitExpressions(method.body as readonly Statement[], (expression) => {
      if (expression.type === 'attribute' && expression.name !== own) calledBy.add(expression.name);
    });
  }
  const acting = methods.filter(
    ([, method]) => !state.called.has(method.body) && actsDeep(methods, method, new Set()),
  );
  const roots = acting.filter(([method]) => !calledBy.has(method));
  if (roots.length > 1) {
    const names = roots.map(([method]) => method).join(', ');
    throw new PythonRefusal(
      'python-unsupported',
      roots[1][1].line,
      `the code does not tell in which order ${names} of ${name} are called; paste the loop that calls them`,
      { received: names },
    );
  }
  for (const [, method] of roots) machine.invoke(method, [] satisfies CallArgument[], method.line, instance);
}

function actsDeep(
  methods: readonly [string, FunctionValue][],
  method: FunctionValue,
  seen: Set<string>,
): boolean {
  const body = method.body as readonly Statement[];
  if (actsIn(body)) return true;
  let found = false;
  visitExpressions(body, (expression) => {
    if (expression.type !== 'attribute' || seen.has(expression.name) || found) return;
    seen.add(expression.name);
    const other = methods.find(([name]) => name === expression.name);
    if (other) found = actsDeep(methods, other[1], seen);
  });
  return found;
}
