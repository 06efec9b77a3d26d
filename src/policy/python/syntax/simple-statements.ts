/** Statements without a block, of which a line may hold several. */
import type { BinaryOperator, Expression } from '../../syntax/expression.js';
import { PythonExpressionParser } from './python-expressions.js';
import { SyntaxRefusal } from '../../syntax/syntax-refusal.js';
import type { Token } from '../../syntax/tokens.js';
import { wordOf } from './parse-tokens.js';
import type { ImportedName, Statement, StatementShape } from './statement.js';

const augmented = /^(?:\+|-|\*\*|\*|\/\/|\/|%|&|\||\^|@|>>|<<)=$/;

/** The statements of a line, which semicolons separate. */
export function simpleStatements(tokens: readonly Token[], line: number): Statement[] {
  const parts: Token[][] = [[]];
  for (const token of tokens) {
    if (token.type === 'operator' && token.text === ';') parts.push([]);
    else parts[parts.length - 1].push(token);
  }
  return parts
    .filter((part) => part.length > 0)
    .flatMap((part): Statement[] => {
      const at = part[0].line;
      try {
        const shape = simpleStatement(part, at);
        return shape ? [{ ...shape, line: at }] : [];
      } catch (error) {
        if (!(error instanceof SyntaxRefusal)) throw error;
        return [{ type: 'unreadable', tokens: part, reason: error.message, line: error.line || line }];
      }
    });
}

function simpleStatement(tokens: readonly Token[], line: number): StatementShape | undefined {
  const word = wordOf(tokens);
  const parser = new PythonExpressionParser(tokens.slice(1), line);
  const rest = (): Expression | undefined => {
    if (parser.isAtEnd) return undefined;
    const value = parser.expressions();
    parser.expectEnd();
    return value;
  };
  switch (word) {
    case 'pass':
    case 'break':
    case 'continue':
      parser.expectEnd();
      return { type: word };
    case 'return':
      return { type: 'return', value: rest() };
    case 'raise': {
      const value = parser.isAtEnd ? undefined : parser.test();
      if (parser.accept('from')) parser.test();
      parser.expectEnd();
      return { type: 'raise', value };
    }
    case 'assert': {
      const test = parser.test();
      if (parser.accept(',')) parser.test();
      parser.expectEnd();
      return { type: 'assert', test };
    }
    case 'del': {
      const value = parser.expressions();
      parser.expectEnd();
      return {
        type: 'delete',
        targets: value.type === 'sequence' && value.kind === 'tuple' ? value.items : [value],
      };
    }
    case 'global':
    case 'nonlocal': {
      const names = [];
      do names.push(parser.expectName());
      while (parser.accept(','));
      parser.expectEnd();
      return { type: word, names };
    }
    case 'import':
    case 'from':
      return importOf(tokens);
    default:
      return expressionStatement(new PythonExpressionParser(tokens, line));
  }
}

function expressionStatement(parser: PythonExpressionParser): StatementShape | undefined {
  const first = parser.expressions();
  if (parser.isAtEnd) return { type: 'expression', value: first };
  if (parser.accept(':')) {
    // An annotation; without a value it does nothing.
    parser.test();
    if (!parser.next) return undefined;
    parser.expect('=');
    const value = parser.expressions();
    parser.expectEnd();
    return { type: 'assign', targets: [first], value };
  }
  const operator = parser.next?.text ?? '';
  if (augmented.test(operator)) {
    parser.expect(operator);
    const value = parser.expressions();
    parser.expectEnd();
    return { type: 'augmented', target: first, operator: operator.slice(0, -1) as BinaryOperator, value };
  }
  const chain = [first];
  while (parser.accept('=')) chain.push(parser.expressions());
  parser.expectEnd();
  return { type: 'assign', targets: chain.slice(0, -1), value: chain[chain.length - 1] };
}

function importOf(tokens: readonly Token[]): StatementShape {
  const words = tokens.flatMap(({ text }) => (text === '(' || text === ')' ? [] : [text]));
  const split = words.indexOf('import');
  if (split < 0) throw new SyntaxRefusal(tokens[0].line, 'this from has no import');
  const from = words.slice(1, split).join('');
  const names = words
    .slice(split + 1)
    .join(' ')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (words[0] === 'from' && names.includes('*')) return { type: 'import', names: [], star: from };
  return {
    type: 'import',
    star: undefined,
    names: names.map((text): ImportedName => {
      const [path, alias] = text.split(' as ').map((part) => part.replaceAll(' ', ''));
      if (words[0] === 'from') return { name: alias || path, path: `${from}.${path}` };
      return alias ? { name: alias, path } : { name: path.split('.')[0], path: path.split('.')[0] };
    }),
  };
}
