/** What a block of statements does, as far as the names of what it calls tell. */
import type { Expression } from '../../syntax/expression.js';
import { blocksOf, calledName, isBlock, visitExpressions } from '../syntax/statement-parts.js';
import type { Body, Statement } from '../syntax/statement.js';
import { isSchedulerWord } from './paths.js';

const acting = new WeakMap<object, boolean>();

/** Whether a function or a block steps, builds or trains something itself. */
export function actsIn(body: Body): boolean {
  const known = acting.get(body);
  if (known !== undefined) return known;
  let found = false;
  const visit = (expression: Expression): void => {
    if (expression.type !== 'call') return;
    const { callee } = expression;
    const name = calledName(callee);
    found ||= /^(?:step|backward|step_update)$/.test(name) || isSchedulerWord(name);
  };
  if (isBlock(body)) visitExpressions(body, visit);
  else visitExpressions([{ type: 'expression', value: body, line: body.line }], visit);
  acting.set(body, found);
  return found;
}

/** Whether a block builds a scheduler itself. */
export function buildsIn(body: readonly Statement[]): boolean {
  const built: Expression[] = [];
  visitExpressions(body, (expression) => {
    if (expression.type !== 'call') return;
    const { callee } = expression;
    const name = calledName(callee);
    if (isSchedulerWord(name)) built.push(expression);
  });
  return built.length > 0;
}

/** Whether a block steps a scheduler or writes a learning rate. */
export function changesRates(body: readonly Statement[]): boolean {
  const steps: Expression[] = [];
  visitExpressions(body, (expression) => {
    const callee = expression.type === 'call' ? expression.callee : undefined;
    if (callee?.type === 'attribute' && callee.name === 'step') steps.push(expression);
  });
  return steps.length > 0 || writesRates(body) !== undefined;
}

/** The place where a block writes `…['lr'] = …`, if it does. */
export function writesRates(body: readonly Statement[]): Expression | undefined {
  for (const statement of body) {
    const targets =
      statement.type === 'assign'
        ? statement.targets
        : statement.type === 'augmented'
          ? [statement.target]
          : [];
    const written = targets.find(
      (target) =>
        target.type === 'subscript' &&
        target.index.type === 'string' &&
        target.index.value === 'lr' &&
        /group|^g$|^pg$|^p$/.test(nameOf(target.object)),
    );
    if (written) return written;
    for (const block of blocksOf(statement)) {
      const inner = writesRates(block);
      if (inner) return inner;
    }
  }
  return undefined;
}

function nameOf(expression: Expression): string {
  switch (expression.type) {
    case 'name':
      return expression.name;
    case 'attribute':
      return expression.name;
    case 'subscript':
      return nameOf(expression.object);
    default:
      return '';
  }
}
