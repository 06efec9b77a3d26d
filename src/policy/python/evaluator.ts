/** Works out what expressions come to, as Python would, with values that are not known. */
import type { ComprehensionClause, Expression, ExpressionOf, Parameter } from '../syntax/expression.js';
import { findInClass, foreignAncestor } from './calls.js';
import type { Calls } from './calls.js';
import { lastOf } from './names/name-words.js';
import { mathMember, schedulerAt } from './names/paths.js';
import { isHarmlessStar, pathOfFreeName } from './names/well-known-names.js';
import { PythonRefusal } from './outcome/python-refusal.js';
import type { State } from './state/state.js';
import { operate } from './values/arithmetic.js';
import type { Cell } from './values/cell.js';
import { areEqual, compare, truthOf } from './values/comparison.js';
import { entitiesIn } from './values/entities.js';
import {
  compareFormulas,
  constants,
  minusFormula,
  negateFormula,
  operateOnFormulas,
  selectFormula,
} from './values/formula-arithmetic.js';
import { keyValue, listOf, longestList, sliceOf } from './values/lists.js';
import {
  booleanValue,
  dictionaryValue,
  entriesOf,
  isUnknown,
  itemsOf,
  none,
  numberOf,
  numberValue,
  sequenceValue,
  stringValue,
} from './values/make-values.js';
import type { CallArgument, FunctionValue, Key, Scope, UnknownValue, Value } from './values/value.js';

/** What expressions need of the statements. */
interface StatementHost {
  /** Gives the target of an assignment, a loop or a comprehension its value. */
  readonly assign: (target: Expression, value: Value) => void;
}

const mostComprehended = 5_000;

/** The changes that a comprehension makes by giving its own names their values. */
const mostOwnChanges = 20;

export class Evaluator {
  private readonly state: State;
  private readonly calls: Calls;
  private readonly host: StatementHost;

  constructor(state: State, calls: Calls, host: StatementHost) {
    this.state = state;
    this.calls = calls;
    this.host = host;
  }

  /** The value of an expression; a value that a person gave for it replaces an unknown one. */
  evaluate(expression: Expression): Value {
    const { state } = this;
    const { line } = expression;
    state.count(line);
    const value = state.deeper(line, () => this.valueOf(expression));
    if (value.type !== 'unknown') return value;
    return state.answerFor(state.textOf(expression)) ?? value;
  }

  /** Whether an expression is true; a value where that is not known. */
  truth(expression: Expression): boolean | Value {
    const value = this.evaluate(expression);
    return truthOf(value) ?? value;
  }

