/** Reads Python code as a tree of statements. */
import type { Argument, BinaryOperator, Expression } from '../syntax/expression.js';
import { ExpressionParser } from '../syntax/parse-expression.js';
import { SyntaxRefusal } from '../syntax/syntax-refusal.js';
import type { Token } from '../syntax/tokens.js';
import { readLines } from './logical-lines.js';
import type { LogicalLine } from './logical-lines.js';
import { PythonRefusal } from './python-refusal.js';
import { blocksOf, expressionsOf, partsOf } from './statement.js';
import type { ImportedName, Statement, StatementShape } from './statement.js';

/** A program and the text that its expressions stand in. */
export interface Program {
  readonly source: string;
  readonly statements: readonly Statement[];
}

/** The deepest indentation, in blocks. */
const deepestBlocks = 60;

const augmented = /^(?:\+|-|\*\*|\*|\/\/|\/|%|&|\||\^|@|>>|<<)=$/;
const heads = new Set([
  ...['if', 'elif', 'else', 'for', 'while', 'with', 'def', 'class', 'try', 'except', 'finally', 'async'],
]);

/** @throws PythonRefusal for what is not Python: an open bracket, a block that is not indented. */
export function parseProgram(code: string): Program {
  const { source, lines } = readLines(code);
  return { source, statements: new BlockReader(lines).readAll() };
}

/** A line and the lines that are indented under it. */
interface Clause {
  readonly tokens: readonly Token[];
  readonly line: number;
  /** What stands in the same line after the colon. */
  readonly inline: readonly Token[];
  readonly word: string;
}

class BlockReader {
  private readonly lines: readonly LogicalLine[];
  private at = 0;

  constructor(lines: readonly LogicalLine[]) {
    this.lines = lines;
  }

  readAll(): Statement[] {
    if (this.lines.length === 0) return [];
    // A part of a file may be pasted with its indentation.
    const statements = this.readBlock(this.lines[0].indent, 0);
    while (this.at < this.lines.length) {
      // The rest of a file after a part that was indented more.
      const { indent } = this.lines[this.at];
      statements.push(...this.readBlock(indent, 0));
    }
    return statements;
  }

  private readBlock(indent: number, depth: number): Statement[] {
    const statements: Statement[] = [];
    while (this.at < this.lines.length) {
      const { line, indent: here } = this.lines[this.at];
      if (here < indent) break;
      if (here > indent)
        throw new PythonRefusal('python-syntax', line, 'this line is indented more than the one before it');
      if (depth > deepestBlocks)
        throw new PythonRefusal('python-syntax', line, `it is nested more than ${deepestBlocks} levels deep`);
      statements.push(...this.readStatement(indent, depth));
    }
    return statements;
  }

  private readStatement(indent: number, depth: number): Statement[] {
    const { tokens, line } = this.lines[this.at];
    const word = wordOf(tokens);
    if (
      word === 'class' ||
      word === 'def' ||
      tokens[0].text === '@' ||
      heads.has(word) ||
      this.isMatch(indent)
    ) {
      const statement = this.readCompound(indent, depth);
      return [statement];
    }
    this.at += 1;
    const next = this.lines.at(this.at);
    if (next && next.indent > indent) {
      throw new PythonRefusal(
        'python-syntax',
        next.line,
        'this line is indented more than the one before it',
      );
    }
    return simpleStatements(tokens, line);
  }

  private isMatch(indent: number): boolean {
    const { tokens } = this.lines[this.at];
    const next = this.lines.at(this.at + 1);
    return (
      wordOf(tokens) === 'match' &&
      tokens.at(-1)?.text === ':' &&
      next !== undefined &&
      next.indent > indent &&
      wordOf(next.tokens) === 'case'
    );
  }

