import { operatorPrecedence } from './formula-node.js';
import type { FormulaFunction, FormulaNode } from './formula-node.js';

/** The language a formula is written in: ours, or Python with `import math`. */
export type FormulaLanguage = 'formula' | 'python';

const pythonBuiltIns: ReadonlySet<FormulaFunction> = new Set(['min', 'max', 'abs', 'pow']);

/** Writes a formula out in one fixed way, so that two spellings of the same formula become the same text. */
export function formatFormula(node: FormulaNode, argument: string, language: FormulaLanguage): string {
  const write = (inner: FormulaNode): string => formatFormula(inner, argument, language);
  const operand = (inner: FormulaNode, bare: boolean): string => (bare ? write(inner) : `(${write(inner)})`);
  switch (node.type) {
    case 'number':
      return String(node.value);
    case 'argument':
      return argument;
    case 'constant':
      return language === 'python' ? `math.${node.name}` : node.name;
    case 'negate':
      return `-${operand(node.operand, isPrimary(node.operand))}`;
    case 'binary': {
      const { operator, left, right } = node;
      const here = operatorPrecedence[operator];
      // `**` groups to the right and takes a bare minus only on its right; everything else groups to the left.
      const rightFirst = operator === '**';
      const bareLeft = rightFirst ? isPrimary(left) : precedenceOf(left) >= here;
      const bareRight =
        precedenceOf(right) > here ||
        (rightFirst && (right.type === 'negate' || precedenceOf(right) === here));
      return `${operand(left, bareLeft)} ${operator} ${operand(right, bareRight)}`;
    }
    case 'conditional': {
      const test = operand(node.test, node.test.type !== 'conditional');
      const then = operand(node.then, node.then.type !== 'conditional');
      const otherwise = operand(node.otherwise, node.otherwise.type !== 'conditional');
      return language === 'python'
        ? `${then} if ${test} else ${otherwise}`
        : `${test} ? ${then} : ${otherwise}`;
    }
    case 'call': {
      const prefix = language === 'python' && !pythonBuiltIns.has(node.name) ? 'math.' : '';
      return `${prefix}${node.name}(${node.operands.map(write).join(', ')})`;
    }
  }
}

function isPrimary(node: FormulaNode): boolean {
  return (
    node.type === 'number' || node.type === 'argument' || node.type === 'constant' || node.type === 'call'
  );
}

function precedenceOf(node: FormulaNode): number {
  if (node.type === 'conditional') return 0;
  if (node.type === 'binary') return operatorPrecedence[node.operator];
  return node.type === 'negate' ? 4 : 6;
}
