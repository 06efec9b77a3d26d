/** The heads of compound statements: between the word that they begin with and the colon. */
import type { Argument, Expression } from '../../syntax/expression.js';
import { PythonExpressionParser } from './python-expressions.js';
import { SyntaxRefusal } from '../../syntax/syntax-refusal.js';
import type { Token } from '../../syntax/tokens.js';
import { PythonRefusal } from '../outcome/python-refusal.js';
import { parseTokens } from './parse-tokens.js';

/** A line and the lines that are indented under it. */
export interface Clause {
  readonly tokens: readonly Token[];
  readonly line: number;
  /** What stands in the same line after the colon. */
  readonly inline: readonly Token[];
  readonly word: string;
}

/** The values of a pattern such as `"step" | "multistep"`. */
export function patternOf({ tokens, line }: Clause): Expression[] | undefined {
  try {
    const values: Expression[] = [];
    const visit = (expression: Expression): boolean => {
      if (expression.type === 'binary' && expression.operator === '|')
        return visit(expression.left) && visit(expression.right);
      values.push(expression);
      return ['number', 'string', 'constant', 'attribute'].includes(expression.type);
    };
    return visit(parseTokens(tokens, line, (parser) => parser.test())) ? values : undefined;
  } catch (error) {
    if (error instanceof PythonRefusal) return undefined;
    throw error;
  }
}

/** What a `with` enters, and the names that it gets. */
export function withItems(
  tokens: readonly Token[],
  line: number,
): { value: Expression; target: Expression | undefined }[] {
  const read = (parser: PythonExpressionParser, end: ')' | undefined) => {
    const items = [];
    do {
      if (end !== undefined && parser.next?.text === end) break;
      const value = parser.test();
      const target = parser.accept('as') ? parser.test() : undefined;
      items.push({ value, target });
    } while (parser.accept(','));
    if (end !== undefined) parser.expect(end);
    parser.expectEnd();
    return items;
  };
  try {
    return read(new PythonExpressionParser(tokens, line), undefined);
  } catch (error) {
    if (!(error instanceof SyntaxRefusal) || tokens.at(0)?.text !== '(') throw error;
    return read(new PythonExpressionParser(tokens.slice(1), line), ')');
  }
}

/** The name and the parameters of a `def`. */
export function readFunctionHead(tokens: readonly Token[], line: number) {
  const parser = new PythonExpressionParser(tokens, line);
  if (parser.next?.type !== 'name')
    throw new PythonRefusal('python-syntax', line, 'this function has no name');
  const name = parser.expectName();
  parser.expect('(');
  const parameters = parser.parameters(')');
  parser.expect(')');
  if (parser.accept('->')) parser.expressions();
  parser.expectEnd();
  return { name, parameters };
}

/** The name and the bases of a class. */
export function readClassHead(tokens: readonly Token[], line: number): { name: string; bases: Argument[] } {
  const parser = new PythonExpressionParser(tokens, line);
  if (parser.next?.type !== 'name') throw new PythonRefusal('python-syntax', line, 'this class has no name');
  const name = parser.expectName();
  const bases = parser.accept('(') ? parser.arguments() : [];
  parser.expectEnd();
  return { name, bases };
}
