/** Python's expressions, as far as they build schedulers or stand in functions of the epoch. */
import { PythonRefusal } from './python-refusal.js';
import type { Token } from './python-tokens.js';

/** An operator between two operands. */
export type BinaryOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**';

/** A comparison of two operands. */
export type Comparison = '<' | '<=' | '>' | '>=' | '==' | '!=';

/** An expression; `line` is where it begins. */
export type Expression = { readonly line: number } & (
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'constant'; readonly value: boolean | null }
  | { readonly type: 'name'; readonly name: string }
  | { readonly type: 'attribute'; readonly object: Expression; readonly name: string }
  | { readonly type: 'subscript'; readonly object: Expression; readonly index: Expression }
  | {
      readonly type: 'call';
      readonly callee: Expression;
      readonly positional: readonly Expression[];
      readonly keywords: readonly Keyword[];
    }
  | { readonly type: 'list'; readonly items: readonly Expression[] }
  | { readonly type: 'unary'; readonly operator: '+' | '-'; readonly operand: Expression }
  | {
      readonly type: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly type: 'comparison';
      readonly operator: Comparison;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly type: 'conditional';
      readonly test: Expression;
      readonly then: Expression;
      readonly otherwise: Expression;
    }
  | { readonly type: 'lambda'; readonly parameters: readonly string[]; readonly body: Expression }
);

/** An argument given by name. */
export interface Keyword {
  readonly name: string;
  readonly value: Expression;
  readonly line: number;
}

const comparisons: ReadonlySet<string> = new Set(['<', '<=', '>', '>=', '==', '!=']);
const reserved = new Set([
  'and',
  'or',
  'not',
  'in',
  'is',
  'if',
  'else',
  'for',
  'lambda',
  'await',
  'yield',
  'async',
]);

/** The deepest nesting of an expression. */
const deepest = 100;

/** @throws PythonRefusal unless the tokens are exactly one expression of the forms above. */
export function parseExpression(tokens: readonly Token[], line: number): Expression {
  let position = 0;
  let depth = 0;

  const next = (): Token | undefined => tokens.at(position);
  const peek = (): string => (next()?.type === 'string' ? '' : (next()?.text ?? ''));
  const lineHere = (): number => (next() ?? tokens.at(-1))?.line ?? line;
  const fail = (): never => {
    const text = next()?.text;
    const found = text === undefined ? 'the end of the line' : JSON.stringify(text);
    throw new PythonRefusal('python-syntax', lineHere(), `${found} is not expected here`, {
      received: text ?? '',
    });
  };
  const accept = (text: string): boolean => {
    if (peek() !== text) return false;
    position += 1;
    return true;
  };
  const expect = (text: string): void => {
    if (!accept(text)) fail();
  };

  const expression = (): Expression => {
    depth += 1;
    if (depth > deepest)
      throw new PythonRefusal('python-syntax', lineHere(), `this is nested more than ${deepest} levels deep`);
    const start = lineHere();
    try {
      if (accept('lambda')) {
        const parameters: string[] = [];
        while (!accept(':')) {
          parameters.push(identifier());
          if (peek() !== ':') expect(',');
        }
        return { type: 'lambda', parameters, body: expression(), line: start };
      }
      const then = comparison();
      if (!accept('if')) return then;
      const test = comparison();
      expect('else');
      return { type: 'conditional', test, then, otherwise: expression(), line: start };
    } finally {
      depth -= 1;
    }
  };

  const comparison = (): Expression => {
    const start = lineHere();
    const left = sum();
    if (!comparisons.has(peek())) return left;
    const operator = peek() as Comparison;
    position += 1;
    const right = sum();
    if (comparisons.has(peek()))
      throw new PythonRefusal(
        'python-syntax',
        start,
        'a chain of comparisons is not read; compare two values',
      );
    return { type: 'comparison', operator, left, right, line: start };
  };

  const leftToRight = (operators: readonly string[], operand: () => Expression): Expression => {
    const start = lineHere();
    let left = operand();
    while (operators.includes(peek())) {
      const operator = peek() as BinaryOperator;
      position += 1;
      left = { type: 'binary', operator, left, right: operand(), line: start };
    }
    return left;
  };
  const sum = (): Expression => leftToRight(['+', '-'], product);
  const product = (): Expression => leftToRight(['*', '/', '//', '%'], signed);

  const signed = (): Expression => {
    const start = lineHere();
    const operator = peek();
    if (operator !== '-' && operator !== '+') return power();
    position += 1;
    depth += 1;
    if (depth > deepest) fail();
    const operand = signed();
    depth -= 1;
    return { type: 'unary', operator, operand, line: start };
  };

  const power = (): Expression => {
    const start = lineHere();
    const base = postfix();
    return accept('**') ? { type: 'binary', operator: '**', left: base, right: signed(), line: start } : base;
  };

  const postfix = (): Expression => {
    let node = primary();
    for (;;) {
      const start = node.line;
      if (accept('.')) node = { type: 'attribute', object: node, name: identifier(), line: start };
      else if (accept('(')) node = { type: 'call', callee: node, ...callArguments(), line: start };
      else if (accept('[')) {
        node = { type: 'subscript', object: node, index: expression(), line: start };
        expect(']');
      } else return node;
    }
  };

  const callArguments = (): { positional: Expression[]; keywords: Keyword[] } => {
    const positional: Expression[] = [];
    const keywords: Keyword[] = [];
    while (!accept(')')) {
      const start = lineHere();
      if (next()?.type === 'name' && tokens.at(position + 1)?.text === '=') {
        const name = identifier();
        expect('=');
        keywords.push({ name, value: expression(), line: start });
      } else {
        if (keywords.length > 0)
          throw new PythonRefusal('python-syntax', start, 'a positional argument follows a named one');
        positional.push(expression());
      }
      if (peek() !== ')') expect(',');
    }
    return { positional, keywords };
  };

  const identifier = (): string => {
    const token = next();
    if (token?.type !== 'name' || reserved.has(token.text)) return fail();
    position += 1;
    return token.text;
  };

  const items = (closing: string): { items: Expression[]; trailing: boolean } => {
    const found: Expression[] = [];
    let trailing = false;
    while (!accept(closing)) {
      found.push(expression());
      trailing = false;
      if (peek() === closing) continue;
      expect(',');
      trailing = true;
    }
    return { items: found, trailing };
  };

  const primary = (): Expression => {
    const token = next();
    if (token === undefined) return fail();
    const start = token.line;
    if (token.type === 'number') {
      position += 1;
      const value = Number(token.text.replaceAll('_', ''));
      if (Number.isNaN(value))
        throw new PythonRefusal('python-syntax', start, `${token.text} is no plain number`, {
          received: token.text,
        });
      return { type: 'number', value, line: start };
    }
    if (token.type === 'string') {
      let value = '';
      // Neighbouring strings are one string.
      for (; next()?.type === 'string'; position += 1) value += tokens[position].text;
      return { type: 'string', value, line: start };
    }
    if (token.type === 'name') {
      const name = identifier();
      if (name === 'None') return { type: 'constant', value: null, line: start };
      if (name === 'True' || name === 'False')
        return { type: 'constant', value: name === 'True', line: start };
      return { type: 'name', name, line: start };
    }
    if (accept('[')) return { type: 'list', items: items(']').items, line: start };
    if (accept('(')) {
      const inner = items(')');
      if (inner.items.length === 1 && !inner.trailing) return inner.items[0];
      return { type: 'list', items: inner.items, line: start };
    }
    return fail();
  };

  const whole = expression();
  if (position < tokens.length) fail();
  return whole;
}
