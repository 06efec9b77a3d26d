/** Logical lines put into their blocks: a statement, and for one that ends with a colon the statements under it. */
import { PythonRefusal } from './python-refusal.js';
import type { LogicalLine, Token } from './python-tokens.js';

/** A statement as its tokens; what they mean is left to the reader of them. */
export interface Statement {
  readonly line: number;
  /** The tokens, of a compound statement without the colon that ends its head. */
  readonly tokens: readonly Token[];
  /** The block of a compound statement; absent for a simple one. */
  readonly body?: readonly Statement[];
}

const compoundWords = new Set([
  'for',
  'while',
  'if',
  'elif',
  'else',
  'with',
  'def',
  'class',
  'try',
  'except',
  'finally',
  'async',
]);

/** @throws PythonRefusal for an indentation that fits no block, and for a head without its colon or its block. */
export function statementsOf(lines: readonly LogicalLine[]): Statement[] {
  let position = 0;

  const block = (indent: number): Statement[] => {
    const statements: Statement[] = [];
    while (position < lines.length && lines[position].indent >= indent) {
      const { line, indent: found, tokens } = lines[position];
      if (found > indent)
        throw new PythonRefusal('python-syntax', line, 'this line is indented more than the one before it');
      position += 1;
      if (!compoundWords.has(tokens[0].text) || tokens[0].type !== 'name') {
        statements.push(...simpleStatements(tokens));
        continue;
      }
      const colon = colonOf(tokens);
      if (colon < 0) throw new PythonRefusal('python-syntax', line, `this ${tokens[0].text} has no colon`);
      const head = tokens.slice(0, colon);
      const rest = tokens.slice(colon + 1);
      const inner: Statement[] = rest.length > 0 ? simpleStatements(rest) : blockBelow(indent, line);
      statements.push({ line, tokens: head, body: inner });
    }
    return statements;
  };

  const blockBelow = (indent: number, line: number): Statement[] => {
    const next = lines.at(position);
    if (position >= lines.length || next === undefined || next.indent <= indent) {
      throw new PythonRefusal('python-syntax', line, 'nothing is indented under this line');
    }
    return block(next.indent);
  };

  const statements = lines.length === 0 ? [] : block(lines[0].indent);
  if (position < lines.length) {
    throw new PythonRefusal(
      'python-syntax',
      lines[position].line,
      'this line is indented less than the first',
    );
  }
  return statements;
}

/** The positions of an operator outside all brackets and lambdas. */
export function topLevelPositions(tokens: readonly Token[], text: string): number[] {
  const positions: number[] = [];
  let depth = 0;
  let lambdas = 0;
  for (const [index, token] of tokens.entries()) {
    if (token.type === 'name' && token.text === 'lambda') lambdas += 1;
    if (token.type !== 'operator') continue;
    if ('([{'.includes(token.text)) depth += 1;
    else if (')]}'.includes(token.text)) depth -= 1;
    else if (token.text === ':' && depth === 0 && lambdas > 0) lambdas -= 1;
    else if (token.text === text && depth === 0) positions.push(index);
  }
  return positions;
}

function simpleStatements(tokens: readonly Token[]): Statement[] {
  const ends = [...topLevelPositions(tokens, ';'), tokens.length];
  return ends
    .map((end, index) => tokens.slice(index === 0 ? 0 : ends[index - 1] + 1, end))
    .filter((part) => part.length > 0)
    .map((part) => ({ line: part[0].line, tokens: part }));
}

function colonOf(tokens: readonly Token[]): number {
  return topLevelPositions(tokens, ':').at(0) ?? -1;
}
