/** Reads Python code as a tree of statements: its blocks, by their indentation. */
import type { Expression } from '../../syntax/expression.js';
import { PythonExpressionParser } from './python-expressions.js';
import { PythonRefusal } from '../outcome/python-refusal.js';
import { patternOf, readClassHead, readFunctionHead, withItems } from './clause-heads.js';
import type { Clause } from './clause-heads.js';
import type { LogicalLine } from './logical-lines.js';
import { parseTokens, syntaxError, wordOf } from './parse-tokens.js';
import { readLines } from './pasted-text.js';
import { simpleStatements } from './simple-statements.js';
import { blocksOf, expressionsOf, partsOf } from './statement-parts.js';
import type { Statement, StatementShape } from './statement.js';

/** A program and the text that its expressions stand in. */
export interface Program {
  readonly source: string;
  readonly statements: readonly Statement[];
}

/** The deepest indentation, in blocks. */
const deepestBlocks = 60;

const heads = new Set([
  ...['if', 'elif', 'else', 'for', 'while', 'with', 'def', 'class', 'try', 'except', 'finally', 'async'],
]);

/** @throws PythonRefusal for what is not Python: an open bracket, a block that is not indented. */
export function parseProgram(code: string): Program {
  const { source, lines } = readLines(code);
  return { source, statements: new BlockReader(lines).readAll() };
}

/**
 * Reads code that is not the program's and is called in one of its lines: all of it stands in that line, and none of it
 * is text of the program. What is said about it therefore names the call.
 */
export function parseLibrary(code: string, line: number): readonly Statement[] {
  const lines = readLines(code).lines.map((each) => ({
    ...each,
    line,
    tokens: each.tokens.map((token) => ({ ...token, line, start: 0, end: 0 })),
  }));
  return new BlockReader(lines).readAll();
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
      decorators.push(parseTokens(tokens.slice(1), line, (parser) => parser.namedTest()));
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
        const test = parseTokens(tokens, line, (parser) => parser.namedTest());
        const then = body();
        return { type: 'if', test, body: then, otherwise: this.readElse(indent, depth, ['elif', 'else']) };
      }
      case 'while': {
        const test = parseTokens(tokens, line, (parser) => parser.namedTest());
        const then = body();
        return { type: 'while', test, body: then, otherwise: this.readElse(indent, depth, ['else']) };
      }
      case 'for': {
        const parser = new PythonExpressionParser(tokens, line);
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
    const subject = parseTokens(tokens, line, (parser) => parser.expressions());
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
