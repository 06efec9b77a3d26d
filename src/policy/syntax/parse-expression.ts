/**
 * The grammar of expressions, by recursive descent: one for formulas and for Python.
 *
 * A formula has fewer words (no `and`, no lambda) and one form of its own: `test ? then : otherwise`.
 */
import type {
  Argument,
  BinaryOperator,
  ComparisonOperator,
  ComprehensionClause,
  DictionaryEntry,
  Expression,
  ExpressionShape,
  Parameter,
} from './expression.js';
import { SyntaxRefusal } from './syntax-refusal.js';
import type { Token } from './tokens.js';

/** The deepest nesting of brackets and prefixes. */
const deepestNesting = 120;

/** The deepest tree: a sum of more terms than this is refused. */
const deepestExpression = 600;

const keywords = new Set([
  ...['and', 'as', 'assert', 'async', 'await', 'break', 'class', 'continue', 'def', 'del', 'elif', 'else'],
  ...['except', 'finally', 'for', 'from', 'global', 'if', 'import', 'in', 'is', 'lambda', 'nonlocal'],
  ...['not', 'or', 'pass', 'raise', 'return', 'try', 'while', 'with', 'yield'],
]);

/** Binary operators from the loosest to the tightest; all group to the left. */
const levels: readonly (readonly BinaryOperator[])[] = [
  ['|'],
  ['^'],
  ['&'],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '//', '%', '@'],
];

const comparisons: ReadonlySet<string> = new Set(['<', '<=', '>', '>=', '==', '!=']);

/** Reads expressions from the tokens of one logical line. */
export class ExpressionParser {
  private readonly tokens: readonly Token[];
  private readonly isFormula: boolean;
  private readonly lastLine: number;
  private at = 0;
  private nesting = 0;

  constructor(tokens: readonly Token[], line: number, language: 'python' | 'formula' = 'python') {
    this.tokens = tokens;
    this.isFormula = language === 'formula';
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
    if (token?.type !== 'name' || keywords.has(token.text)) throw this.unexpected('a name');
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

  /** The targets of a `for`: names, attributes and items, with commas between them. */
  targets(): Expression {
    const first = this.starOrBitwise();
    if (this.next?.text !== ',') return first;
    const items = [first];
    while (this.accept(',')) {
      if (!this.startsExpression()) break;
      items.push(this.starOrBitwise());
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
      if (!this.isFormula && this.next?.type === 'name' && this.next.text === 'lambda') return this.lambda();
      if (!this.isFormula && this.next?.type === 'name' && this.next.text === 'yield') return this.yield();
      const then = this.or();
      if (this.isFormula) {
        if (!this.accept('?')) return then;
        const yes = this.test();
        this.expect(':');
        const no = this.test();
        return this.node(
          { type: 'conditional', test: then, then: yes, otherwise: no },
          then.line,
          then.start,
          [then, yes, no],
        );
      }
      if (!this.acceptWord('if')) return then;
      const test = this.or();
      this.expectWord('else');
      const otherwise = this.test();
      return this.node({ type: 'conditional', test, then, otherwise }, then.line, then.start, [
        test,
        then,
        otherwise,
      ]);
    });
  }

