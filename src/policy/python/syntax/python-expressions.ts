/** Python's grammar of expressions: what it has beside that of formulas. */
import type {
  ComparisonOperator,
  ComprehensionClause,
  DictionaryEntry,
  Expression,
  ExpressionShape,
  Parameter,
} from '../../syntax/expression.js';
import { ExpressionParser } from '../../syntax/parse-expression.js';

const keywords = new Set([
  ...['and', 'as', 'assert', 'async', 'await', 'break', 'class', 'continue', 'def', 'del', 'elif', 'else'],
  ...['except', 'finally', 'for', 'from', 'global', 'if', 'import', 'in', 'is', 'lambda', 'nonlocal'],
  ...['not', 'or', 'pass', 'raise', 'return', 'try', 'while', 'with', 'yield'],
]);

const constants: Readonly<Record<string, boolean | null>> = { True: true, False: false, None: null };

/** Reads Python's expressions from the tokens of one logical line. */
export class PythonExpressionParser extends ExpressionParser {
  protected override readonly isKeyword = (word: string): boolean => keywords.has(word);

  protected override readonly generatorOf = (value: Expression): Expression | undefined => {
    const begins = this.isWord('for') || this.isWord('async');
    return begins ? this.comprehension('generator', undefined, value) : undefined;
  };

  /** One expression. */
  override test(): Expression {
    return this.nested(() => {
      if (this.next?.type === 'name' && this.next.text === 'lambda') return this.lambda();
      if (this.next?.type === 'name' && this.next.text === 'yield') return this.yield();
      const then = this.or();
      if (!this.acceptWord('if')) return then;
      const test = this.or();
      this.expectWord('else');
      return this.conditional(test, then, this.test(), then);
    });
  }

  protected override comparisonOperator(): ComparisonOperator | undefined {
    const operator = super.comparisonOperator();
    if (operator !== undefined) return operator;
    if (this.acceptWord('in')) return 'in';
    if (this.acceptWord('is')) return this.acceptWord('not') ? 'is not' : 'is';
    if (this.isWord('not') && this.tokens.at(this.at + 1)?.text === 'in') {
      this.at += 2;
      return 'not in';
    }
    return undefined;
  }

  protected override power(): Expression {
    this.acceptWord('await');
    return super.power();
  }

  protected override trailer(object: Expression): Expression | undefined {
    if (!this.accept('[')) return super.trailer(object);
    const index = this.nested(() => this.subscript());
    return this.node({ type: 'subscript', object, index }, object.line, object.start, [object, index]);
  }

  protected override atom(): Expression {
    const token = this.next;
    if (!token) throw this.unexpected();
    const { line, start, text } = token;
    const leaf = (shape: ExpressionShape): Expression => this.node(shape, line, start, []);
    if (token.type === 'string') return this.strings();
    if (token.type === 'name' && Object.hasOwn(constants, text)) {
      this.at += 1;
      return leaf({ type: 'constant', value: constants[text] });
    }
    if (this.accept('...')) return leaf({ type: 'ellipsis' });
    if (this.accept('[')) return this.nested(() => this.list(line, start));
    if (this.accept('{')) return this.nested(() => this.braces(line, start));
    return super.atom();
  }

  protected override starOrTest(): Expression {
    return this.star(() => this.namedTest());
  }

  protected override startsExpression(): boolean {
    const token = this.next;
    if (token?.type !== 'name' || !keywords.has(token.text)) return super.startsExpression();
    return ['not', 'lambda', 'await', 'yield'].includes(token.text);
  }

  private or(): Expression {
    return this.boolean('or', () => this.boolean('and', () => this.not()));
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

  private star(inner: () => Expression): Expression {
    const token = this.next;
    if (!this.accept('*')) return inner();
    const value = this.bitwise();
    return this.node({ type: 'star', value }, token!.line, token!.start, [value]);
  }

  private starOrBitwise(): Expression {
    return this.star(() => this.bitwise());
  }

  private isWord(word: string): boolean {
    return this.next?.type === 'name' && this.next.text === word;
  }

  private acceptWord(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.at += 1;
    return true;
  }

  private expectWord(word: string): void {
    if (!this.acceptWord(word)) throw this.unexpected(word);
  }
}