  /** Splits the line at the colon that ends its head. */
  private readHead(): Clause {
    const { tokens: all, line } = this.lines[this.at];
    this.at += 1;
    const isAsync = wordOf(all) === 'async';
    const tokens = isAsync ? all.slice(1) : all;
    const word = wordOf(tokens);
    let depth = 0;
    let lambdas = 0;
    for (const [index, token] of tokens.entries()) {
      if (token.type === 'name' && token.text === 'lambda' && depth === 0) lambdas += 1;
      if (token.type !== 'operator') continue;
      if ('([{'.includes(token.text)) depth += 1;
      else if (')]}'.includes(token.text)) depth -= 1;
      else if (token.text === ':' && depth === 0) {
        if (lambdas > 0) lambdas -= 1;
        else return { word, line, tokens: tokens.slice(1, index), inline: tokens.slice(index + 1) };
      }
    }
    throw new PythonRefusal('python-syntax', line, `this ${word} has no colon`);
  }

  private readBody({ inline, word, line }: Clause, indent: number, depth: number): Statement[] {
    if (inline.length > 0) return simpleStatements(inline, inline[0].line);
    const next = this.lines.at(this.at);
    if (!next || next.indent <= indent) {
      throw new PythonRefusal('python-syntax', line, `nothing is indented under this ${word}`);
    }
    return this.readBlock(next.indent, depth + 1);
  }

  /** Whether the next line at this indentation begins with one of these words. */
  private follows(indent: number, words: readonly string[]): boolean {
    const next = this.lines.at(this.at);
    return next?.indent === indent && words.includes(wordOf(next.tokens));
  }

  private readCompound(indent: number, depth: number): Statement {
    const decorators = this.readDecorators(indent);
    const clause = this.readHead();
    const { word, line, tokens } = clause;
    try {
      if (word === 'def' || word === 'class') {
        const read = word === 'def' ? readFunctionHead : readClassHead;
        const head = read(tokens, line);
        const body = this.readBody(clause, indent, depth);
        return 'bases' in head
          ? { type: 'class', ...head, decorators, body, line }
          : { type: 'function', ...head, decorators, body, line, isGenerator: yields(body) };
      }
      return { ...this.readFlow(clause, indent, depth), line };
    } catch (error) {
      throw syntaxError(error);
    }
  }

  private readDecorators(indent: number): Expression[] {
    const decorators: Expression[] = [];
    while (this.at < this.lines.length && this.lines[this.at].tokens[0].text === '@') {
      const { tokens, line } = this.lines[this.at];
      this.at += 1;
      decorators.push(parse(tokens.slice(1), line, (parser) => parser.namedTest()));
    }
    const next = this.lines.at(this.at);
    if (
      decorators.length > 0 &&
      !(next?.indent === indent && ['def', 'class', 'async'].includes(wordOf(next.tokens)))
    ) {
      throw new PythonRefusal(
        'python-syntax',
        decorators[0].line,
        'a decorator stands before a def or a class',
      );
    }
    return decorators;
  }

  private readFlow(clause: Clause, indent: number, depth: number): StatementShape {
    const { word, line, tokens } = clause;
    const body = (): Statement[] => this.readBody(clause, indent, depth);
    switch (word) {
      case 'if':
      case 'elif': {
        const test = parse(tokens, line, (parser) => parser.namedTest());
        const then = body();
        return { type: 'if', test, body: then, otherwise: this.readElse(indent, depth, ['elif', 'else']) };
      }
      case 'while': {
        const test = parse(tokens, line, (parser) => parser.namedTest());
        const then = body();
        return { type: 'while', test, body: then, otherwise: this.readElse(indent, depth, ['else']) };
      }
      case 'for': {
        const parser = new ExpressionParser(tokens, line);
        const target = parser.targets();
        parser.expect('in');
        const iterable = parser.expressions();
        parser.expectEnd();
        const then = body();
        const otherwise = this.readElse(indent, depth, ['else']);
        return { type: 'for', target, iterable, body: then, otherwise };
      }
      case 'with':
        return { type: 'with', items: withItems(tokens, line), body: body() };
      case 'try':
        return this.readTry(body(), indent, depth);
      case 'match':
        return this.readMatch(clause, indent, depth);
      default:
        throw new PythonRefusal('python-syntax', line, `this ${word} belongs to nothing before it`, {
          received: word,
        });
    }
  }

  private readElse(indent: number, depth: number, words: readonly string[]): Statement[] {
    if (!this.follows(indent, words)) return [];
    const clause = this.readHead();
    if (clause.word === 'elif') return [{ ...this.readFlow(clause, indent, depth), line: clause.line }];
    return this.readBody(clause, indent, depth);
  }

