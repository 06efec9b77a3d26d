/** Conditions that hold in every n-th pass of a loop. */
import { Question } from '../outcome/answers.js';
import { askCondition } from '../state/ask.js';
import type { State } from '../state/state.js';
import type { Loop } from '../values/loop.js';
import { numberOf } from '../values/make-values.js';
import type { UnknownValue } from '../values/value.js';
import { steppingRefusal } from './stepping-refusal.js';
import type { Around, BranchNode, Placed, StepNode } from './training.js';

/** The number of passes between two that conditions let through. */
export function everyOf(
  state: State,
  conditions: readonly (Around & { node: BranchNode })[],
  loop: Loop,
  step: Placed<StepNode>,
  line = step.node.line,
): number {
  if (conditions.length === 0) return 1;
  const [condition, ...rest] = conditions;
  const { node } = condition;
  const isThen = 'isThen' in condition && condition.isThen;
  const { every } = node.test;
  if (
    every &&
    rest.length === 0 &&
    every.loop === loop &&
    loop.start !== undefined &&
    every.isNegated === !isThen
  ) {
    const modulus = numberOf(every.modulus);
    if (modulus === undefined) askForModulus(state, every.modulus, node);
    else if (Number.isInteger(modulus) && modulus >= 1) {
      // The pass of index i is let through if i + 1 is a multiple.
      const phase = every.phase - loop.start + 1;
      if (((phase % modulus) + modulus) % modulus === 0) return modulus;
    }
  }
  askCondition(state, node.test, node.text, node.line);
  const counts = node.text.includes('%');
  throw steppingRefusal(
    line,
    `whether this happens depends on the condition of line ${node.line}: ${node.text}`,
    counts ? '(epoch + 1) % 5 == 0' : 'leave only the branch that you use | (epoch + 1) % 5 == 0',
    'condition',
  );
}

function askForModulus(state: State, value: unknown, node: BranchNode): void {
  const unknown = value as UnknownValue;
  const roots = unknown.roots.filter(
    (root) => !root.varies && root.text !== '' && state.answerFor(root.text) === undefined,
  );
  if (roots.length === 0) return;
  throw new Question(
    roots.map((root) => ({
      kind: 'number' as const,
      expression: root.text,
      line: root.line,
      about: 'frequency',
      message: `Line ${node.line}: the code does not tell what ${root.text} is.`,
    })),
  );
}