  private valueOf(expression: Expression): Value {
    const { state } = this;
    const { line } = expression;
    switch (expression.type) {
      case 'number':
        return Number.isFinite(expression.value)
          ? numberValue(expression.value)
          : state.unknown(expression.text, line, 'it is not a real number');
      case 'string':
        if (expression.isFormat) {
          if (/step\s*\(|:=/.test(expression.value)) {
            throw new PythonRefusal(
              'python-unsupported',
              line,
              'what is called inside of an f-string cannot be followed',
              {
                received: expression.value.slice(0, 60),
              },
            );
          }
          if (expression.value.includes('{'))
            return state.unknown(state.textOf(expression), line, 'it is a text with values in it');
        }
        return stringValue(expression.value);
      case 'constant':
        return expression.value === null ? none : booleanValue(expression.value);
      case 'ellipsis':
        return state.unknown('...', line, 'the code leaves it out');
      case 'name':
        return this.lookUp(expression.name, line);
      case 'attribute':
        return this.attribute(this.evaluate(expression.object), expression.name, expression);
      case 'subscript':
        return this.subscript(expression);
      case 'slice':
        return state.unknown(state.textOf(expression), line, 'it is a slice');
      case 'call':
        return this.callOf(expression);
      case 'sequence':
        return this.sequence(expression);
      case 'dictionary':
        return this.dictionary(expression);
      case 'comprehension':
        return this.comprehension(expression);
      case 'star':
        return this.evaluate(expression.value);
      case 'unary':
        return this.unary(expression);
      case 'binary': {
        const left = this.evaluate(expression.left);
        const right = this.evaluate(expression.right);
        return this.binary(expression, left, right);
      }
      case 'boolean':
        return this.boolean(expression);
      case 'comparison':
        return this.comparison(expression);
      case 'conditional':
        return this.conditional(expression);
      case 'lambda':
        return this.functionOf('', expression.parameters, expression.body, line, false, []);
      case 'named': {
        const value = this.evaluate(expression.value);
        this.host.assign(expression.target, value);
        return value;
      }
      case 'yield':
        if (expression.value) this.evaluate(expression.value);
        return state.unknown(state.textOf(expression), line, 'it is sent to a generator');
    }
  }

  /** A function and the variables that it sees. */
  functionOf(
    name: string,
    parameters: readonly Parameter[],
    body: FunctionValue['body'],
    line: number,
    isGenerator: boolean,
    decorators: readonly string[],
  ): FunctionValue {
    const { scope } = this.state.frame;
    const fallbacks = new Map(
      parameters.flatMap(({ name: parameter, fallback }): [string, Value][] =>
        fallback ? [[parameter, this.evaluate(fallback)]] : [],
      ),
    );
    return {
      type: 'function',
      name,
      parameters,
      body,
      scope,
      line,
      fallbacks,
      isGenerator,
      decorators,
      bound: [],
    };
  }

  // ---- Names and attributes ----

  /** The cell of a variable, in the scope where a name is looked for. */
  cellOf(name: string, scope: Scope = this.state.frame.scope): Cell<Value | undefined> | undefined {
    let isOwn = true;
    for (let at: Scope | undefined = scope; at; at = at.parent) {
      const elsewhere = at.outer.get(name);
      if (elsewhere) return elsewhere.variables.get(name);
      // Methods do not see the names of their class.
      const cell = at.isClass && !isOwn ? undefined : at.variables.get(name);
      if (cell) return cell;
      isOwn = false;
    }
    return undefined;
  }

  private lookUp(name: string, line: number): Value {
    const { state } = this;
    const cell = this.cellOf(name);
    if (cell?.content) return cell.content;
    if (cell) {
      return state.unknown(name, line, `${name} has no value yet in line ${line}`, {
        varies: state.loops.length > 0,
      });
    }
    if (name === '__name__') return stringValue('__main__');
    const path = pathOfFreeName(name);
    if (path !== undefined) {
      const star = state.stars.find((module) => !isHarmlessStar(module));
      const isOfPyTorch = schedulerAt(path) !== undefined || /^(?:torch\.optim|transformers)/.test(path);
      if (star !== undefined && isOfPyTorch && !path.endsWith('.lr_scheduler') && path !== 'torch.optim') {
        throw new PythonRefusal(
          'python-unsupported',
          line,
          `${name} may come from ${star}, all of whose names are imported; import it from torch`,
          { received: name, accepted: `from torch.optim.lr_scheduler import ${name}` },
        );
      }
      return { type: 'path', path, isImported: false };
    }
    const member = /^(?:pi|inf|cos|sin|exp|sqrt|floor|ceil|log)$/.test(name) && state.stars.includes('math');
    if (member)
      return this.attribute({ type: 'path', path: 'math', isImported: true }, name, {
        type: 'name',
        name,
        line,
        start: 0,
        end: 0,
        depth: 1,
      });
    const known = state.free.get(name);
    if (known) return known;
    const value = state.unknown(name, line, `${name} is not given a value in the code`, { varies: false });
    state.free.set(name, value);
    return value;
  }

  /** The value of an attribute. */
  attribute(object: Value, name: string, expression: Expression): Value {
    const { state } = this;
    const { line } = expression;
    const text = state.textOf(expression);
    switch (object.type) {
      case 'path': {
        const path = `${object.path}.${name}`;
        const member = mathMember(path);
        if (member !== undefined && Object.hasOwn(constants, member)) return numberValue(constants[member]);
        return { type: 'path', path, isImported: object.isImported };
      }
      case 'optimizer':
        if (name === 'param_groups') return { type: 'groups', optimizer: object };
        if (name === 'defaults' || name === 'state')
          return state.unknown(text, line, 'it is read from an optimizer');
        if (name === 'optimizer') return object;
        return { type: 'method', object, name };
      case 'groups':
      case 'group':
        return { type: 'method', object, name };
      case 'scheduler':
        if (name === 'optimizer') return object.optimizer;
        if (name === '__class__') return state.unknown(text, line, 'it is a class');
        if (['step', 'get_last_lr', 'get_lr', 'state_dict', 'load_state_dict', 'print_lr'].includes(name))
          return { type: 'method', object, name };
        return state.unknown(text, line, 'it is read from a scheduler');
      case 'sequence':
      case 'dictionary':
      case 'string':
      case 'range':
      case 'function':
        return { type: 'method', object, name };
      case 'instance': {
        const cell = object.attributes.get(name);
        if (cell?.content) return cell.content;
        const found = findInClass(object.class, name);
        if (found?.type === 'function') {
          if (found.decorators.includes('property') || found.decorators.includes('cached_property'))
            return this.calls.call({ type: 'method', object, name }, [], {
              type: 'call',
              callee: expression,
              arguments: [],
              line,
              start: expression.start,
              end: expression.end,
              depth: 1,
            });
          return { type: 'method', object, name };
        }
        if (found) return found;
        if (object.class.name === 'ArgumentParser') return { type: 'method', object, name };
        // It comes from a class that is not here, or nobody gave it a value.
        if (
          cell ||
          foreignAncestor(object.class) !== undefined ||
          /^(?:arguments|namespace|hparams)$/.test(object.class.name)
        )
          return this.memo(object.attributes, name, text, line, `${text} is not given a value in the code`);
        return this.memo(object.attributes, name, text, line, `${text} is not given a value in the code`);
      }
      case 'class': {
        const found = findInClass(object, name);
        if (found?.type === 'function') return { type: 'method', object, name };
        return (
          found ?? state.unknown(text, line, `${text} is not given a value in the code`, { varies: false })
        );
      }
      case 'unknown': {
        const optimizer = object.optimizer?.content;
        if (optimizer) return this.attribute(optimizer, name, expression);
        if (name === 'param_groups') {
          const found = this.calls.optimizerOf(object, line);
          if (found) return { type: 'groups', optimizer: found };
        }
        const cell = object.attributes.get(name);
        if (cell?.content) return cell.content;
        return this.memo(
          object.attributes,
          name,
          text,
          line,
          `${text} is not given a value in the code`,
          object,
        );
      }
      default:
        return { type: 'method', object, name };
    }
  }

  /** A value that stays the same one each time it is read. */
  private memo(
    attributes: Map<string, Cell<Value | undefined>>,
    name: string,
    text: string,
    line: number,
    reason: string,
    owner?: UnknownValue,
  ): Value {
    const { state } = this;
    const value = state.unknown(text, line, reason, {
      varies: owner?.varies ?? false,
      holds: owner?.holds ?? new Set(),
    });
    const cell = attributes.get(name) ?? state.cell<Value | undefined>(undefined);
    attributes.set(name, cell);
    cell.content = value;
    return value;
  }

  private subscript(expression: ExpressionOf<'subscript'>): Value {
    const { state } = this;
    const { line } = expression;
    const object = this.evaluate(expression.object);
    const text = state.textOf(expression);
    if (expression.index.type === 'slice') {
      const bounds = expression.index.bounds.map((bound) => bound && this.evaluate(bound));
      if (object.type === 'groups') return object;
      const items = object.type === 'range' ? listOf(object) : itemsOf(object);
      const part = items && sliceOf(items, bounds);
      if (part) return sequenceValue(object.type === 'sequence' ? object.kind : 'list', part);
      return state.derived(text, line, [object], { holds: entitiesIn([object], { intoObjects: false }) });
    }
    const index = this.evaluate(expression.index);
    switch (object.type) {
      case 'groups':
        return { type: 'group', optimizer: object.optimizer };
      case 'group':
        return state.unknown(text, line, 'it is read from a param group', { varies: true });
      case 'range':
      case 'sequence': {
        const items = listOf(object);
        if (object.type === 'sequence') this.calls.lists.set(expression, object);
        const at = numberOf(index);
        const item = at === undefined ? undefined : items?.at(at);
        if (item) return item;
        const { content } = object.type === 'sequence' ? object.items : { content: undefined };
        if (isUnknown(content)) return state.derived(text, line, [content], { holds: content.holds });
        if (items && at !== undefined)
          return state.unknown(text, line, `the list has no item ${at}`, { varies: false });
        return state.derived(text, line, [index], { holds: entitiesIn([object], { intoObjects: false }) });
      }
      case 'dictionary': {
        const entries = entriesOf(object);
        const key = keyValue(index);
        const { content } = object.entries;
        if (!entries)
          return state.derived(text, line, isUnknown(content) ? [content] : [], {
            holds: entitiesIn([object], { intoObjects: false }),
          });
        if (key === undefined)
          return state.derived(text, line, [index], { holds: entitiesIn([object], { intoObjects: false }) });
        return (
          entries.get(key) ??
          state.unknown(text, line, `the dictionary has no ${String(key)}`, { varies: false })
        );
      }
      case 'instance': {
        const key = keyValue(index);
        if (typeof key === 'string' && object.attributes.has(key))
          return this.attribute(object, key, expression);
        return state.unknown(text, line, 'its value is not known');
      }
      case 'unknown': {
        const key = keyValue(index);
        const varies = object.varies || isUnknown(index);
        if (key === undefined || varies)
          return state.unknown(text, line, `${text} is not given a value in the code`, {
            holds: object.holds,
            varies,
          });
        const name = `[${String(key)}]`;
        const cell = object.attributes.get(name);
        return (
          cell?.content ??
          this.memo(object.attributes, name, text, line, `${text} is not given a value in the code`, object)
        );
      }
      case 'formula':
        return state.derived(text, line, []);
      default:
        return state.derived(text, line, [object, index], {
          holds: entitiesIn([object], { intoObjects: false }),
        });
    }
  }

  // ---- Operators ----

  private unary(expression: ExpressionOf<'unary'>): Value {
    const { state } = this;
    const value = this.evaluate(expression.operand);
    const text = state.textOf(expression);
    if (expression.operator === 'not') {
      const truth = truthOf(value);
      if (truth !== undefined) return booleanValue(!truth);
      if (value.type === 'formula')
        return negateFormula(value) ?? state.derived(text, expression.line, [value]);
      if (isUnknown(value) && value.every)
        return state.derived(text, expression.line, [value], {
          every: { ...value.every, isNegated: !value.every.isNegated },
        });
      if (isUnknown(value) && value.remainder) {
        const { loop, offset, modulus } = value.remainder;
        return state.derived(text, expression.line, [value], {
          every: { loop, modulus, phase: -offset, isNegated: false },
        });
      }
      return state.derived(text, expression.line, [value]);
    }
    const number = numberOf(value);
    if (number !== undefined && expression.operator !== '~')
      return numberValue(expression.operator === '-' ? -number : number);
    if (value.type === 'formula' && expression.operator !== '~')
      return expression.operator === '+' ? value : minusFormula(value)!;
    return state.derived(text, expression.line, [value]);
  }

  /** `left operator right`. */
  binary(expression: Expression & { operator?: unknown }, left: Value, right: Value): Value {
    const { state } = this;
    const { line } = expression;
    const operator = (expression as ExpressionOf<'binary'>).operator;
    const text = state.textOf(expression);
    if (left.type === 'formula' || right.type === 'formula') {
      return operateOnFormulas(operator, left, right) ?? state.derived(text, line, [left, right]);
    }
    const known = operate(operator, left, right);
    if (known) {
      if (known.type === 'sequence') state.count(line, (itemsOf(known)?.length ?? 0) / 8);
      return known;
    }
    const counter = isUnknown(left) ? left.counts : undefined;
    const number = numberOf(right);
    const otherCounter = isUnknown(right) ? right.counts : undefined;
    const otherNumber = numberOf(left);
    const counted = (loop: typeof counter, by: number): UnknownValue =>
      state.derived(text, line, [left, right], { counts: { loop: loop!.loop, offset: loop!.offset + by } });
    if (counter && number !== undefined && (operator === '+' || operator === '-'))
      return counted(counter, operator === '+' ? number : -number);
    if (otherCounter && otherNumber !== undefined && operator === '+')
      return counted(otherCounter, otherNumber);
    if (counter && operator === '%' && (number !== undefined || isUnknown(right)))
      return state.derived(text, line, [left, right], {
        remainder: { loop: counter.loop, offset: counter.offset, modulus: right },
      });
    const holds = entitiesIn([left, right], { intoObjects: false });
    return state.derived(text, line, [left, right], { holds });
  }

  private boolean({ operator, operands, line, ...place }: ExpressionOf<'boolean'>): Value {
    const { state } = this;
    const text = state.textOf(place);
    let result: Value | undefined;
    const seen: Value[] = [];
    for (const operand of operands) {
      // After one that is not known the next may not be evaluated.
      const open = seen.find((each) => truthOf(each) === undefined);
      const value = open ? this.perhaps(operand, open, text, operator === 'and') : this.evaluate(operand);
      const truth = truthOf(value);
      if (result?.type === 'formula' || (value.type === 'formula' && !result)) {
        const before: Value | undefined = result;
        if (before === undefined) result = value;
        else
          result =
            (operator === 'and'
              ? selectFormula(before, value, before)
              : selectFormula(before, before, value)) ?? state.derived(text, line, [before, value]);
        seen.push(value);
        continue;
      }
      seen.push(value);
      if (truth === undefined) {
        // What follows may not be evaluated, so it must do nothing.
        continue;
      }
      const isDecided = truth === (operator === 'or');
      if (isDecided && seen.length === 1) return value;
      if (isDecided && seen.slice(0, -1).every((each) => truthOf(each) !== undefined)) return value;
      // `x and False` is false for every x.
      if (isDecided && operator === 'and') return booleanValue(false);
      if (isDecided)
        return seen.every((each) => isUnknown(each) || truthOf(each) !== undefined) && isPlainTest(seen)
          ? value
          : state.derived(text, line, seen);
      result = value;
    }
    if (result?.type === 'formula' && seen.every((value) => !isUnknown(value))) return result;
    const unknown = seen.filter((value) => truthOf(value) === undefined);
    if (unknown.length === 0) return seen[seen.length - 1];
    // `True and x` is x.
    if (
      unknown.length === 1 &&
      (operator === 'and' ? seen.at(-1) === unknown[0] : seen.at(-1) === unknown[0])
    )
      return unknown[0];
    return state.derived(text, line, seen, {
      holds: entitiesIn(seen, { intoObjects: false }),
      varies: unknown.some((value) => isUnknown(value) && value.varies),
    });
  }

  private comparison({ first, rest, line, ...place }: ExpressionOf<'comparison'>): Value {
    const { state } = this;
    const text = state.textOf(place);
    let left = this.evaluate(first);
    let result: Value = booleanValue(true);
    for (const { operator, operand } of rest) {
      const right = this.evaluate(operand);
      const next = this.compareTwo(operator, left, right, text, line);
      if (result.type === 'boolean' && result.value) result = next;
      else if (result.type === 'boolean') return result;
      else if (next.type === 'boolean') {
        if (!next.value) return next;
      } else if (result.type === 'formula' && next.type === 'formula') {
        result = selectFormula(result, next, numberValue(0)) ?? state.derived(text, line, [left, right]);
      } else {
        result = state.derived(text, line, [result, next]);
      }
      left = right;
    }
    return result;
  }

  private compareTwo(
    operator: ExpressionOf<'comparison'>['rest'][number]['operator'],
    left: Value,
    right: Value,
    text: string,
    line: number,
  ): Value {
    const { state } = this;
    if (left.type === 'formula' || right.type === 'formula') {
      const known = compareFormulas(operator, left, right);
      if (known) return known;
      const items = operator === 'in' ? listOf(right) : undefined;
      const tests = items?.map((item) => compareFormulas('==', left, item));
      if (tests && tests.length > 0 && !tests.includes(undefined)) {
        return tests.reduce((one, other) => selectFormula(one!, one!, other!))!;
      }
      return state.derived(text, line, [left, right]);
    }
    const known = compare(operator, left, right);
    if (known !== undefined) return booleanValue(known);
    const number = numberOf(right);
    if (
      isUnknown(left) &&
      left.remainder &&
      number !== undefined &&
      (operator === '==' || operator === '!=')
    ) {
      const { loop, offset, modulus } = left.remainder;
      // A remainder is below its divisor.
      const most = numberOf(modulus);
      if (most !== undefined && (number < 0 || number >= most)) return booleanValue(operator === '!=');
      return state.derived(text, line, [left], {
        every: { loop, modulus, phase: number - offset, isNegated: operator === '!=' },
      });
    }
    const isWord = [left, right].some(({ type }) => type === 'string' || type === 'none');
    return state.derived(text, line, [left, right], isWord ? { isCondition: true } : {});
  }

  private conditional(expression: ExpressionOf<'conditional'>): Value {
    const { state } = this;
    const { test, then, otherwise, line } = expression;
    const truth = this.truth(test);
    if (typeof truth === 'boolean') return this.evaluate(truth ? then : otherwise);
    const yes = this.perhaps(then, truth, state.textOf(test), true);
    const no = this.perhaps(otherwise, truth, state.textOf(test), false);
    if (truth.type === 'formula') {
      const selected = selectFormula(truth, yes, no);
      if (selected) return selected;
    }
    if (areEqual(yes, no) === true) return yes;
    const text = state.textOf(expression);
    const unknowns = [yes, no].filter(isUnknown).flatMap((each) => each.roots);
    const roots = isUnknown(truth)
      ? [...state.conditionRoots(truth, state.textOf(test), line), ...unknowns]
      : unknowns;
    return state.unknown(text, line, `which of the two it is depends on ${state.textOf(test)}`, {
      roots,
      varies: [truth, yes, no].some((each) => isUnknown(each) && each.varies),
      holds: entitiesIn([yes, no], { intoObjects: false }),
    });
  }

  /** What is evaluated only if a condition holds, or does not: what it does happens only then. */
  private perhaps(expression: Expression, test: Value, text: string, isThen: boolean): Value {
    const { state } = this;
    const { trace, journal } = state;
    const mark = journal.mark;
    const built = state.schedulers.content;
    const { line } = expression;
    state.trace = [];
    const value = this.evaluate(expression);
    const happened = state.trace;
    state.trace = trace;
    if (state.schedulers.content !== built) {
      throw new PythonRefusal(
        'python-unsupported',
        line,
        `which scheduler it is depends on a condition that is not known: ${text}; leave only the one that you use`,
        { received: text, detail: 'condition' },
      );
    }
    if (happened.length > 0) {
      const unknown = isUnknown(test)
        ? test
        : state.unknown(text, line, 'it depends on the epoch', { varies: true });
      state.emit({
        type: 'branch',
        line,
        text,
        test: unknown,
        then: isThen ? happened : [],
        otherwise: isThen ? [] : happened,
      });
    }
    for (const [cell, before] of journal.changedSince(mark)) {
      if (cell.content === before || before === undefined) continue;
      state.write<unknown>(cell, state.either(cell, cell.content, before, `it depends on ${text}`, line));
    }
    return value;
  }

  // ---- Collections ----

  private sequence({ items, kind, line }: ExpressionOf<'sequence'>): Value {
    const values: Value[] = [];
    for (const item of items) {
      if (item.type !== 'star') {
        values.push(this.evaluate(item));
        continue;
      }
      const inner = this.evaluate(item.value);
      const known = listOf(inner);
      if (!known) {
        return this.state.derived(this.state.textOf(item), line, [inner], {
          holds: entitiesIn([inner, ...values], { intoObjects: false }),
        });
      }
      values.push(...known);
    }
    this.state.count(line, values.length / 8);
    return sequenceValue(kind, values);
  }

  private dictionary({ entries, line }: ExpressionOf<'dictionary'>): Value {
    const known = new Map<Key, Value>();
    let isKnown = true;
    const values: Value[] = [];
    for (const { key, value } of entries) {
      const evaluated = this.evaluate(value);
      values.push(evaluated);
      if (key === undefined) {
        const inner = entriesOf(evaluated);
        if (inner) for (const [each, item] of inner) known.set(each, item);
        else isKnown = false;
        continue;
      }
      const name = keyValue(this.evaluate(key));
      if (name === undefined) isKnown = false;
      else known.set(name, evaluated);
    }
    if (isKnown) return dictionaryValue(known);
    const dictionary = dictionaryValue(known);
    const holds = entitiesIn(values, { intoObjects: false });
    dictionary.entries.content = this.state.unknown('', line, 'the keys of this dictionary are not known', {
      holds,
    });
    return dictionary;
  }

  private comprehension(expression: ExpressionOf<'comprehension'>): Value {
    const { state } = this;
    const { kind, key, value, clauses, line } = expression;
    const { frame } = state;
    const scope: Scope = { variables: new Map(), parent: frame.scope, outer: new Map(), isClass: false };
    const results: Value[] = [];
    const entries = new Map<Key, Value>();
    const known = { all: true };
    state.frames.push({ ...frame, scope });
    const visit = (index: number): void => {
      state.count(line);
      if (results.length + entries.size > mostComprehended)
        throw new PythonRefusal('size', line, `a comprehension makes more than ${mostComprehended} values`);
      if (index === clauses.length) {
        const name = key && keyValue(this.evaluate(key));
        const item = this.evaluate(value);
        if (kind !== 'dictionary') results.push(item);
        else if (name === undefined) known.all = false;
        else entries.set(name, item);
        return;
      }
      known.all = this.clause(clauses[index], () => visit(index + 1)) && known.all;
    };
    try {
      visit(0);
    } finally {
      state.frames.pop();
    }
    if (!known.all) {
      const values = [...results, ...entries.values()];
      const holds = entitiesIn(values, { intoObjects: false });
      const roots = values
        .filter(isUnknown)
        .flatMap((each) => each.roots)
        .slice(0, 5);
      return state.unknown(state.textOf(expression), line, 'what it goes through is not known', {
        holds,
        ...(roots.length > 0 && !roots.some((root) => root.varies) && { roots }),
      });
    }
    if (kind === 'dictionary') return dictionaryValue(entries);
    return sequenceValue(kind === 'set' ? 'set' : 'list', results);
  }

  /** One `for … if …`; false where not all its items are known. */
  private clause({ target, iterable, conditions }: ComprehensionClause, inner: () => void): boolean {
    const { state } = this;
    const source = this.evaluate(iterable);
    const items = listOf(source);
    const groups =
      source.type === 'groups' ? [{ type: 'group', optimizer: source.optimizer } as const] : undefined;
    let isKnown = items !== undefined && items.length <= longestList;
    const each = items ??
      groups ?? [
        state.unknown(state.textOf(target), iterable.line, 'it is gone through', {
          holds: entitiesIn([source], { intoObjects: false }),
          varies: true,
        }),
      ];
    for (const item of each) {
      this.host.assign(target, item);
      const truths = conditions.map((condition) => this.truth(condition));
      if (truths.includes(false)) continue;
      const isCertain = truths.every((truth) => truth === true);
      if (!isCertain) isKnown = false;
      const { trace } = state;
      const changed = state.journal.mark;
      state.trace = [];
      inner();
      const happened = state.trace;
      state.trace = trace;
      const isOpen = !isCertain || (items === undefined && groups === undefined);
      if (isOpen && (happened.length > 0 || state.journal.mark > changed + mostOwnChanges)) {
        throw new PythonRefusal(
          'python-unsupported',
          iterable.line,
          'what happens inside of this comprehension cannot be followed; write it as a loop',
          { received: state.textOf(iterable) },
        );
      }
      happened.forEach((node) => state.emit(node));
    }
    return isKnown;
  }

  // ---- Calls ----

  /** What is called: of a value that is not known, a method. */
  private calleeOf(callee: Expression): Value {
    if (callee.type !== 'attribute') return this.evaluate(callee);
    const object = this.evaluate(callee.object);
    if (object.type === 'instance') {
      return object.attributes.get(callee.name)?.content ?? { type: 'method', object, name: callee.name };
    }
    if (object.type !== 'unknown') return this.attribute(object, callee.name, callee);
    const own = object.attributes.get(callee.name)?.content;
    return own && own.type !== 'unknown' ? own : { type: 'method', object, name: callee.name };
  }

  private callOf(call: ExpressionOf<'call'>): Value {
    const callee = this.calleeOf(call.callee);
    const given: CallArgument[] = [];
    for (const argument of call.arguments) {
      const value = this.evaluate(argument.value);
      if (argument.kind === 'positional') given.push({ name: undefined, value, expression: argument.value });
      else if (argument.kind === 'keyword')
        given.push({ name: argument.name, value, expression: argument.value });
      else this.unpack(argument.kind, value, argument.value, given, callee);
    }
    return this.calls.call(callee, given, call);
  }

  private unpack(
    kind: 'list' | 'dictionary',
    value: Value,
    expression: Expression,
    given: CallArgument[],
    callee: Value,
  ): void {
    if (kind === 'list') {
      const items = listOf(value);
      if (items) {
        given.push(...items.map((item) => ({ name: undefined, value: item, expression })));
        return;
      }
    } else {
      const entries = entriesOf(value);
      if (entries) {
        given.push(...Array.from(entries, ([key, item]) => ({ name: String(key), value: item, expression })));
        return;
      }
    }
    const matters =
      callee.type === 'path' &&
      (schedulerAt(callee.path) !== undefined || callee.path.startsWith('transformers'));
    if (matters || callee.type === 'class') {
      if (matters) {
        throw new PythonRefusal(
          'python-value',
          expression.line,
          `which arguments ${lastOf(this.state.textOf(expression))} holds is not known; write them out`,
          {
            received: this.state.textOf(expression),
          },
        );
      }
    }
    given.push({ name: kind === 'dictionary' ? `**${given.length}` : undefined, value, expression });
  }
}

/** Whether values are only tests, so that which one an `or` gives makes no difference. */
function isPlainTest(values: readonly Value[]): boolean {
  return values.every(
    (value) =>
      value.type === 'boolean' || (isUnknown(value) && value.holds.size === 0 && value.roots.length > 0),
  );
}