  /** The parameters of a function up to its end, which is not read. */
  parameters(end: ')' | ':'): Parameter[] {
    const parameters: Parameter[] = [];
    let kind: Parameter['kind'] = 'plain';
    while (this.next !== undefined && this.next.text !== end) {
      if (this.accept('**')) {
        parameters.push({ name: this.parameterName(end), kind: 'dictionary', fallback: undefined });
      } else if (this.accept('*')) {
        if (this.next.type === 'name')
          parameters.push({ name: this.parameterName(end), kind: 'list', fallback: undefined });
        kind = 'keyword';
      } else if (!this.accept('/')) {
        const name = this.parameterName(end);
        parameters.push({ name, kind, fallback: this.accept('=') ? this.test() : undefined });
      }
      if (!this.accept(',')) break;
    }
    return parameters;
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
        const isGenerator = this.isWord('for') || this.isWord('async');
        found.push({
          kind: 'positional',
          name: '',
          value: isGenerator ? this.comprehension('generator', undefined, value) : value,
        });
      }
      if (!this.accept(',')) {
        this.expect(')');
        break;
      }
    }
    return found;
  }

  private parameterName(end: ')' | ':'): string {
    const name = this.expectName();
    // A lambda has no annotations: its colon ends the parameters.
    if (end === ')' && this.accept(':')) this.test();
    return name;
  }

  private lambda(): Expression {
    const { line, start } = this.next!;
    this.at += 1;
    const parameters = this.parameters(':');
    this.expect(':');
    const body = this.test();
    return this.node({ type: 'lambda', parameters, body }, line, start, [body]);
  }

  private yield(): Expression {
    const { line, start } = this.next!;
    this.at += 1;
    this.acceptWord('from');
    const value = this.startsExpression() ? this.expressions() : undefined;
    return this.node({ type: 'yield', value }, line, start, value ? [value] : []);
  }

  private or(): Expression {
    return this.boolean('or', () => this.boolean('and', () => this.not()));
  }

  private boolean(operator: 'and' | 'or', operand: () => Expression): Expression {
    const first = operand();
    if (!this.isWord(operator)) return first;
    const operands = [first];
    while (this.acceptWord(operator)) operands.push(operand());
    return this.node({ type: 'boolean', operator, operands }, first.line, first.start, operands);
  }

  private not(): Expression {
    const token = this.next;
    if (!this.acceptWord('not')) return this.comparison();
    return this.nested(() => {
      const operand = this.not();
      return this.node({ type: 'unary', operator: 'not', operand }, token!.line, token!.start, [operand]);
    });
  }

  private comparison(): Expression {
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

  private comparisonOperator(): ComparisonOperator | undefined {
    const token = this.next;
    if (token?.type === 'operator' && comparisons.has(token.text)) {
      this.at += 1;
      return token.text as ComparisonOperator;
    }
    if (this.acceptWord('in')) return 'in';
    if (this.acceptWord('is')) return this.acceptWord('not') ? 'is not' : 'is';
    if (this.isWord('not') && this.tokens.at(this.at + 1)?.text === 'in') {
      this.at += 2;
      return 'not in';
    }
    return undefined;
  }

  private bitwise(level = 0): Expression {
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

  private power(): Expression {
    if (!this.isFormula) this.acceptWord('await');
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
      const { line, start } = object;
      if (this.accept('.')) {
        const name = this.expectName();
        object = this.node({ type: 'attribute', object, name }, line, start, [object]);
      } else if (this.accept('(')) {
        const found = this.nested(() => this.arguments());
        object = this.node({ type: 'call', callee: object, arguments: found }, line, start, [
          object,
          ...found.map(({ value }) => value),
        ]);
      } else if (this.accept('[')) {
        const index = this.nested(() => this.subscript());
        object = this.node({ type: 'subscript', object, index }, line, start, [object, index]);
      } else {
        return object;
      }
    }
  }

  private subscript(): Expression {
    const items = [this.slice()];
    let isTuple = false;
    while (this.accept(',')) {
      isTuple = true;
      if (this.next?.text !== ']') items.push(this.slice());
    }
    this.expect(']');
    const [first] = items;
    return isTuple
      ? this.node({ type: 'sequence', kind: 'tuple', items }, first.line, first.start, items)
      : first;
  }

  private slice(): Expression {
    const { line, start } = this.next ?? { line: this.lastLine, start: 0 };
    const bounds: (Expression | undefined)[] = [];
    const isBound = (): boolean => ![':', ',', ']'].includes(this.next?.text ?? ']');
    const first = isBound() ? this.starOrTest() : undefined;
    if (!this.accept(':')) {
      if (first) return first;
      throw this.unexpected();
    }
    bounds.push(first);
    do bounds.push(isBound() ? this.test() : undefined);
    while (this.accept(':'));
    return this.node(
      { type: 'slice', bounds },
      line,
      start,
      bounds.filter((bound) => bound !== undefined),
    );
  }

  private atom(): Expression {
    const token = this.next;
    if (!token) throw this.unexpected();
    const { line, start, text } = token;
    const leaf = (shape: ExpressionShape): Expression => this.node(shape, line, start, []);
    if (token.type === 'number') {
      this.at += 1;
      return leaf({ type: 'number', value: numberOf(text), text });
    }
    if (token.type === 'string') return this.strings();
    if (token.type === 'name') {
      if (this.isFormula || !keywords.has(text)) {
        this.at += 1;
        if (this.isFormula) return leaf({ type: 'name', name: text });
        if (text === 'True' || text === 'False') return leaf({ type: 'constant', value: text === 'True' });
        return leaf(text === 'None' ? { type: 'constant', value: null } : { type: 'name', name: text });
      }
      throw this.unexpected();
    }
    if (this.accept('...')) return leaf({ type: 'ellipsis' });
    if (this.accept('(')) return this.nested(() => this.group(line, start));
    if (this.accept('[')) return this.nested(() => this.list(line, start));
    if (!this.isFormula && this.accept('{')) return this.nested(() => this.braces(line, start));
    throw this.unexpected();
  }

  private strings(): Expression {
    const first = this.next!;
    const parts: string[] = [];
    let isFormat = false;
    while (this.next?.type === 'string') {
      parts.push(this.next.text);
      isFormat ||= this.next.isFormat === true;
      this.at += 1;
    }
    return this.node({ type: 'string', value: parts.join(''), isFormat }, first.line, first.start, []);
  }

  private group(line: number, start: number): Expression {
    if (this.accept(')')) return this.node({ type: 'sequence', kind: 'tuple', items: [] }, line, start, []);
    const first = this.starOrTest();
    if (this.isWord('for') || this.isWord('async')) {
      const generator = this.comprehension('generator', undefined, first);
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

  private list(line: number, start: number): Expression {
    const items: Expression[] = [];
    while (!this.accept(']')) {
      items.push(this.starOrTest());
      if (items.length === 1 && (this.isWord('for') || this.isWord('async'))) {
        const comprehension = this.comprehension('list', undefined, items[0]);
        this.expect(']');
        return comprehension;
      }
      if (!this.accept(',')) {
        this.expect(']');
        break;
      }
    }
    return this.node({ type: 'sequence', kind: 'list', items }, line, start, items);
  }

  private braces(line: number, start: number): Expression {
    const items: Expression[] = [];
    const entries: DictionaryEntry[] = [];
    while (!this.accept('}')) {
      if (this.accept('**')) {
        entries.push({ key: undefined, value: this.test() });
      } else {
        const item = this.starOrTest();
        const value = this.accept(':') ? this.test() : undefined;
        if (value) entries.push({ key: item, value });
        else items.push(item);
        if (entries.length + items.length === 1 && (this.isWord('for') || this.isWord('async'))) {
          const found = value
            ? this.comprehension('dictionary', item, value)
            : this.comprehension('set', undefined, item);
          this.expect('}');
          return found;
        }
      }
      if (!this.accept(',')) {
        this.expect('}');
        break;
      }
    }
    if (items.length > 0) return this.node({ type: 'sequence', kind: 'set', items }, line, start, items);
    const values = entries.flatMap(({ key, value }) => (key ? [key, value] : [value]));
    return this.node({ type: 'dictionary', entries }, line, start, values);
  }

  private comprehension(
    kind: 'list' | 'set' | 'dictionary' | 'generator',
    key: Expression | undefined,
    value: Expression,
  ): Expression {
    const clauses: ComprehensionClause[] = [];
    for (;;) {
      this.acceptWord('async');
      if (!this.acceptWord('for')) break;
      const target = this.targets();
      this.expectWord('in');
      const iterable = this.or();
      const conditions: Expression[] = [];
      while (this.acceptWord('if')) conditions.push(this.or());
      clauses.push({ target, iterable, conditions });
    }
    const first = key ?? value;
    const children = clauses.flatMap(({ target, iterable, conditions }) => [target, iterable, ...conditions]);
    return this.node({ type: 'comprehension', kind, key, value, clauses }, first.line, first.start, [
      first,
      value,
      ...children,
    ]);
  }

  private starOrTest(): Expression {
    return this.star(() => this.namedTest());
  }

  private starOrBitwise(): Expression {
    return this.star(() => this.bitwise());
  }

  private star(inner: () => Expression): Expression {
    const token = this.next;
    if (this.isFormula || !this.accept('*')) return inner();
    const value = this.bitwise();
    return this.node({ type: 'star', value }, token!.line, token!.start, [value]);
  }

  private startsExpression(): boolean {
    const token = this.next;
    if (!token) return false;
    if (token.type === 'operator') return ['(', '[', '{', '-', '+', '~', '*', '...'].includes(token.text);
    return (
      token.type !== 'name' ||
      !keywords.has(token.text) ||
      ['not', 'lambda', 'await', 'yield'].includes(token.text)
    );
  }

  private isOperator(ahead: number, text: string): boolean {
    const token = this.tokens.at(this.at + ahead);
    return token?.type === 'operator' && token.text === text;
  }

  private isWord(word: string): boolean {
    return !this.isFormula && this.next?.type === 'name' && this.next.text === word;
  }

  private acceptWord(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.at += 1;
    return true;
  }

  private expectWord(word: string): void {
    if (!this.acceptWord(word)) throw this.unexpected(word);
  }

  private nested<Result>(read: () => Result): Result {
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

  private node(
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
