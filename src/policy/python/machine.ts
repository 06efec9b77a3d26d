/**
 * Goes through a program as Python would, with values that may not be known, and takes down what it does to optimizers
 * and schedulers. Nothing is executed.
 *
 * A condition that is not known is gone through on both sides; a loop once, for all its passes: what changes from pass to
 * pass is not known inside. What touches an optimizer or a scheduler in a way that is not understood is refused.
 */
import type { Expression } from '../syntax/expression.js';
import { adapterName } from './adapter-name.js';
import { Calls } from './calls.js';
import { Evaluator } from './evaluator.js';
import { huggingFaceProgram } from './hugging-face.js';
import { metricNamed } from './names/metric-names.js';
import { wordsOf } from './names/name-words.js';
import { isSchedulerWord, mathMember } from './names/paths.js';
import { PythonRefusal } from './outcome/python-refusal.js';
import { askCondition } from './state/ask.js';
import { CannotUnroll } from './state/frame.js';
import type { Frame, OpenLoop } from './state/frame.js';
import type { State } from './state/state.js';
import type { TraceNode } from './state/trace.js';
import { parseProgram } from './syntax/parse-program.js';
import { blocksOf, visitExpressions } from './syntax/statement-parts.js';
import type { Statement, StatementOf } from './syntax/statement.js';
import { operate } from './values/arithmetic.js';
import type { Cell } from './values/cell.js';
import { areEqual, truthOf } from './values/comparison.js';
import { entitiesIn } from './values/entities.js';
import { constants, negateFormula, selectFormula } from './values/formula-arithmetic.js';
import { keyValue, listOf, rangeLength } from './values/lists.js';
import type { Loop, LoopKind } from './values/loop.js';
import {
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
import type { CallArgument, ClassValue, FunctionValue, Scope, UnknownValue, Value } from './values/value.js';

/** How a block ends. `mixed`: the sides of a condition end in different ways. */
type Completion = 'normal' | 'break' | 'continue' | 'return' | 'raise' | 'mixed';

/** The most passes of a loop that are gone through one by one. */
const mostPasses = 400;

/** The deepest nesting of functions. */
const deepestCalls = 40;

/** What a loop goes through. */
interface Iteration {
  /** Known items, to be gone through one by one. */
  readonly items?: readonly Value[];
  /** The number that counts the passes, if there is one: alone or first of a pair. */
  readonly counter?: { readonly start: number | undefined; readonly isFirst: boolean };
  readonly passes?: number;
  readonly isRange: boolean;
  readonly text: string;
  readonly item?: Value;
}

export class Machine {
  readonly state: State;
  readonly evaluator: Evaluator;
  readonly calls: Calls;
  private huggingFace: Scope | undefined;

  constructor(state: State) {
    this.state = state;
    this.calls = new Calls(state, {
      invoke: (called, given, line, self) => this.invoke(called, given, line, self),
      attribute: (object, name, expression) => this.evaluator.attribute(object, name, expression),
      huggingFace: (name) => this.huggingFaceFunction(name),
      acts: ({ body }) => actsIn(body),
    });
    this.evaluator = new Evaluator(state, this.calls, {
      assign: (target, value) => this.assign(target, value),
    });
    state.frames.push(frameOf(state.module, undefined, undefined, 0));
  }

  /** Goes through the statements of the module. The value is that of a `return` outside of a function. */
  runModule(statements: readonly Statement[]): Value | undefined {
    this.run(statements);
    return this.state.frame.returns.at(-1)?.value;
  }

  private run(statements: readonly Statement[]): Completion {
    let isMixed = false;
    for (const statement of statements) {
      const { line } = statement;
      this.state.count(line);
      const completion = this.state.deeper(line, () => this.runStatement(statement));
      if (completion === 'mixed') isMixed = true;
      else if (completion !== 'normal') return isMixed ? 'mixed' : completion;
    }
    return isMixed ? 'mixed' : 'normal';
  }

  private runStatement(statement: Statement): Completion {
    const { state, evaluator } = this;
    switch (statement.type) {
      case 'expression':
        return this.runExpression(statement.value);
      case 'assign': {
        const value = evaluator.evaluate(statement.value);
        for (const target of statement.targets) this.assign(target, value, statement.value);
        return 'normal';
      }
      case 'augmented':
        this.runAugmented(statement);
        return 'normal';
      case 'import':
        if (statement.star !== undefined) state.stars.push(statement.star);
        for (const { name, path } of statement.names) this.define(name, importedValue(path));
        return 'normal';
      case 'if':
        return this.runIf(statement);
      case 'for':
        return this.runFor(statement);
      case 'while':
        return this.runWhile(statement);
      case 'with':
        for (const { value, target } of statement.items) {
          const entered = evaluator.evaluate(value);
          if (target) this.assign(target, entered);
        }
        return this.run(statement.body);
      case 'function': {
        const decorators = statement.decorators.map((decorator) => decoratorName(decorator));
        const { name, parameters, body, line, isGenerator } = statement;
        this.define(name, evaluator.functionOf(name, parameters, body, line, isGenerator, decorators));
        return 'normal';
      }
      case 'class':
        this.runClass(statement);
        return 'normal';
      case 'return': {
        const value = statement.value ? evaluator.evaluate(statement.value) : none;
        state.frame.returns.push({ value, conditions: [...state.frame.conditions] });
        const loops = state.symbolicLoops.slice(this.loopsOutside());
        if (loops.length > 0) state.emit({ type: 'leave', line: statement.line, loops });
        return 'return';
      }
      case 'break':
      case 'continue': {
        const open = state.loops.at(-1);
        if (open?.loop) {
          if (statement.type === 'break')
            state.emit({ type: 'leave', line: statement.line, loops: [open.loop] });
          else state.emit({ type: 'continue', line: statement.line, loop: open.loop });
        }
        return statement.type;
      }
      case 'raise':
        if (statement.value) evaluator.evaluate(statement.value);
        return 'raise';
      case 'assert':
        evaluator.evaluate(statement.test);
        return 'normal';
      case 'delete':
        statement.targets.forEach((target) => this.remove(target));
        return 'normal';
      case 'global':
      case 'nonlocal': {
        const { scope } = state.frame;
        const outer =
          statement.type === 'global'
            ? state.module
            : (this.scopeWith(statement.names[0], scope.parent) ?? state.module);
        for (const name of statement.names) scope.outer.set(name, outer);
        return 'normal';
      }
      case 'try': {
        // That nothing goes wrong is taken for granted; what is done if it does must not matter.
        const completion = this.run(statement.body);
        for (const handler of statement.handlers) {
          if (changesRates(handler)) {
            throw new PythonRefusal(
              'python-unsupported',
              statement.line,
              'what happens to the schedule in except cannot be followed',
            );
          }
        }
        const rest = completion === 'normal' ? this.run(statement.otherwise) : completion;
        const last = this.run(statement.last);
        return last === 'normal' ? rest : last;
      }
      case 'match':
        return this.runMatch(statement);
      case 'unreadable':
        this.passOver(statement);
        return 'normal';
      case 'pass':
        return 'normal';
    }
  }

  private runExpression(expression: Expression): Completion {
    const value = this.evaluator.evaluate(expression);
    if (expression.type === 'call') {
      const { callee } = expression;
      const name = callee.type === 'name' ? callee.name : callee.type === 'attribute' ? callee.name : '';
      // The program ends here.
      if (value.type === 'none' && /^(?:exit|quit|_exit)$/.test(name)) return 'raise';
      if (callee.type === 'name' && /^(?:exit|quit)$/.test(name)) return 'raise';
    }
    return 'normal';
  }

  /** A line that is not Python matters only if it is about schedulers. */
  private passOver({ tokens, reason, line }: StatementOf<'unreadable'>): void {
    const isAbout = tokens.some(({ type, text }) => {
      if (type !== 'name') return false;
      const value = this.evaluator.cellOf(text)?.content;
      const holds = value !== undefined && entitiesIn([value], { intoObjects: true }).size > 0;
      return holds || isSchedulerWord(text) || /^(?:lr|step|optim\w*|param_groups)$/.test(text);
    });
    if (isAbout) throw new PythonRefusal('python-syntax', line, reason);
  }

  // ---- Variables ----

  private define(name: string, value: Value): void {
    const { state } = this;
    const { scope } = state.frame;
    const target = scope.outer.get(name) ?? scope;
    let cell = target.variables.get(name);
    if (!cell) {
      cell = state.cell<Value | undefined>(undefined);
      target.variables.set(name, cell);
    }
    state.write(cell, value);
    if (value.type === 'optimizer' && !state.names.has(value)) state.names.set(value, name);
  }

  private scopeWith(name: string, from: Scope | undefined): Scope | undefined {
    for (let scope = from; scope; scope = scope.parent) if (scope.variables.has(name)) return scope;
    return undefined;
  }

  private assign(target: Expression, value: Value, source?: Expression): void {
    const { state, evaluator } = this;
    const { line } = target;
    switch (target.type) {
      case 'name':
        this.define(target.name, value);
        return;
      case 'star':
        this.assign(target.value, value);
        return;
      case 'sequence': {
        const items = listOf(value);
        const starred = target.items.findIndex(({ type }) => type === 'star');
        const isFitting =
          items !== undefined &&
          (starred < 0 ? items.length === target.items.length : items.length >= target.items.length - 1);
        const holds = entitiesIn([value], { intoObjects: false });
        target.items.forEach((item, index) => {
          if (!isFitting) {
            const unknown = state.unknown(
              state.textOf(item),
              line,
              `what ${state.textOf(item)} is the code does not tell`,
              { holds },
            );
            this.assign(item, isUnknown(value) && value.optimizer?.content ? value : unknown);
            return;
          }
          const after = target.items.length - 1 - index;
          if (index === starred)
            this.assign(item, sequenceValue('list', items.slice(index, items.length - after)));
          else
            this.assign(
              item,
              starred >= 0 && index > starred ? items[items.length - 1 - after] : items[index],
            );
        });
        return;
      }
      case 'attribute':
        this.assignAttribute(target, evaluator.evaluate(target.object), value, source);
        return;
      case 'subscript':
        this.assignItem(target, value);
        return;
      default:
        throw new PythonRefusal('python-syntax', line, `${state.textOf(target)} cannot be given a value`);
    }
  }

  private assignAttribute(
    target: Expression & { type: 'attribute' },
    object: Value,
    value: Value,
    source?: Expression,
  ): void {
    const { state } = this;
    const { name, line } = target;
    const put = (attributes: Map<string, Cell<Value | undefined>>): void => {
      let cell = attributes.get(name);
      if (!cell) {
        cell = state.cell<Value | undefined>(undefined);
        attributes.set(name, cell);
      }
      state.write(cell, value);
      if (value.type === 'optimizer' && !state.names.has(value)) state.names.set(value, state.textOf(target));
    };
    switch (object.type) {
      case 'scheduler':
      case 'optimizer':
      case 'groups':
      case 'group':
        throw new PythonRefusal(
          'python-change',
          line,
          `${object.type === 'scheduler' ? 'a scheduler' : 'an optimizer'} that is changed by hand cannot be taken over`,
          { received: state.textOf(target) },
        );
      case 'instance':
        put(object.attributes);
        return;
      case 'unknown':
        if (object.optimizer?.content || object.holds.size > 0)
          throw new PythonRefusal(
            'python-change',
            line,
            'an optimizer that is changed by hand cannot be taken over',
            {
              received: state.textOf(target),
            },
          );
        put(object.attributes);
        return;
      case 'class':
        if (object.name === adapterName && name === 'metric' && source) {
          const metric = source.type === 'name' ? metricNamed(source.name) : undefined;
          if (!metric) {
            throw new PythonRefusal(
              'python-metric',
              line,
              `${state.textOf(source)} is not a metric that a policy can watch`,
              {
                received: state.textOf(source),
                accepted: 'train_loss | val_loss | val_accuracy',
              },
            );
          }
          state.write(state.handed, stringValue(metric));
          return;
        }
        put(object.scope.variables);
        return;
      case 'path':
        if (/^(?:torch\.optim|math|numpy)/.test(object.path))
          throw new PythonRefusal('python-unsupported', line, `${object.path} is changed by hand`, {
            received: state.textOf(target),
          });
        return;
      default:
        return;
    }
  }

  private assignItem(target: Expression & { type: 'subscript' }, value: Value): void {
    const { state, evaluator } = this;
    const { line } = target;
    const object = evaluator.evaluate(target.object);
    const index = target.index.type === 'slice' ? undefined : evaluator.evaluate(target.index);
    const key = index && keyValue(index);
    const text = state.textOf(target);
    switch (object.type) {
      case 'groups':
      case 'group':
        this.calls.writeGroup(object.type === 'group' && typeof key === 'string' ? key : undefined, target);
        return;
      case 'sequence': {
        const { content } = object.items;
        const at = index && numberOf(index);
        if (!isUnknown(content) && at !== undefined && Math.abs(at) <= content.length) {
          const place = at < 0 ? content.length + at : at;
          state.write(object.items, content.with(place, value));
          return;
        }
        const holds = entitiesIn([object, value], { intoObjects: false });
        state.write(
          object.items,
          state.unknown(text, line, `the list is changed in line ${line}`, { holds, varies: true }),
        );
        return;
      }
      case 'dictionary': {
        const { content } = object.entries;
        if (!isUnknown(content) && key !== undefined) {
          state.write(object.entries, new Map([...content, [key, value]]));
          return;
        }
        const holds = entitiesIn([object, value], { intoObjects: false });
        state.write(
          object.entries,
          state.unknown(text, line, `the dictionary is changed in line ${line}`, { holds, varies: true }),
        );
        return;
      }
      case 'unknown': {
        const isGroup =
          object.text.includes('param_groups') ||
          object.optimizer?.content !== undefined ||
          object.holds.size > 0;
        if (isGroup) this.calls.writeGroup(typeof key === 'string' ? key : undefined, target);
        else if (key === 'lr' || key === 'learning_rate') {
          // A param group under another name looks just like this.
          if (/group|^g$|^pg?$|param/i.test(object.text)) this.calls.writeGroup('lr', target);
        }
        if (key === undefined) return;
        const name = `[${String(key)}]`;
        const cell = object.attributes.get(name) ?? state.cell<Value | undefined>(undefined);
        object.attributes.set(name, cell);
        state.write(cell, value);
        return;
      }
      case 'instance':
        if (typeof key === 'string') {
          const cell = object.attributes.get(key) ?? state.cell<Value | undefined>(undefined);
          object.attributes.set(key, cell);
          state.write(cell, value);
        }
        return;
      default:
        return;
    }
  }

  private runAugmented({ target, operator, value, line }: StatementOf<'augmented'>): void {
    const { state, evaluator } = this;
    const before = evaluator.evaluate(target);
    const by = evaluator.evaluate(value);
    const text = state.textOf(target);
    if (before.type === 'sequence' && operator === '+') {
      const sum = operate(
        '+',
        before.kind === 'list' ? before : before,
        by.type === 'sequence' ? by : sequenceValue('list', listOf(by) ?? []),
      );
      const items = sum && listOf(by) && itemsOf(sum);
      const holds = entitiesIn([before, by], { intoObjects: false });
      if (before.kind === 'list') {
        // In place: everybody who has the list sees it.
        state.write(
          before.items,
          items ?? state.unknown(text, line, `the list is changed in line ${line}`, { holds, varies: true }),
        );
        return;
      }
    }
    const place = { ...target, operator } as unknown as Expression;
    this.assign(target, evaluator.binary(place, before, by));
  }

  private remove(target: Expression): void {
    const { state, evaluator } = this;
    const { line } = target;
    const text = state.textOf(target);
    if (target.type === 'subscript') {
      const object = evaluator.evaluate(target.object);
      const index = target.index.type === 'slice' ? undefined : evaluator.evaluate(target.index);
      const key = index && keyValue(index);
      const holds = entitiesIn([object], { intoObjects: false });
      if (
        object.type === 'group' ||
        object.type === 'groups' ||
        [...holds].some(({ type }) => type === 'scheduler')
      )
        throw new PythonRefusal('python-unsupported', line, `${text} is removed, which cannot be followed`, {
          received: text,
        });
      if (object.type === 'sequence') {
        const items = itemsOf(object);
        const at = numberOf(index);
        const place = items && at !== undefined ? (at < 0 ? items.length + at : at) : -1;
        const isKnown = items !== undefined && place >= 0 && place < items.length;
        state.write(
          object.items,
          isKnown
            ? items.filter((_, each) => each !== place)
            : state.unknown(text, line, `the list is changed in line ${line}`, { holds, varies: true }),
        );
      } else if (object.type === 'dictionary') {
        const entries = entriesOf(object);
        state.write(
          object.entries,
          entries && key !== undefined
            ? new Map([...entries].filter(([each]) => each !== key))
            : state.unknown(text, line, `the dictionary is changed in line ${line}`, { holds, varies: true }),
        );
      }
      return;
    }
    const value = evaluator.evaluate(target);
    if (entitiesIn([value], { intoObjects: false }).size > 0)
      throw new PythonRefusal('python-unsupported', line, `${text} is removed, which cannot be followed`, {
        received: text,
      });
    if (target.type === 'name') {
      const cell = evaluator.cellOf(target.name);
      if (cell) state.write(cell, undefined);
    }
  }

  // ---- Functions and classes ----

  private runClass({ name, bases, decorators, body, line }: StatementOf<'class'>): void {
    const { state, evaluator } = this;
    const values = bases.flatMap(({ kind, value }) =>
      kind === 'positional' ? [evaluator.evaluate(value)] : [],
    );
    const scope: Scope = { variables: new Map(), parent: state.frame.scope, outer: new Map(), isClass: true };
    state.frames.push(frameOf(scope, undefined, undefined, state.loops.length));
    try {
      this.run(body);
    } finally {
      state.frames.pop();
    }
    const isDataclass = decorators.some((decorator) => decoratorName(decorator) === 'dataclass');
    const made: ClassValue = { type: 'class', name, bases: values, scope, line, isDataclass };
    this.define(name, made);
  }

  /** Goes through a function with these arguments, and gives what it returns. */
  invoke(called: FunctionValue, given: readonly CallArgument[], line: number, self?: Value): Value {
    const { state } = this;
    if (called.isGenerator) {
      if (actsIn(called.body)) {
        throw new PythonRefusal(
          'python-unsupported',
          called.line,
          `${called.name} is a generator, which cannot be followed`,
          {
            received: called.name,
          },
        );
      }
      return state.unknown(called.name, line, 'it comes from a generator');
    }
    if (state.frames.length > deepestCalls) {
      throw new PythonRefusal(
        'size',
        line,
        `functions call each other more than ${deepestCalls} levels deep`,
      );
    }
    const scope: Scope = { variables: new Map(), parent: called.scope, outer: new Map(), isClass: false };
    const frame = frameOf(scope, called, self ?? state.frame.self, state.loops.length);
    this.bind(called, given, self, scope, line);
    state.called.add(called.body);
    state.frames.push(frame);
    try {
      if (!isBlock(called.body)) return this.evaluator.evaluate(called.body);
      const completion = this.run(called.body);
      this.joinExits(frame, line);
      return this.returned(frame, completion, called, line);
    } finally {
      state.frames.pop();
    }
  }

  private bind(
    called: FunctionValue,
    given: readonly CallArgument[],
    self: Value | undefined,
    scope: Scope,
    line: number,
  ): void {
    const { state } = this;
    const put = (name: string, value: Value): void => {
      scope.variables.set(name, state.cell<Value | undefined>(value));
    };
    const all = [...called.bound, ...given];
    const positional = all.filter(({ name }) => name === undefined).map(({ value }) => value);
    if (self !== undefined) positional.unshift(self);
    const named = new Map(
      all.flatMap(({ name, value }) => (name === undefined ? [] : [[name, value] as const])),
    );
    const open = called.parameters.filter(({ kind }) => kind === 'plain').map(({ name }) => name);
    open.forEach((name, index) => {
      const value = positional.at(index);
      if (index < positional.length && value) put(name, value);
    });
    for (const { name, kind } of called.parameters) {
      if (kind === 'list') put(name, sequenceValue('tuple', positional.slice(open.length)));
      if (kind === 'list' || kind === 'dictionary' || scope.variables.has(name)) continue;
      const value = named.get(name) ?? called.fallbacks.get(name);
      put(
        name,
        value ??
          state.unknown(name, called.line, `${name} is not given a value in the code`, { varies: false }),
      );
      if (
        !value &&
        given.some(({ value: each }) => entitiesIn([each], { intoObjects: false }).size > 0) &&
        called.decorators.length === 0 &&
        all.some(({ name: each }) => each?.startsWith('**') !== true) &&
        line < 0
      )
        throw new PythonRefusal('python-call', line, `${called.name} is not given ${name}`);
    }
    const rest = called.parameters.find(({ kind }) => kind === 'dictionary');
    if (rest) {
      const taken = new Set(called.parameters.map(({ name }) => name));
      put(rest.name, dictionaryValue(new Map([...named].filter(([name]) => !taken.has(name)))));
    }
  }

  /** What a function returns, out of all its returns and their conditions. */
  private returned(frame: Frame, completion: Completion, called: FunctionValue, line: number): Value {
    const { state } = this;
    const returns = [...frame.returns];
    const isComplete = completion === 'return' || completion === 'raise';
    // The last one is reached where none before it is.
    const last = isComplete ? returns.pop() : undefined;
    if (returns.length === 0 && last?.conditions.length === 0) return last.value;
    if (returns.length === 0 && !last) return none;
    if (last && last.conditions.length > 0) returns.push(last);
    const isOpen = last === undefined || last.conditions.length > 0;
    let result: Value | undefined = isOpen ? (completion === 'normal' ? none : undefined) : last.value;
    for (const { value, conditions } of returns.reverse()) {
      const isFormula = conditions.length > 0 && conditions.every(({ type }) => type === 'formula');
      // All paths that end in a return: the last of them needs no condition.
      if (result === undefined) {
        result = value;
        continue;
      }
      if (!isFormula) {
        if (areEqual(value, result) === true) continue;
        result = this.oneOf([value, result, ...conditions], called, line);
        continue;
      }
      let chosen: Value | undefined = value;
      for (const condition of [...conditions].reverse()) {
        chosen = chosen && selectFormula(condition, chosen, result);
      }
      result = chosen ?? this.oneOf([value, result, ...conditions], called, line);
    }
    return result ?? state.unknown(called.name, line, `what ${called.name} returns is not known`);
  }

  private oneOf(values: readonly Value[], called: FunctionValue, line: number): Value {
    const { state } = this;
    const reason = `what ${called.name || 'the function'} returns depends on a condition that is not known`;
    const unknowns = values.filter(isUnknown);
    return state.unknown('', line, reason, {
      holds: entitiesIn(values, { intoObjects: false }),
      roots: unknowns.flatMap(({ roots }) => roots),
      varies: unknowns.length === 0 || unknowns.some(({ varies }) => varies),
    });
  }

  /** What was changed before a return that is reached only sometimes may be changed or not. */
  private joinExits(frame: Frame, line: number): void {
    const { state } = this;
    for (const { mark, after } of frame.exits) {
      const changed = state.journal.changedSince(mark);
      for (const cell of new Set([...after.keys(), ...changed.keys()])) {
        const atExit = after.has(cell) ? after.get(cell) : changed.get(cell);
        if (atExit === cell.content) continue;
        const reason = `it depends on the return of ${frame.function?.name ?? 'the function'}`;
        state.write(cell, state.either(cell, cell.content, atExit, reason, line));
      }
    }
  }

  private huggingFaceFunction(name: string): FunctionValue | undefined {
    if (!this.huggingFace) {
      const { state } = this;
      const scope: Scope = { variables: new Map(), parent: undefined, outer: new Map(), isClass: false };
      state.frames.push(frameOf(scope, undefined, undefined, state.loops.length));
      this.run(parseProgram(huggingFaceProgram).statements);
      state.frames.pop();
      this.huggingFace = scope;
    }
    const found = this.huggingFace.variables.get(name)?.content;
    return found?.type === 'function' ? found : undefined;
  }

  private loopsOutside(): number {
    return this.state.loops.slice(0, this.state.frame.loops).filter(({ loop }) => loop).length;
  }

  // ---- Conditions ----

  private runIf({ test, body, otherwise, line }: StatementOf<'if'>): Completion {
    const { state, evaluator } = this;
    const truth = evaluator.truth(test);
    if (typeof truth === 'boolean') {
      const before = state.trace.length;
      const built = state.schedulers.content;
      const completion = this.run(truth ? body : otherwise);
      const acts =
        state.schedulers.content !== built ||
        state.trace.slice(before).some(({ type }) => type === 'step' || type === 'update');
      if (acts && isChoice(test) && state.loops.every(({ loop }) => loop)) {
        const text = state.textOf(test);
        state.note(
          'branch-taken',
          line,
          truth ? text : `not (${text})`,
          `the branch ${truth ? '' : 'without '}${text} was taken`,
        );
      }
      return completion;
    }
    if (isUnknown(truth) && (buildsIn(body) || buildsIn(otherwise)))
      this.ask(truth, state.textOf(test), line);
    return this.runSides(
      truth,
      state.textOf(test),
      line,
      () => this.run(body),
      () => this.run(otherwise),
    );
  }

  /** Both sides of a condition that is not known. */
  private runSides(
    test: Value,
    text: string,
    line: number,
    runThen: () => Completion,
    runOtherwise: () => Completion,
  ): Completion {
    const { state } = this;
    const { frame } = state;
    const { journal } = state;
    const mark = journal.mark;
    const outer = state.trace;
    const builtBefore = state.schedulers.content;
    const isFormula = test.type === 'formula';
    const side = (condition: Value | undefined, run: () => Completion) => {
      state.trace = [];
      const returnsBefore = frame.returns.length;
      if (condition) frame.conditions.push(condition);
      const completion = run();
      if (condition) frame.conditions.pop();
      const trace = state.trace;
      state.trace = outer;
      return {
        completion,
        trace,
        built: state.schedulers.content,
        returns: frame.returns.length - returnsBefore,
      };
    };
    const then = side(test, runThen);
    const thenAfter = journal.undo(mark);
    const negated: Value = isFormula ? (negateFormula(test) ?? test) : test;
    // Where the other side returns, what follows is reached only if it was not taken.
    const isImplied = isFormula && then.completion === 'return';
    const other = side(isImplied ? undefined : negated, runOtherwise);
    const changed = journal.changedSince(mark);

    if (then.built !== builtBefore || other.built !== builtBefore) this.refuseBuilt(test, text, line);
    if (then.trace.length > 0 || other.trace.length > 0) {
      const unknown = isUnknown(test) ? test : state.unknown(text, line, 'it depends on the epoch');
      state.emit({ type: 'branch', line, text, test: unknown, then: then.trace, otherwise: other.trace });
    }
    const ends = (completion: Completion): boolean => completion !== 'normal' && completion !== 'mixed';
    if (ends(then.completion) && ends(other.completion)) {
      // Neither side continues.
      this.leaveWith(then.completion, thenAfter.keys());
      this.leaveWith(other.completion, changed.keys());
      if (then.completion === 'return' || other.completion === 'return')
        frame.exits.push({ mark, after: new Map(thenAfter) });
      return then.completion === other.completion
        ? then.completion
        : mixedEnd(then.completion, other.completion);
    }
    if (ends(then.completion)) {
      this.leaveWith(then.completion, thenAfter.keys());
      if (then.completion === 'return') frame.exits.push({ mark, after: new Map(thenAfter) });
      // The other side continues, in the state that it left.
      return 'normal';
    }
    if (ends(other.completion)) {
      const otherAfter = journal.undo(mark);
      this.leaveWith(other.completion, otherAfter.keys());
      if (other.completion === 'return') frame.exits.push({ mark, after: new Map(otherAfter) });
      for (const [cell, content] of thenAfter) journal.write(cell, content);
      return 'normal';
    }
    const isFixed = isUnknown(test) && !test.varies && test.holds.size === 0;
    const condition = isFixed ? state.conditionRoots(test, text, line) : undefined;
    for (const cell of new Set([...thenAfter.keys(), ...changed.keys()])) {
      const yes = thenAfter.has(cell) ? thenAfter.get(cell) : changed.get(cell);
      const no = cell.content;
      if (yes === no) continue;
      const selected = isFormula && isValue(yes) && isValue(no) ? selectFormula(test, yes, no) : undefined;
      const reason = `it depends on the condition of line ${line}: ${text}`;
      state.write(cell, selected ?? state.either(cell, yes, no, reason, line, condition));
    }
    return 'normal';
  }

  /** Notes what was changed on a path that leaves the loop. */
  private leaveWith(completion: Completion, cells: Iterable<Cell>): void {
    if (completion === 'raise') return;
    const { state } = this;
    const { loops } = state;
    const inner = loops.at(-1);
    if (inner && loops.length > state.frame.loops && inner.loop === undefined && completion !== 'return')
      throw new CannotUnroll();
    const all = [...cells];
    for (const { left } of loops) all.forEach((cell) => left.add(cell));
  }

  /** A scheduler that is built on one side only. */
  private refuseBuilt(test: Value, text: string, line: number): never {
    if (isUnknown(test)) this.ask(test, text, line);
    throw new PythonRefusal(
      'python-unsupported',
      line,
      `whether a scheduler is built depends on the condition ${text}; leave only the branch that you use`,
      { received: text },
    );
  }

  /** Asks for a condition that stays the same through the program. */
  private ask(test: UnknownValue, text: string, line: number): void {
    askCondition(this.state, test, text, line);
  }

  private runMatch({ subject, cases, line }: StatementOf<'match'>): Completion {
    const { state, evaluator } = this;
    const value = evaluator.evaluate(subject);
    const runFrom = (index: number): Completion => {
      const each = cases.at(index);
      if (!each || index >= cases.length) return 'normal';
      if (each.isWildcard) return this.run(each.body);
      const answers = each.pattern?.map((pattern) => areEqual(value, evaluator.evaluate(pattern)));
      if (answers?.includes(true)) return this.run(each.body);
      if (answers && !answers.includes(undefined)) return runFrom(index + 1);
      const text = `${state.textOf(subject)} == ${each.pattern?.map((pattern) => state.textOf(pattern)).join(' | ') ?? '…'}`;
      const answer = state.answerFor(text);
      if (answer) return truthOf(answer) ? this.run(each.body) : runFrom(index + 1);
      const test = state.derived(text, line, [value], { isCondition: true });
      return this.runSides(
        test,
        text,
        line,
        () => this.run(each.body),
        () => runFrom(index + 1),
      );
    };
    return runFrom(0);
  }

  // ---- Loops ----

  private runFor(statement: StatementOf<'for'>): Completion {
    const { state, evaluator } = this;
    const { target, iterable, body, otherwise, line } = statement;
    const source = evaluator.evaluate(iterable);
    if (source.type === 'groups') {
      // All groups are alike here; what may be done to one may be done to all.
      return this.runSymbolic(
        { line, kind: undefined, text: state.textOf(iterable), start: undefined, passes: undefined },
        () => this.assign(target, { type: 'group', optimizer: source.optimizer }),
        body,
        otherwise,
      );
    }
    const names = namesIn(target);
    const iteration = this.iterationOf(source, iterable);
    const { items } = iteration;
    const trains = actsIn(body) || this.callsWhatActs(body);
    const isEpochs = names.some(isEpochWord);
    const holds = items !== undefined && entitiesIn(items, { intoObjects: false }).size > 0;
    const isPassByPass =
      items !== undefined &&
      items.length <= (state.formulas > 0 ? 60 : mostPasses) &&
      (holds || !trains || (!iteration.isRange && !isEpochs && items.every(({ type }) => type === 'string')));
    if (isPassByPass) {
      const mark = state.journal.mark;
      const kept = state.trace.length;
      const frames = state.frames.length;
      const loops = state.loops.length;
      const returns = state.frame.returns.length;
      const exits = state.frame.exits.length;
      try {
        return this.runPasses(target, items, body, otherwise, line);
      } catch (error) {
        if (!(error instanceof CannotUnroll) || holds) {
          if (error instanceof CannotUnroll)
            throw new PythonRefusal(
              'python-unsupported',
              line,
              'this loop over schedulers cannot be followed',
            );
          throw error;
        }
        state.journal.undo(mark);
        state.trace.length = kept;
        state.frames.length = frames;
        state.loops.length = loops;
        state.frame.returns.length = returns;
        state.frame.exits.length = exits;
      }
    }
    const itemHolds = entitiesIn([source], { intoObjects: false });
    const text = state.textOf(iterable);
    const kind = kindOfLoop(names, iteration);
    const start = iteration.counter?.start;
    const loop: Loop = { line, kind, text, start, passes: iteration.passes };
    const bind = (): void => {
      const unknown = (name: string): UnknownValue =>
        state.unknown(name, line, `${name} changes in the loop of line ${line}`, {
          varies: true,
          holds: itemHolds,
        });
      const counter = iteration.counter;
      const counted: UnknownValue = {
        ...unknown(names.at(0) ?? ''),
        ...(counter?.start !== undefined && { counts: { loop, offset: 0 } }),
      };
      const own: UnknownValue = { ...counted, roots: [] };
      (own as { roots: readonly UnknownValue[] }).roots = [own];
      if (counter && !counter.isFirst) this.assign(target, own);
      else if (counter && target.type === 'sequence' && target.items.length === 2) {
        this.assign(target.items[0], own);
        this.assign(target.items[1], unknown(state.textOf(target.items[1])));
      } else this.assign(target, unknown(state.textOf(target)));
    };
    if (
      itemHolds.size > 0 &&
      [...itemHolds].some(({ type }) => type === 'scheduler') &&
      (actsIn(body) || this.callsWhatActs(body))
    )
      throw new PythonRefusal('python-unsupported', line, 'this loop over schedulers cannot be followed', {
        received: text,
      });
    return this.runSymbolic(loop, bind, body, otherwise);
  }

  /** What a loop goes through, as far as that is known. */
  private iterationOf(source: Value, iterable: Expression): Iteration {
    const text = this.state.textOf(iterable);
    if (source.type === 'range') {
      const start = source.step === 1 ? numberOf(source.start) : undefined;
      const length = rangeLength(source);
      const items = length !== undefined && length <= mostPasses ? listOf(source) : undefined;
      return {
        ...(items && { items }),
        counter: { start, isFirst: false },
        ...(length !== undefined && { passes: length }),
        isRange: true,
        text: `${source.text} ${text}`,
      };
    }
    const items = listOf(source);
    const first = this.calls.enumerated.get(source);
    const counter = first === undefined ? undefined : { start: first, isFirst: true };
    if (items) return { items, passes: items.length, isRange: false, text, ...(counter && { counter }) };
    if (isUnknown(source) && source.iterates !== undefined) {
      const [, from, inside] = /^enumerate (\S+) ?(.*)$/s.exec(source.iterates) ?? [];
      const start = from === '?' ? undefined : Number(from);
      return { counter: { start, isFirst: true }, isRange: inside.startsWith('range('), text: inside };
    }
    return { isRange: false, text };
  }

  private runPasses(
    target: Expression,
    items: readonly Value[],
    body: readonly Statement[],
    otherwise: readonly Statement[],
    line: number,
  ): Completion {
    const { state } = this;
    const open: OpenLoop = { loop: undefined, left: new Set() };
    for (const item of items) {
      state.count(line);
      this.assign(target, item);
      state.loops.push(open);
      const completion = this.run(body);
      state.loops.pop();
      if (completion === 'break') return 'normal';
      if (completion === 'mixed') throw new CannotUnroll();
      if (completion === 'return' || completion === 'raise') return completion;
    }
    return this.run(otherwise);
  }

  private runWhile({ test, body, otherwise, line }: StatementOf<'while'>): Completion {
    const { state, evaluator } = this;
    if (evaluator.truth(test) === false) return this.run(otherwise);
    const text = state.textOf(test);
    const kind = /epoch/i.test(text) ? 'epoch' : /step|iter|batch|update/i.test(text) ? 'step' : undefined;
    const loop: Loop = { line, kind, text, start: undefined, passes: undefined };
    return this.runSymbolic(loop, () => void evaluator.evaluate(test), body, otherwise);
  }

  /** A loop, once for all its passes. */
  private runSymbolic(
    loop: Loop,
    bind: () => void,
    body: readonly Statement[],
    otherwise: readonly Statement[],
  ): Completion {
    const { state } = this;
    const { journal } = state;
    const { line } = loop;
    const mark = journal.mark;
    const outer = state.trace;
    const { frame } = state;
    const returns = frame.returns.length;
    const exits = frame.exits.length;
    const reason = `it changes in the loop of line ${line}`;
    /** What changes from pass to pass, and what it holds before and after one. */
    const changing = new Map<Cell, unknown>();
    const guard = state.unknown(loop.text, line, 'whether the loop is gone through is not known', {
      varies: true,
    });
    let completion: Completion;
    for (let attempt = 0; ; attempt += 1) {
      const born = state.cellsNow();
      for (const [cell, after] of changing)
        journal.write(cell, state.either(cell, cell.content, after, reason, line));
      const start = journal.mark;
      const open: OpenLoop = { loop, left: new Set() };
      state.trace = [];
      state.loops.push(open);
      frame.conditions.push(guard);
      bind();
      completion = this.run(body);
      frame.conditions.pop();
      state.loops.pop();
      const trace: TraceNode[] = state.trace;
      state.trace = outer;
      const changed = [...new Set([...journal.changedSince(start).keys(), ...open.left])];
      const news = changed.filter((cell) => cell.born <= born && !changing.has(cell));
      if (news.length === 0) {
        if (trace.length > 0) state.emit({ type: 'loop', line, loop, body: trace });
        for (const cell of changed) {
          if (cell.born <= born) journal.write(cell, this.afterLoop(cell, changing.get(cell), reason, line));
        }
        break;
      }
      if (attempt > 12) throw new PythonRefusal('size', line, 'what this loop changes is too much to follow');
      const after = journal.undo(mark);
      frame.returns.length = returns;
      frame.exits.length = exits;
      for (const cell of news) {
        // A name that had no value before has none to be kept.
        changing.set(cell, after.get(cell) ?? cell.content);
      }
    }
    if (completion === 'raise') return 'normal';
    return this.run(otherwise);
  }

  private afterLoop(cell: Cell, after: unknown, reason: string, line: number): unknown {
    const { state } = this;
    if (cell === (state.schedulers as Cell) || cell === (state.optimizers as Cell)) return cell.content;
    return state.either(cell, cell.content, after, reason, line);
  }

  /** Whether a block calls a function of the program that steps or trains. */
  private callsWhatActs(body: readonly Statement[], depth = 0): boolean {
    let found = false;
    visitExpressions(body, (expression) => {
      if (found || expression.type !== 'call' || depth > 6) return;
      const { callee } = expression;
      const name = callee.type === 'name' ? callee.name : callee.type === 'attribute' ? callee.name : '';
      if (/^(?:train|fit|update|optimi[sz]e|learn)/i.test(name) || wordsOf(name).includes('epoch'))
        found = true;
      const value = callee.type === 'name' ? this.evaluator.cellOf(callee.name)?.content : undefined;
      if (value?.type === 'function' && isBlock(value.body))
        found ||= actsIn(value.body) || this.callsWhatActs(value.body, depth + 1);
    });
    return found;
  }
}

function frameOf(
  scope: Scope,
  called: FunctionValue | undefined,
  self: Value | undefined,
  loops: number,
): Frame {
  return { function: called, scope, self, returns: [], exits: [], loops, conditions: [] };
}

export function isBlock(body: FunctionValue['body']): body is readonly Statement[] {
  return Array.isArray(body);
}

function isValue(content: unknown): content is Value {
  return typeof content === 'object' && content !== null && 'type' in content;
}

/** `return` on one side and `continue` on the other: nothing that follows is reached. */
function mixedEnd(one: Completion, other: Completion): Completion {
  if (one === 'raise') return other;
  return other === 'raise' ? one : 'return';
}

function importedValue(path: string): Value {
  const member = mathMember(path);
  if (member !== undefined && Object.hasOwn(constants, member)) return numberValue(constants[member]);
  return { type: 'path', path: importedPath(path), isImported: true };
}

/** `a.b as c` of modules that have two paths to one thing. */
function importedPath(path: string): string {
  if (/^torch\.optim\.(?:lr_scheduler|swa_utils)(?:\.|$)/.test(path)) return path;
  const tqdm = /^tqdm\.(?:auto|notebook|std|rich|asyncio)\.(\w+)$/.exec(path);
  return tqdm ? `tqdm.${tqdm[1]}` : path;
}

function decoratorName(decorator: Expression): string {
  if (decorator.type === 'call') return decoratorName(decorator.callee);
  if (decorator.type === 'attribute') return decorator.name;
  return decorator.type === 'name' ? decorator.name : '';
}

function namesIn(target: Expression): string[] {
  if (target.type === 'name') return [target.name];
  return target.type === 'sequence' ? target.items.flatMap(namesIn) : [];
}

function isEpochWord(name: string): boolean {
  return wordsOf(name).some((word) => /^(?:epochs?|ep|epoch\w*|\w*epoch)$/.test(word));
}

function kindOfLoop(names: readonly string[], { isRange, text, counter }: Iteration): LoopKind {
  if (names.some(isEpochWord)) return 'epoch';
  if (!isRange) return 'batches';
  if (/len\(\w*load|per_?epoch|batches|loader/i.test(text)) return 'batches';
  if (
    names.some((name) =>
      wordsOf(name).some((word) => /^(?:steps?|iters?|iterations?|batch|update|it)$/.test(word)),
    )
  )
    return 'step';
  if (/epoch/i.test(text)) return 'epoch';
  if (/step|iter|batch|update/i.test(text)) return 'step';
  return counter?.isFirst ? 'step' : undefined;
}

/** Whether a condition chooses between ways to train, and is not just a check. */
function isChoice(test: Expression): boolean {
  if (test.type === 'comparison') {
    if (test.first.type === 'name' && test.first.name === '__name__') return false;
    const [{ operator, operand }] = test.rest;
    if (operator === 'is' || operator === 'is not') return operand.type !== 'constant';
    return true;
  }
  if (test.type === 'unary') return isChoice(test.operand);
  if (test.type === 'boolean') return test.operands.some(isChoice);
  if (test.type === 'call') return false;
  return test.type === 'attribute' || test.type === 'name' || test.type === 'subscript';
}

const acting = new WeakMap<object, boolean>();

/** Whether a function or a block steps, builds or trains something itself. */
export function actsIn(body: FunctionValue['body']): boolean {
  const known = acting.get(body);
  if (known !== undefined) return known;
  let found = false;
  const visit = (expression: Expression): void => {
    if (expression.type !== 'call') return;
    const { callee } = expression;
    const name = callee.type === 'name' ? callee.name : callee.type === 'attribute' ? callee.name : '';
    found ||= /^(?:step|backward|step_update)$/.test(name) || isSchedulerWord(name);
  };
  if (isBlock(body)) visitExpressions(body, visit);
  else visitExpressions([{ type: 'expression', value: body, line: body.line }], visit);
  acting.set(body, found);
  return found;
}

/** Whether a block builds a scheduler itself. */
function buildsIn(body: readonly Statement[]): boolean {
  const built: Expression[] = [];
  visitExpressions(body, (expression) => {
    if (expression.type !== 'call') return;
    const { callee } = expression;
    const name = callee.type === 'name' ? callee.name : callee.type === 'attribute' ? callee.name : '';
    if (isSchedulerWord(name)) built.push(expression);
  });
  return built.length > 0;
}

/** Whether a block steps a scheduler or writes a learning rate. */
export function changesRates(body: readonly Statement[]): boolean {
  const steps: Expression[] = [];
  visitExpressions(body, (expression) => {
    const callee = expression.type === 'call' ? expression.callee : undefined;
    if (callee?.type === 'attribute' && callee.name === 'step') steps.push(expression);
  });
  return steps.length > 0 || writesRates(body) !== undefined;
}

/** The place where a block writes `…['lr'] = …`, if it does. */
export function writesRates(body: readonly Statement[]): Expression | undefined {
  for (const statement of body) {
    const targets =
      statement.type === 'assign'
        ? statement.targets
        : statement.type === 'augmented'
          ? [statement.target]
          : [];
    const written = targets.find(
      (target) =>
        target.type === 'subscript' &&
        target.index.type === 'string' &&
        target.index.value === 'lr' &&
        /group|^g$|^pg$|^p$/.test(nameOf(target.object)),
    );
    if (written) return written;
    for (const block of blocksOf(statement)) {
      const inner = writesRates(block);
      if (inner) return inner;
    }
  }
  return undefined;
}

function nameOf(expression: Expression): string {
  switch (expression.type) {
    case 'name':
      return expression.name;
    case 'attribute':
      return expression.name;
    case 'subscript':
      return nameOf(expression.object);
    default:
      return '';
  }
}
