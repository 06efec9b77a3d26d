/**
 * The grammar of expressions, by recursive descent: that of formulas, which Python's extends.
 *
 * A formula has one form of its own: `test ? then : otherwise`.
 */
import type {
  Argument,
  BinaryOperator,
  ComparisonOperator,
  Expression,
  ExpressionShape,
} from './expression.js';
import { SyntaxRefusal } from './syntax-refusal.js';
import type { Token } from './tokens.js';

/** The deepest nesting of brackets and prefixes. */
const deepestNesting = 120;

/** The deepest tree: a sum of more terms than this is refused. */
const deepestExpression = 600;

/** Binary operators from the loosest to the tightest; all group to the left. */
const levels: readonly (readonly BinaryOperator[])[] = [
  ['|'],
  ['^'],
  ['&'],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '//', '%', '@'],
];

/** The operators with which an expression can begin. */
const openers = ['(', '[', '{', '-', '+', '~', '*', '...'];

const comparisons: ReadonlySet<string> = new Set(['<', '<=', '>', '>=', '==', '!=']);

/** Reads expressions from the tokens of one logical line. */
export class ExpressionParser {
  protected readonly tokens: readonly Token[];
  protected readonly lastLine: number;
  /** The index of the next token. */
  protected at = 0;
  private nesting = 0;

  /** Whether a word cannot be a name; a formula has no such word. */
  protected readonly isKeyword: (word: string) => boolean = () => false;

  /** The generator that an expression in brackets begins; a formula has none. */
  protected readonly generatorOf: (value: Expression) => Expression | undefined = () => undefined;

  constructor(tokens: readonly Token[], line: number) {
    this.tokens = tokens;
    this.lastLine = line;
  }

  /** The next token, if there is one. */
  get next(): Token | undefined {
    return this.tokens.at(this.at);
  }

  /** Whether all tokens are read. */
  get isAtEnd(): boolean {
    return this.at >= this.tokens.length;
  }

  /** Reads a token if it is this word or operator. */
  accept(text: string): boolean {
    const token = this.next;
    if (token?.text !== text || token.type === 'string') return false;
    this.at += 1;
    return true;
  }

  /** @throws SyntaxRefusal unless the next token is this word or operator. */
  expect(text: string): void {
    if (!this.accept(text)) throw this.unexpected(text);
  }

  /** Reads a name that is not a keyword. */
  expectName(): string {
    const token = this.next;
    if (token?.type !== 'name' || this.isKeyword(token.text)) throw this.unexpected('a name');
    this.at += 1;
    return token.text;
  }

  /** @throws SyntaxRefusal unless all tokens are read. */
  expectEnd(): void {
    if (!this.isAtEnd) throw this.unexpected('the end');
  }

  /** The refusal of the next token. */
  unexpected(wanted?: string): SyntaxRefusal {
    const token = this.next;
    const line = token?.line ?? this.lastLine;
    const hint =
      wanted === undefined
        ? ''
        : `, ${wanted === 'a name' || wanted === 'the end' ? wanted : JSON.stringify(wanted)} is`;
    if (!token)
      return new SyntaxRefusal(
        line,
        wanted === undefined ? 'it ends too early' : `it ends where ${JSON.stringify(wanted)} is expected`,
      );
    return new SyntaxRefusal(line, `${JSON.stringify(token.text)} is not expected here${hint}`, token.text);
  }

  /** One or more expressions with commas between them: more than one are a tuple. */
  expressions(): Expression {
    const first = this.starOrTest();
    if (this.next?.text !== ',' || this.next.type === 'string') return first;
    const items = [first];
    while (this.accept(',')) {
      if (!this.startsExpression()) break;
      items.push(this.starOrTest());
    }
    return this.node({ type: 'sequence', kind: 'tuple', items }, first.line, first.start, items);
  }

  /** One expression, `name := value` included. */
  namedTest(): Expression {
    const target = this.test();
    if (!this.accept(':=')) return target;
    const value = this.test();
    return this.node({ type: 'named', target, value }, target.line, target.start, [target, value]);
  }

  /** One expression. */
  test(): Expression {
    return this.nested(() => {
      const test = this.comparison();
      if (!this.accept('?')) return test;
      const then = this.test();
      this.expect(':');
      const otherwise = this.test();
      return this.conditional(test, then, otherwise, test);
    });
  }

  /** The arguments of a call up to its closing bracket, which is read. */
  arguments(): Argument[] {
    const found: Argument[] = [];
    while (!this.accept(')')) {
      if (this.accept('**')) found.push({ kind: 'dictionary', name: '', value: this.test() });
      else if (this.accept('*')) found.push({ kind: 'list', name: '', value: this.test() });
      else if (this.next?.type === 'name' && this.isOperator(1, '=')) {
        const name = this.expectName();
        this.expect('=');
        found.push({ kind: 'keyword', name, value: this.test() });
      } else {
        const value = this.namedTest();
        found.push({ kind: 'positional', name: '', value: this.generatorOf(value) ?? value });
      }
      if (!this.accept(',')) {
        this.expect(')');
        break;
      }
    }
    return found;
  }