  private readTry(body: Statement[], indent: number, depth: number): StatementShape {
    const handlers: Statement[][] = [];
    while (this.follows(indent, ['except'])) handlers.push(this.readBody(this.readHead(), indent, depth));
    const otherwise = this.readElse(indent, depth, ['else']);
    const last = this.readElse(indent, depth, ['finally']);
    return { type: 'try', body, handlers, otherwise, last };
  }

  private readMatch({ tokens, line }: Clause, indent: number, depth: number): StatementShape {
    const subject = parse(tokens, line, (parser) => parser.expressions());
    const cases = [];
    const inner = this.lines.at(this.at)?.indent ?? indent;
    while (inner > indent && this.follows(inner, ['case'])) {
      const clause = this.readHead();
      const isWildcard = clause.tokens.length === 1 && clause.tokens[0].text === '_';
      cases.push({
        pattern: isWildcard ? undefined : patternOf(clause),
        isWildcard,
        body: this.readBody(clause, inner, depth + 1),
      });
    }
    return { type: 'match', subject, cases };
  }
}

/** The values of a pattern such as `"step" | "multistep"`. */
function patternOf({ tokens, line }: Clause): Expression[] | undefined {
  try {
    const values: Expression[] = [];
    const visit = (expression: Expression): boolean => {
      if (expression.type === 'binary' && expression.operator === '|')
        return visit(expression.left) && visit(expression.right);
      values.push(expression);
      return ['number', 'string', 'constant', 'attribute'].includes(expression.type);
    };
    return visit(parse(tokens, line, (parser) => parser.test())) ? values : undefined;
  } catch (error) {
    if (error instanceof PythonRefusal) return undefined;
    throw error;
  }
}

function withItems(
  tokens: readonly Token[],
  line: number,
): { value: Expression; target: Expression | undefined }[] {
  const read = (parser: ExpressionParser, end: ')' | undefined) => {
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
    return read(new ExpressionParser(tokens, line), undefined);
  } catch (error) {
    if (!(error instanceof SyntaxRefusal) || tokens.at(0)?.text !== '(') throw error;
    return read(new ExpressionParser(tokens.slice(1), line), ')');
  }
}

function readFunctionHead(tokens: readonly Token[], line: number) {
  const parser = new ExpressionParser(tokens, line);
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

function readClassHead(tokens: readonly Token[], line: number): { name: string; bases: Argument[] } {
  const parser = new ExpressionParser(tokens, line);
  if (parser.next?.type !== 'name') throw new PythonRefusal('python-syntax', line, 'this class has no name');
  const name = parser.expectName();
  const bases = parser.accept('(') ? parser.arguments() : [];
  parser.expectEnd();
  return { name, bases };
}

/** The statements of a line, which semicolons separate. */
function simpleStatements(tokens: readonly Token[], line: number): Statement[] {
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
  const parser = new ExpressionParser(tokens.slice(1), line);
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
      return expressionStatement(new ExpressionParser(tokens, line));
  }
}

function expressionStatement(parser: ExpressionParser): StatementShape | undefined {
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

/** Whether a function's own statements hold a `yield`. */
function yields(body: readonly Statement[]): boolean {
  const inExpression = (expression: Expression): boolean =>
    expression.type === 'yield' || (expression.type !== 'lambda' && partsOf(expression).some(inExpression));
  return body.some(
    (statement) =>
      expressionsOf(statement).some(inExpression) ||
      (statement.type !== 'function' && statement.type !== 'class' && blocksOf(statement).some(yields)),
  );
}

function parse(
  tokens: readonly Token[],
  line: number,
  read: (parser: ExpressionParser) => Expression,
): Expression {
  try {
    const parser = new ExpressionParser(tokens, line);
    const expression = read(parser);
    parser.expectEnd();
    return expression;
  } catch (error) {
    throw syntaxError(error);
  }
}

function syntaxError(error: unknown): unknown {
  if (!(error instanceof SyntaxRefusal)) return error;
  return new PythonRefusal('python-syntax', error.line, error.message, { received: error.received });
}

function wordOf(tokens: readonly Token[]): string {
  return tokens[0].type === 'name' ? tokens[0].text : '';
}