  /** What follows an expression and belongs to it; undefined at its end. */
  protected trailer(object: Expression): Expression | undefined {
    const { line, start } = object;
    if (this.accept('.')) {
      const name = this.expectName();
      return this.node({ type: 'attribute', object, name }, line, start, [object]);
    }
    if (!this.accept('(')) return undefined;
    const found = this.nested(() => this.arguments());
    return this.node({ type: 'call', callee: object, arguments: found }, line, start, [
      object,
      ...found.map(({ value }) => value),
    ]);
  }

  /** A conditional, which begins where the first of its three parts in the text does. */
  protected conditional(
    test: Expression,
    then: Expression,
    otherwise: Expression,
    { line, start }: Expression,
  ): Expression {
    return this.node({ type: 'conditional', test, then, otherwise }, line, start, [test, then, otherwise]);
  }

  protected comparison(): Expression {
    const first = this.bitwise();
    const rest: { operator: ComparisonOperator; operand: Expression }[] = [];
    for (
      let operator = this.comparisonOperator();
      operator !== undefined;
      operator = this.comparisonOperator()
    )
      rest.push({ operator, operand: this.bitwise() });
    if (rest.length === 0) return first;
    return this.node({ type: 'comparison', first, rest }, first.line, first.start, [
      first,
      ...rest.map(({ operand }) => operand),
    ]);
  }

  protected comparisonOperator(): ComparisonOperator | undefined {
    const token = this.next;
    if (token?.type !== 'operator' || !comparisons.has(token.text)) return undefined;
    this.at += 1;
    return token.text as ComparisonOperator;
  }

  protected bitwise(level = 0): Expression {
    if (level === levels.length) return this.factor();
    let left = this.bitwise(level + 1);
    for (;;) {
      const token = this.next;
      const operator = levels[level].find((candidate) => candidate === token?.text);
      if (operator === undefined || token?.type !== 'operator') return left;
      this.at += 1;
      const right = this.bitwise(level + 1);
      left = this.node({ type: 'binary', operator, left, right }, left.line, left.start, [left, right]);
    }
  }

  private factor(): Expression {
    const token = this.next;
    if (token?.type !== 'operator' || !['-', '+', '~'].includes(token.text)) return this.power();
    this.at += 1;
    return this.nested(() => {
      const operand = this.factor();
      const operator = token.text as '-' | '+' | '~';
      return this.node({ type: 'unary', operator, operand }, token.line, token.start, [operand]);
    });
  }

  protected power(): Expression {
    const left = this.trailers(this.atom());
    if (!this.accept('**')) return left;
    return this.nested(() => {
      const right = this.factor();
      return this.node({ type: 'binary', operator: '**', left, right }, left.line, left.start, [left, right]);
    });
  }

  private trailers(atom: Expression): Expression {
    let object = atom;
    for (;;) {
      const longer = this.trailer(object);
      if (longer === undefined) return object;
      object = longer;
    }
  }

  protected atom(): Expression {
    const token = this.next;
    if (!token) throw this.unexpected();
    const { line, start, text } = token;
    if (token.type === 'number') {
      this.at += 1;
      return this.node({ type: 'number', value: numberOf(text), text }, line, start, []);
    }
    if (token.type === 'name' && !this.isKeyword(text)) {
      this.at += 1;
      return this.node({ type: 'name', name: text }, line, start, []);
    }
    if (this.accept('(')) return this.nested(() => this.group(line, start));
    throw this.unexpected();
  }

  private group(line: number, start: number): Expression {
    if (this.accept(')')) return this.node({ type: 'sequence', kind: 'tuple', items: [] }, line, start, []);
    const first = this.starOrTest();
    const generator = this.generatorOf(first);
    if (generator !== undefined) {
      this.expect(')');
      return generator;
    }
    const items = [first];
    let isTuple = first.type === 'star';
    while (this.accept(',')) {
      isTuple = true;
      if (this.next?.text !== ')') items.push(this.starOrTest());
    }
    this.expect(')');
    if (isTuple) return this.node({ type: 'sequence', kind: 'tuple', items }, line, start, items);
    return { ...first, start, end: this.tokens[this.at - 1].end, isGrouped: true };
  }

  /** An item of a tuple. */
  protected starOrTest(): Expression {
    return this.namedTest();
  }

  protected startsExpression(): boolean {
    const token = this.next;
    return token !== undefined && (token.type !== 'operator' || openers.includes(token.text));
  }

  private isOperator(ahead: number, text: string): boolean {
    const token = this.tokens.at(this.at + ahead);
    return token?.type === 'operator' && token.text === text;
  }

  protected nested<Result>(read: () => Result): Result {
    this.nesting += 1;
    if (this.nesting > deepestNesting) {
      throw new SyntaxRefusal(
        this.next?.line ?? this.lastLine,
        `it is nested more than ${deepestNesting} levels deep`,
      );
    }
    const result = read();
    this.nesting -= 1;
    return result;
  }

  protected node(
    shape: ExpressionShape,
    line: number,
    start: number,
    children: readonly Expression[],
  ): Expression {
    const depth = 1 + children.reduce((deepest, child) => Math.max(deepest, child.depth), 0);
    if (depth > deepestExpression)
      throw new SyntaxRefusal(line, `an expression is more than ${deepestExpression} levels deep`);
    const end = this.at === 0 ? start : (this.tokens.at(this.at - 1)?.end ?? start);
    return { ...shape, line, start, end, depth };
  }
}

function numberOf(text: string): number {
  const plain = text.replaceAll('_', '');
  return /[jJ]$/.test(plain) ? NaN : Number(plain);
}
