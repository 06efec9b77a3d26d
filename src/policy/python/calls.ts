/** What calls do: those of PyTorch and Python, those of the program, and those whose code is elsewhere. */
import { closestWord } from '../closest-word.js';
import { formatFormula } from '../formula/format-formula.js';
import { formulaOf } from '../formula/parse-formula.js';
import { isSchedulerType, schedulerTypes } from '../schema/scheduler-parameters.js';
import type { SchedulerType } from '../schema/scheduler-parameters.js';
import type { Expression, ExpressionOf } from '../syntax/expression.js';
import { adapterName } from './adapter-name.js';
import { metricOf } from './metrics.js';
import { purposeOf, unitOf } from './names/call-purpose.js';
import { foreignLibrary } from './names/foreign-libraries.js';
import { lastOf, wordsOf } from './names/name-words.js';
import {
  isHuggingFace,
  isHuggingFaceSchedule,
  isOptimizerAt,
  mathMember,
  schedulerAt,
} from './names/paths.js';
import { PythonRefusal } from './outcome/python-refusal.js';
import { bindArguments, parametersFrom } from './scheduler-call.js';
import { askForNumbers } from './state/ask.js';
import type { State } from './state/state.js';
import { callBuiltIn } from './values/built-in-functions.js';
import { Cell } from './values/cell.js';
import { describeValue } from './values/describe-value.js';
import { entitiesIn } from './values/entities.js';
import type { Entity } from './values/entities.js';
import { callOnFormulas, nodeOf } from './values/formula-arithmetic.js';
import { keyValue, listOf, longestList } from './values/lists.js';
import {
  booleanValue,
  dictionaryValue,
  entriesOf,
  isUnknown,
  itemsOf,
  none,
  numberValue,
  perhaps,
  sequenceValue,
  stringValue,
} from './values/make-values.js';
import { callMath } from './values/math-functions.js';
import { callText } from './values/text-methods.js';
import type {
  CallArgument,
  ClassValue,
  DictionaryValue,
  FunctionValue,
  InstanceValue,
  Key,
  OptimizerValue,
  SchedulerValue,
  SequenceValue,
  Value,
} from './values/value.js';

type CallExpression = ExpressionOf<'call'>;

/** What calls need of the rest of the reading. */
interface Host {
  /** Reads a function of the program with these arguments. */
  readonly invoke: (
    called: FunctionValue,
    given: readonly CallArgument[],
    line: number,
    self?: Value,
  ) => Value;
  /** The value of an attribute. */
  readonly attribute: (object: Value, name: string, expression: Expression) => Value;
  /** The function of Hugging Face that makes a scheduler, in Python. */
  readonly huggingFace: (name: string) => FunctionValue | undefined;
  /** Whether a function steps, builds or trains something. */
  readonly acts: (value: FunctionValue) => boolean;
}

/** What may be called on a scheduler without changing it. */
const readingMethods = new Set(['get_last_lr', 'get_lr', 'state_dict', 'print_lr']);

/** Functions that only look at what they are given. */
const looking = new Set([
  'print',
  'str',
  'repr',
  'len',
  'type',
  'isinstance',
  'hasattr',
  'id',
  'callable',
  'getattr',
]);

/** What pass through their first argument, around loops. */
const passing =
  /(?:^|\.)(?:t?qdm|tqdm_notebook|trange|master_bar|progress_bar|progressbar|track|alive_it|track_progress|notebook|auto)$/;

const namespaces = /^(?:SimpleNamespace|Namespace|EasyDict|AttrDict|Munch|DotDict|Box|ConfigDict|edict)$/;

export class Calls {
  private readonly state: State;
  private readonly host: Host;

  constructor(state: State, host: Host) {
    this.state = state;
    this.host = host;
  }

  /** Calls a value. */
  call(callee: Value, given: readonly CallArgument[], call: CallExpression): Value {
    const { line } = call;
    this.state.count(line, 1 + given.length);
    switch (callee.type) {
      case 'path':
        return this.callPath(callee.path, given, call);
      case 'function':
        return this.host.invoke(callee, given, line);
      case 'class':
        return this.instantiate(callee, given, call);
      case 'method':
        return this.callMethod(callee.object, callee.name, given, call);
      case 'instance': {
        const method = this.methodOf(callee, '__call__');
        const isModule = this.methodOf(callee, 'forward') !== undefined;
        if (method && !isModule) return this.host.invoke(method, given, line, callee);
        return this.opaque(callee.class.name, given, call, callee);
      }
      default:
        return this.opaque(this.state.textOf(call.callee), given, call, callee);
    }
  }

  /** The method that a class of the program defines for its objects. */
  methodOf(instance: InstanceValue, name: string): FunctionValue | undefined {
    const found = findInClass(instance.class, name);
    return found?.type === 'function' ? found : undefined;
  }

  /** The optimizer that a value is, or turns out to be. */
  optimizerOf(value: Value, line: number): OptimizerValue | undefined {
    if (value.type === 'optimizer') return value;
    if (value.type !== 'unknown' || !value.optimizer) return undefined;
    const known = value.optimizer.content;
    if (known) return known;
    if (value.holds.size > 0) return undefined;
    const optimizer: OptimizerValue = {
      type: 'optimizer',
      line,
      class: undefined,
      options: new Map(),
      groups: undefined,
      name: value.text,
    };
    this.state.write(value.optimizer, optimizer);
    return optimizer;
  }

  // ---- Paths: PyTorch, Python and other libraries ----

  private callPath(path: string, given: readonly CallArgument[], call: CallExpression): Value {
    const { line } = call;
    const { state } = this;
    const scheduler = schedulerAt(path);
    if (scheduler) return this.build(scheduler, given, line);
    if (isOptimizerAt(path)) return this.buildOptimizer(path, given, line);
    const name = lastOf(path);
    const values = given.map(({ value }) => value);
    if (isHuggingFace(path) && isHuggingFaceSchedule(name)) return this.buildHuggingFace(name, given, call);
    if (path.startsWith('builtins.')) return this.callBuiltIn(name, given, call);
    if (passing.test(path)) return this.passThrough(name, given, call);
    if (path === 'functools.partial') return this.partial(values, given, call);
    const member = mathMember(path);
    if (member !== undefined && entitiesIn(values, { intoObjects: false }).size === 0) {
      if (member === 'arange' && given.every(({ name: key }) => key === undefined))
        return this.range(values, call);
      if ((member === 'array' || member === 'asarray') && values[0]?.type === 'sequence') return values[0];
      const known = values.some(({ type }) => type === 'formula')
        ? callOnFormulas(member, values)
        : callMath(member, values);
      return known ?? state.derived(state.textOf(call), line, values);
    }
    if (name === 'ArgumentParser') return this.parser(call);
    if (namespaces.test(name) || path === 'omegaconf.OmegaConf.create') return this.namespace(given, call);
    if (name === 'field' && path.startsWith('dataclasses')) {
      const value = given.find(({ name: key }) => key === 'default')?.value;
      const factory = given.find(({ name: key }) => key === 'default_factory');
      return (
        value ??
        (factory
          ? this.call(factory.value, [], call)
          : state.unknown(state.textOf(call), line, 'it has no default'))
      );
    }
    if (/^(?:os\._exit|sys\.exit)$/.test(path)) return none;
    const torch = /^torch\.optim\.lr_scheduler\.(\w+)$/.exec(path);
    if (torch) {
      const suggestion = closestWord(torch[1], schedulerTypes);
      const hint = suggestion === undefined ? '' : `; did you mean ${suggestion}?`;
      throw new PythonRefusal(
        'python-call',
        line,
        `torch.optim.lr_scheduler has no ${torch[1]} that a policy knows${hint}`,
        {
          received: torch[1],
          accepted: schedulerTypes.join(' | '),
          suggestion,
        },
      );
    }
    return this.opaque(path, given, call, undefined);
  }

  private callBuiltIn(name: string, given: readonly CallArgument[], call: CallExpression): Value {
    const { state } = this;
    const { line } = call;
    const values = given.map(({ value }) => value);
    const text = state.textOf(call);
    const [first, second, third] = perhaps(values);
    switch (name) {
      case 'range':
        return this.range(values, call);
      case '__lr__':
        return this.baseRate(first, line);
      case 'dict': {
        const own = given.flatMap(({ name: key, value }): [Key, Value][] =>
          key === undefined ? [] : [[key, value]],
        );
        const base =
          first !== undefined && given[0].name === undefined ? entriesOf(first) : new Map<Key, Value>();
        if (!base)
          return state.derived(text, line, values, { holds: entitiesIn(values, { intoObjects: false }) });
        return dictionaryValue(new Map([...base, ...own]));
      }
      case 'getattr': {
        if (first === undefined || second?.type !== 'string') break;
        // Which class it is the text tells, or nobody does.
        if (first.type === 'path' || first.type === 'instance' || first.type === 'unknown') {
          const found = this.host.attribute(first, second.value, call);
          return isUnknown(found) && third !== undefined && first.type === 'instance' ? third : found;
        }
        break;
      }
      case 'setattr':
      case 'delattr':
        if (first !== undefined && entitiesIn([first], { intoObjects: false }).size > 0)
          throw this.changed(call);
        if (first?.type === 'instance' && second?.type === 'string' && third !== undefined) {
          const cell = first.attributes.get(second.value) ?? state.cell<Value | undefined>(undefined);
          first.attributes.set(second.value, cell);
          state.write(cell, third);
          return none;
        }
        if (first?.type === 'instance')
          throw new PythonRefusal('python-unsupported', line, `which attribute ${text} sets is not known`);
        return none;
      case 'isinstance': {
        const answer = first !== undefined && second !== undefined ? isInstanceOf(first, second) : undefined;
        return answer === undefined ? state.derived(text, line, values) : booleanValue(answer);
      }
      case 'hasattr':
        return state.unknown(text, line, 'whether it has this attribute is not known', { varies: false });
      case 'type':
        if (first?.type === 'scheduler' && values.length === 1) return pathOfClass(first.class);
        break;
      case 'exec':
      case 'eval':
      case 'globals':
      case 'locals':
        throw new PythonRefusal(
          'python-unsupported',
          line,
          `${name} may run any code, which cannot be followed`,
          {
            received: text,
          },
        );
      case 'enumerate':
      case 'iter':
      case 'reversed':
        if (name === 'reversed' || first === undefined) break;
        if (name === 'iter') return first;
        return this.enumerate(first, second ?? numberValue(0), call);
      case 'map':
      case 'filter':
        if (first?.type === 'function' && this.host.acts(first)) throw this.handed(name, line);
        if (name === 'map' && values.length === 2) {
          const items = second && listOf(second);
          if (items && items.length <= 1000)
            return sequenceValue(
              'list',
              items.map((item) =>
                this.call(values[0], [{ name: undefined, value: item, expression: call }], call),
              ),
            );
        }
        return state.derived(text, line, values);
      case 'super':
        return { type: 'method', object: state.frame.self ?? none, name: 'super' };
      case 'open':
      case 'input':
        return state.unknown(text, line, `what ${name} gives is not known`);
      default:
        break;
    }
    if (values.some(({ type }) => type === 'formula')) {
      const all =
        values.length === 1 && ['min', 'max', 'sum'].includes(name) ? itemsOf(values[0]) : undefined;
      const known = callOnFormulas(name, all ?? values);
      if (known) return known;
    }
    if (values.length === 1 && ['sum', 'min', 'max', 'any', 'all'].includes(name)) {
      const items = itemsOf(values[0]);
      if (items?.some(({ type }) => type === 'formula')) {
        const known = name === 'sum' ? sumOf(items) : callOnFormulas(name, items);
        if (known) return known;
      }
    }
    if (given.every(({ name: key }) => key === undefined)) {
      const known = callBuiltIn(name, values);
      if (known) return known;
    }
    const entities = entitiesIn(values, { intoObjects: false });
    if (entities.size > 0 && !looking.has(name)) {
      const [entity] = entities;
      throw new PythonRefusal(
        'python-unsupported',
        line,
        `what ${name} does with ${entity.type === 'scheduler' ? 'a scheduler' : 'an optimizer'} is not known`,
        { received: text },
      );
    }
    return looking.has(name) || name === 'len'
      ? state.unknown(text, line, `what ${name} gives is not known`)
      : state.derived(text, line, values);
  }

  /** The learning rate that an optimizer begins with. */
  private baseRate(value: Value | undefined, line: number): Value {
    const optimizer = value && this.optimizerOf(value, line);
    const rate = optimizer?.options.get('lr');
    if (rate) return rate;
    const defaults: Readonly<Record<string, number>> = { Adam: 1e-3, AdamW: 1e-3, SGD: 1e-3, RMSprop: 1e-2 };
    const name = optimizer?.class ?? '';
    if (Object.hasOwn(defaults, name)) return numberValue(defaults[name]);
    const text = `${optimizer?.name ?? 'optimizer'}.lr`;
    return (
      this.state.answerFor(text) ??
      this.state.unknown(text, this.state.callLine ?? line, 'the code does not tell the learning rate', {
        varies: false,
      })
    );
  }

  private range(values: readonly Value[], call: CallExpression): Value {
    const start = values.length > 1 ? values[0] : numberValue(0);
    const stop = values.at(values.length > 1 ? 1 : 0) ?? numberValue(0);
    const step = values.at(2) ?? numberValue(1);
    const text = call.arguments.map(({ value }) => this.state.textOf(value)).join(', ');
    return { type: 'range', start, stop, step: step.type === 'number' ? step.value : undefined, text };
  }

  /** `enumerate` of what is known, or a value that remembers what it counts. */
  private enumerate(source: Value, start: Value, call: CallExpression): Value {
    const items = source.type === 'range' ? undefined : listOf(source);
    if (items && start.type === 'number') {
      const pairs = sequenceValue(
        'list',
        items.map((item, index) => sequenceValue('tuple', [numberValue(start.value + index), item])),
      );
      this.enumerated.set(pairs, start.value);
      return pairs;
    }
    const inside =
      source.type === 'range'
        ? `range(${source.text})`
        : isUnknown(source)
          ? (source.iterates ?? source.text)
          : '';
    const first = start.type === 'number' ? String(start.value) : '?';
    const value = this.state.unknown(this.state.textOf(call), call.line, 'it is gone through by a loop', {
      iterates: `enumerate ${first} ${inside}`,
      holds: entitiesIn([source], { intoObjects: false }),
    });
    return value;
  }

  private passThrough(name: string, given: readonly CallArgument[], call: CallExpression): Value {
    const values = given.flatMap(({ name: key, value }) =>
      key === undefined || key === 'iterable' ? [value] : [],
    );
    if (name === 'trange') return this.range(values, call);
    return values.at(0) ?? this.state.unknown(this.state.textOf(call), call.line, 'it is a progress bar');
  }

  private partial(values: readonly Value[], given: readonly CallArgument[], call: CallExpression): Value {
    const [first] = perhaps(values);
    if (first?.type === 'function') return { ...first, bound: [...first.bound, ...given.slice(1)] };
    if (entitiesIn(values, { intoObjects: true }).size > 0 || first?.type === 'path') {
      if (first?.type === 'path' && (schedulerAt(first.path) ?? isOptimizerAt(first.path)))
        throw new PythonRefusal(
          'python-unsupported',
          call.line,
          'partial of a class of PyTorch cannot be followed; call it where it is used',
        );
    }
    return this.state.derived(this.state.textOf(call), call.line, values);
  }

  // ---- Schedulers and optimizers ----

  private build(type: SchedulerType, given: readonly CallArgument[], place: number): Value {
    const { state } = this;
    const line = state.callLine ?? place;
    this.refuseInLoop(line);
    const bound = bindArguments(state, type, given, line);
    const argument = bound.get('optimizer');
    let optimizer: OptimizerValue | undefined;
    if (argument && !(type === 'ChainedScheduler' && argument.value.type === 'none')) {
      optimizer = this.optimizerOf(argument.value, argument.expression.line);
      if (!optimizer) {
        throw new PythonRefusal(
          'python-unsupported',
          line,
          `${type} is given ${describeValue(argument.value)} for an optimizer`,
          { received: state.textOf(argument.expression), accepted: 'optimizer' },
        );
      }
    }
    const { parameters, functions, children } = parametersFrom(state, type, bound, (value, name, at) =>
      this.formulaText(value, name, at),
    );
    optimizer ??= children.at(0)?.optimizer;
    if (!optimizer) {
      throw new PythonRefusal('python-call', line, `${type} is not given an optimizer`, {
        accepted: 'optimizer',
      });
    }
    const stranger = children.find((child) => child.optimizer !== optimizer);
    if (stranger) {
      throw new PythonRefusal(
        'python-unsupported',
        line,
        `${type} holds a ${stranger.class} of another optimizer`,
      );
    }
    const built: SchedulerValue = {
      type: 'scheduler',
      class: type,
      line,
      optimizer,
      parameters,
      functions,
      children,
      passMetrics: children.some(({ isAdapter, passMetrics }) => isAdapter || passMetrics),
      isPerUpdate: state.callLine !== undefined || type === 'OneCycleLR' || type === 'CyclicLR',
      isAdapter: false,
      parent: new Cell<SchedulerValue | undefined>(undefined),
    };
    for (const child of children) {
      if (child.parent.content !== undefined) {
        throw new PythonRefusal(
          'python-unsupported',
          line,
          `${child.class} of line ${child.line} is in two composites`,
          {
            received: child.class,
          },
        );
      }
      state.write(child.parent, built);
    }
    state.write(state.schedulers, [...state.schedulers.content, built]);
    return built;
  }

  private refuseInLoop(line: number): void {
    const loop = this.state.symbolicLoops.at(0);
    if (!loop) return;
    throw new PythonRefusal(
      'python-unsupported',
      line,
      `a scheduler that is built inside the loop of line ${loop.line} cannot be taken over; build it before the loop`,
    );
  }

  /** The text of the formula that a function is. @throws PythonRefusal if it is none. */
  formulaText(value: FunctionValue, argument: string, line: number): string {
    const { state } = this;
    const result = this.evaluateFormula(value, line);
    const node = nodeOf(result);
    if (!node) {
      if (isUnknown(result)) {
        const about = 'lr_lambda';
        const wanted = result.roots.filter(({ text, varies }) => text !== '' && !varies);
        if (wanted.length > 0 && wanted.length === result.roots.length)
          askForNumbers(
            state,
            wanted.map((unknown) => ({ unknown, about, line: value.line })),
          );
        throw new PythonRefusal(
          'python-value',
          result.line,
          `the function of line ${value.line} does not become a formula: ${result.reason}`,
          { received: result.text, accepted: 'lambda epoch: 0.95 ** epoch' },
        );
      }
      throw new PythonRefusal(
        'formula',
        value.line,
        `this function gives ${describeValue(result)}, and a learning rate needs a number`,
        { received: describeValue(result) },
      );
    }
    const formula = formulaOf(node, argument);
    if (formula.success) return formula.formula.text;
    const { reason, received, accepted } = formula.problem;
    throw new PythonRefusal(
      'formula',
      value.line,
      `${formatFormula(node, argument, 'formula')} is not a formula: ${reason}`,
      {
        received,
        accepted,
      },
    );
  }

  private evaluateFormula(value: FunctionValue, line: number): Value {
    const { state } = this;
    const taken = value.parameters.filter(
      ({ name, kind }) => kind === 'plain' && !value.bound.some((bound) => bound.name === name),
    );
    const open = taken.slice(value.bound.filter(({ name }) => name === undefined).length);
    const required = open.filter(({ fallback }) => fallback === undefined);
    if (open.length === 0 || required.length > 1) {
      throw new PythonRefusal('python-value', value.line, 'a function here takes one argument', {
        accepted: 'lambda epoch: …',
      });
    }
    const expression = { type: 'ellipsis', line, start: 0, end: 0, depth: 1 } as const;
    const before = state.journal.mark;
    const { trace } = state;
    state.trace = [];
    state.formulas += 1;
    const born = state.cellsNow();
    const result = this.host.invoke(
      value,
      [{ name: undefined, value: { type: 'formula', node: { type: 'argument' } }, expression }],
      line,
    );
    state.formulas -= 1;
    const did = state.trace.length > 0;
    state.trace = trace;
    const changed = [...state.journal.changedSince(before).keys()].some((cell) => cell.born <= born);
    if (changed || did) {
      throw new PythonRefusal(
        'formula',
        value.line,
        'this function changes something outside of itself, so it is not a function of the epoch alone',
      );
    }
    return result;
  }

  private buildOptimizer(path: string, given: readonly CallArgument[], line: number): Value {
    const { state } = this;
    const options = new Map<string, Value>();
    const [first, second] = perhaps(given);
    if (second?.name === undefined && second !== undefined) options.set('lr', second.value);
    for (const { name, value } of given) if (name !== undefined) options.set(name, value);
    if (path.endsWith('.SGD') && given.at(2)?.name === undefined && given.at(2))
      options.set('momentum', given[2].value);
    const groups = first?.name === undefined && first !== undefined ? itemsOf(first.value) : undefined;
    const isGrouped =
      groups !== undefined && groups.length > 0 && groups.every(({ type }) => type === 'dictionary');
    const optimizer: OptimizerValue = {
      type: 'optimizer',
      line,
      class: lastOf(path),
      options,
      groups: isGrouped ? groups.map((group) => optionsIn(group)) : undefined,
      name: '',
    };
    state.write(state.optimizers, [...state.optimizers.content, optimizer]);
    return optimizer;
  }

  private buildHuggingFace(name: string, given: readonly CallArgument[], call: CallExpression): Value {
    const { state } = this;
    const called = this.host.huggingFace(name);
    if (!called) {
      throw new PythonRefusal(
        'python-unsupported',
        call.line,
        `${name} of Hugging Face is not one that can be read`,
        {
          received: name,
          accepted: 'get_linear_schedule_with_warmup | get_cosine_schedule_with_warmup | …',
        },
      );
    }
    const value = this.invokeElsewhere(called, given, call);
    if (value.type !== 'scheduler') {
      throw new PythonRefusal('python-unsupported', call.line, `which schedule ${name} makes is not known`, {
        received: state.textOf(call),
        accepted:
          'linear | cosine | cosine_with_restarts | polynomial | constant | constant_with_warmup | inverse_sqrt',
      });
    }
    state.note('hugging-face', call.line, name, `${name} is read as the ${value.class} that it makes`);
    return value;
  }

  /** Reads code that is not the program's: what it does happens in the line that calls it. */
  private invokeElsewhere(
    called: FunctionValue,
    given: readonly CallArgument[],
    call: CallExpression,
  ): Value {
    const { state } = this;
    const before = state.callLine;
    state.callLine = call.line;
    try {
      return this.host.invoke(called, given, call.line);
    } catch (error) {
      if (!(error instanceof PythonRefusal)) throw error;
      throw new PythonRefusal(error.code, call.line, error.message, {
        received: error.received,
        accepted: error.accepted,
      });
    } finally {
      state.callLine = before;
    }
  }

  /** A call of a scheduler's method. */
  private callScheduler(
    built: SchedulerValue,
    name: string,
    given: readonly CallArgument[],
    call: CallExpression,
  ): Value {
    const { state } = this;
    const { line } = call;
    if (name === 'get_lr')
      state.note(
        'get-lr',
        line,
        'get_lr',
        'get_lr() gives wrong numbers outside of step(); get_last_lr() is meant',
      );
    if (name !== 'step') {
      if (readingMethods.has(name))
        return state.unknown(state.textOf(call), line, 'it is read from a scheduler');
      throw new PythonRefusal(
        'python-change',
        line,
        `what ${name} does to a scheduler cannot be taken over`,
        {
          received: name,
          accepted: 'step',
        },
      );
    }
    const parent = built.parent.content;
    if (parent) {
      throw new PythonRefusal(
        'python-stepping',
        line,
        `this ${built.class} is stepped by the ${parent.class} that holds it`,
      );
    }
    for (const { value, text, argument } of allFunctions(built)) {
      let now: string | undefined;
      try {
        now = this.formulaText(value, argument, line);
      } catch (error) {
        if (!(error instanceof PythonRefusal) || error.code === 'size') throw error;
      }
      if (now !== text) {
        throw new PythonRefusal(
          'python-value',
          value.line,
          'the function uses a name that has more than one value in the code, and it sees the last',
          { received: text },
        );
      }
    }
    const argument = given.at(0);
    let metric;
    if (built.class === 'ReduceLROnPlateau') {
      if (!argument) {
        throw new PythonRefusal('python-metric', line, `${built.class} needs a metric`, {
          accepted: 'step(val_loss)',
        });
      }
      metric = metricOf(state, argument.expression, line);
    } else if (argument && argument.value.type !== 'none') {
      throw new PythonRefusal(
        'python-stepping',
        line,
        `${built.class} is stepped to an epoch given by hand; a policy steps without one`,
        { received: state.textOf(call), accepted: 'step()' },
      );
    } else if (built.passMetrics) {
      const handed = state.handed.content;
      if (handed?.type !== 'string') {
        throw new PythonRefusal(
          'python-metric',
          line,
          `no metric is handed to the ReduceLROnPlateau in this ${built.class}`,
          {
            accepted: `${adapterName}.metric = val_loss`,
          },
        );
      }
      metric = handed.value as 'valLoss';
      state.write(state.handed, undefined);
    }
    state.emit({ type: 'step', line, scheduler: built, metric, list: this.listAround(call) });
    return none;
  }

  /** The list that `schedulers[0].step()` takes its scheduler from. */
  private listAround({ callee }: CallExpression): readonly SchedulerValue[] | undefined {
    const list = callee.type === 'attribute' ? this.lists.get(callee.object) : undefined;
    const items = list && itemsOf(list);
    return items?.every((item) => item.type === 'scheduler') ? items : undefined;
  }

  /** What `enumerate` made of known items, and the number that it begins with. */
  readonly enumerated = new Map<Value, number>();

  /** The sequences that the objects of subscripts came to. */
  readonly lists = new Map<Expression, Value>();

  // ---- Methods ----

  private callMethod(
    object: Value,
    name: string,
    given: readonly CallArgument[],
    call: CallExpression,
  ): Value {
    const { state } = this;
    const { line } = call;
    const values = given.map(({ value }) => value);
    switch (object.type) {
      case 'scheduler':
        return this.callScheduler(object, name, given, call);
      case 'optimizer':
        return this.callOptimizer(object, name, given, call);
      case 'groups':
      case 'group':
        return this.callGroups(object, name, given, call);
      case 'sequence':
        return this.callSequence(object, name, values, call);
      case 'dictionary':
        return this.callDictionary(object, name, given, call);
      case 'string': {
        const known = given.every(({ name: key }) => key === undefined)
          ? callText(object.value, name, values)
          : undefined;
        return known ?? state.derived(state.textOf(call), line, values);
      }
      case 'instance': {
        const special = this.callPseudo(object, name, given, call);
        if (special) return special;
        const own = object.attributes.get(name)?.content;
        if (own) return this.call(own, given, call);
        const found = findInClass(object.class, name);
        if (found?.type === 'function') {
          const isStatic = found.decorators.includes('staticmethod');
          return this.host.invoke(found, given, line, isStatic ? undefined : object);
        }
        return this.opaque(state.textOf(call.callee), given, call, undefined, name);
      }
      case 'class': {
        const found = findInClass(object, name);
        if (found?.type === 'function') {
          const isOfClass = found.decorators.includes('classmethod');
          return this.host.invoke(found, given, line, isOfClass ? object : undefined);
        }
        return found ? this.call(found, given, call) : this.opaque(name, given, call, object);
      }
      case 'range':
        // A progress bar around it.
        return state.unknown(state.textOf(call), line, 'it is read from a progress bar');
      case 'function':
        return state.derived(state.textOf(call), line, values);
      default:
        return this.callUnknownMethod(object, name, given, call);
    }
  }

  private callOptimizer(
    optimizer: OptimizerValue,
    name: string,
    given: readonly CallArgument[],
    call: CallExpression,
  ): Value {
    const { state } = this;
    const { line } = call;
    switch (name) {
      case 'step':
        for (const { value } of given) {
          if (value.type === 'function' && this.host.acts(value) && this.stepsInside(value, call))
            throw this.handed('optimizer.step', line);
        }
        state.emit({ type: 'update', line, optimizer });
        return state.unknown(state.textOf(call), line, 'it is the loss');
      case 'zero_grad':
      case 'state_dict':
      case 'train':
      case 'eval':
      case 'register_step_pre_hook':
      case 'register_step_post_hook':
        if (name.startsWith('register')) throw this.handed(`optimizer.${name}`, line);
        return state.unknown(state.textOf(call), line, 'it is read from an optimizer');
      case 'add_param_group': {
        if (state.schedulers.content.some((scheduler) => scheduler.optimizer === optimizer))
          throw new PythonRefusal(
            'python-change',
            line,
            'a param group that is added after a scheduler was built has no schedule',
            {
              received: state.textOf(call),
            },
          );
        return none;
      }
      default:
        throw new PythonRefusal(
          'python-change',
          line,
          `what ${name} does to the optimizer's learning rate is not known; remove this line if it does nothing`,
          {
            received: state.textOf(call),
            accepted: 'step | zero_grad | state_dict',
          },
        );
    }
  }

  /** Whether a closure steps a scheduler or another optimizer. */
  private stepsInside(value: FunctionValue, call: CallExpression): boolean {
    const { state } = this;
    const { trace } = state;
    state.trace = [];
    this.host.invoke(value, [], call.line);
    const inside = state.trace;
    state.trace = trace;
    return inside.some(({ type }) => type !== 'backward');
  }

  private callGroups(
    object: Value & { type: 'groups' | 'group' },
    name: string,
    given: readonly CallArgument[],
    call: CallExpression,
  ): Value {
    const { state } = this;
    const { line } = call;
    const [first] = perhaps(given);
    const key = first?.value.type === 'string' ? first.value.value : undefined;
    if (object.type === 'group') {
      if (name === 'get' || name === 'keys' || name === 'items' || name === 'values')
        return state.unknown(state.textOf(call), line, 'it is read from a param group');
      if (name === 'setdefault' && key === 'initial_lr') return none;
      if (name === 'setdefault' && key !== undefined) {
        this.writeGroup(key, call);
        return none;
      }
      if (name === 'update') {
        const written = [
          ...given.flatMap(({ name: keyword }) => keyword ?? []),
          ...Array.from((first && entriesOf(first.value)?.keys()) ?? []),
        ];
        if (written.length === 0) throw this.changed(call);
        written.forEach((each) => this.writeGroup(String(each), call));
        return none;
      }
    }
    if (['index', 'count', '__len__', 'copy'].includes(name))
      return state.unknown(state.textOf(call), line, 'it is read from the param groups');
    throw this.changed(call);
  }

  /** A key of a param group is written. @throws PythonRefusal where a schedule depends on it. */
  writeGroup(key: string | undefined, place: Expression): void {
    const harmless =
      /^(?:params|weight_decay|name|names|nesterov|dampening|amsgrad|foreach|fused|maximize|capturable|differentiable|lr_scale|layer)$/;
    if (key !== undefined && harmless.test(key)) return;
    throw this.changed(place);
  }

  private changed(place: Expression): PythonRefusal {
    return new PythonRefusal(
      'python-change',
      place.line,
      'a policy cannot change param groups by hand; a LambdaLR with the same formula can do it',
      { received: this.state.textOf(place) },
    );
  }

  private handed(name: string, line: number): PythonRefusal {
    return new PythonRefusal(
      'python-unsupported',
      line,
      `when ${name} calls the function that it is given is not known`,
      {
        received: name,
      },
    );
  }

  private callSequence(
    list: SequenceValue,
    name: string,
    values: readonly Value[],
    call: CallExpression,
  ): Value {
    const { state } = this;
    const { line } = call;
    const { content } = list.items;
    const items = isUnknown(content) ? undefined : content;
    const [first, second] = perhaps(values);
    const put = (changed: readonly Value[]): Value => {
      state.count(line, changed.length / 16);
      if (changed.length > longestList)
        throw new PythonRefusal('size', line, `a list has more than ${longestList} items`);
      state.write(list.items, changed);
      return none;
    };
    if (items) {
      switch (name) {
        case 'append':
        case 'add':
          if (values.length === 1) return put([...items, values[0]]);
          break;
        case 'extend':
        case 'update': {
          const more = first && listOf(first);
          if (more && values.length === 1) return put([...items, ...more]);
          break;
        }
        case 'insert':
          if (first?.type === 'number' && second !== undefined) {
            const copy = [...items];
            copy.splice(first.value, 0, second);
            return put(copy);
          }
          break;
        case 'pop': {
          const at = values.length === 0 ? items.length - 1 : first?.type === 'number' ? first.value : NaN;
          const place = at < 0 ? items.length + at : at;
          if (place >= 0 && place < items.length) {
            put(items.filter((_, index) => index !== place));
            return items[place];
          }
          break;
        }
        case 'clear':
          return put([]);
        case 'reverse':
          return put([...items].reverse());
        case 'sort': {
          const sorted =
            values.length === 0 && call.arguments.length === 0 ? callBuiltIn('sorted', [list]) : undefined;
          const known = sorted && itemsOf(sorted);
          if (known) return put(known);
          break;
        }
        case 'copy':
          return sequenceValue(list.kind, items);
        case 'index': {
          const at = items.findIndex(
            (item) => keyValue(item) !== undefined && keyValue(item) === (first && keyValue(first)),
          );
          if (at >= 0) return numberValue(at);
          break;
        }
        default:
          break;
      }
    }
    if (['index', 'count', 'copy', 'tolist', 'mean', 'sum', 'item'].includes(name))
      return state.derived(state.textOf(call), line, [list, ...values]);
    const holds = entitiesIn([list, ...values], { intoObjects: false });
    if ([...holds].some(({ type }) => type === 'scheduler')) {
      throw new PythonRefusal(
        'python-unsupported',
        line,
        `a list of schedulers cannot be followed through ${name}`,
        {
          received: name,
        },
      );
    }
    state.write(
      list.items,
      state.unknown(state.textOf(call), line, `the list is changed in line ${line}`, { holds, varies: true }),
    );
    return state.unknown(state.textOf(call), line, 'its value is not known', { holds });
  }

  private callDictionary(
    dictionary: DictionaryValue,
    name: string,
    given: readonly CallArgument[],
    call: CallExpression,
  ): Value {
    const { state } = this;
    const { line } = call;
    const values = given.map(({ value }) => value);
    const [first, second] = perhaps(values);
    const { content } = dictionary.entries;
    const entries = isUnknown(content) ? undefined : content;
    const key = first === undefined ? undefined : keyValue(first);
    const text = state.textOf(call);
    if (entries) {
      switch (name) {
        case 'get':
          if (key !== undefined) return entries.get(key) ?? second ?? none;
          break;
        case 'setdefault':
          if (key !== undefined && !entries.has(key))
            state.write(dictionary.entries, new Map([...entries, [key, second ?? none]]));
          if (key !== undefined) return entries.get(key) ?? second ?? none;
          break;
        case 'pop':
          if (key !== undefined) {
            state.write(dictionary.entries, new Map([...entries].filter(([each]) => each !== key)));
            return entries.get(key) ?? second ?? none;
          }
          break;
        case 'keys':
          return sequenceValue('list', listOf(dictionary) ?? []);
        case 'values':
          return sequenceValue('list', [...entries.values()]);
        case 'items':
          return sequenceValue(
            'list',
            Array.from(entries, ([each, value]) =>
              sequenceValue('tuple', [
                typeof each === 'string'
                  ? stringValue(each)
                  : (listOf(dictionaryValue(new Map([[each, value]])))?.[0] ?? none),
                value,
              ]),
            ),
          );
        case 'copy':
          return dictionaryValue(entries);
        case 'update': {
          const more = first === undefined ? new Map<Key, Value>() : entriesOf(first);
          const own = given.flatMap(({ name: keyword, value }): [Key, Value][] =>
            keyword === undefined ? [] : [[keyword, value]],
          );
          if (more) {
            state.write(dictionary.entries, new Map([...entries, ...more, ...own]));
            return none;
          }
          break;
        }
        default:
          break;
      }
    }
    const holds = entitiesIn([dictionary, ...values], { intoObjects: false });
    if (!['get', 'keys', 'values', 'items', 'copy'].includes(name)) {
      state.write(
        dictionary.entries,
        state.unknown(text, line, `the dictionary is changed in line ${line}`, { holds, varies: true }),
      );
    }
    return state.unknown(text, line, 'its value is not known', { holds });
  }

  private callUnknownMethod(
    object: Value,
    name: string,
    given: readonly CallArgument[],
    call: CallExpression,
  ): Value {
    const { state } = this;
    const { line } = call;
    const text = state.textOf(call.callee);
    const owner = call.callee.type === 'attribute' ? state.textOf(call.callee.object) : text;
    const optimizer = isUnknown(object) ? object.optimizer?.content : undefined;
    if (optimizer) return this.callOptimizer(optimizer, name, given, call);
    if (object.type === 'method' && object.name === 'super') return this.callSuper(name, given, call);
    const values = given.map(({ value }) => value);
    const given_ = entitiesIn(values, { intoObjects: false });
    const words = wordsOf(owner);
    const isSchedulerLike =
      words.some((word) => /^(?:lr|sched\w*|warm\w*|annealing|onecycle)$/.test(word)) ||
      /sched/i.test(lastOf(owner));
    if (name === 'step' || name === 'step_update' || name === 'optimizer_step') {
      const target = [...given_].find((entity) => entity.type === 'optimizer');
      if (target) return this.update(target, owner, call);
      if (isSchedulerLike) throw this.foreignScheduler(owner, object, line);
      if (/opt/i.test(lastOf(owner)) && isUnknown(object)) {
        const found = this.optimizerOf(object, line);
        if (found) return this.callOptimizer(found, 'step', given, call);
      }
      const isOther =
        given.length > 0 ||
        words.some((word) =>
          /^(?:prof\w*|env|bar|pbar|timer|world|sim\w*|game|progress|meter|logger|accelerator|xm)$/.test(
            word,
          ),
        );
      if (!isOther && !(isUnknown(object) && object.holds.size > 0)) {
        throw new PythonRefusal(
          'python-unsupported',
          line,
          `the code does not tell what ${owner} is, and it is stepped; paste the line that builds it, or remove this one`,
          {
            received: state.textOf(call),
            accepted: 'optimizer.step() | scheduler.step()',
            detail: 'not-built',
          },
        );
      }
    } else if (
      isSchedulerLike &&
      isUnknown(object) &&
      !/^(?:get|state|print|log)/.test(name) &&
      object.holds.size === 0
    ) {
      if (/step|update|dampen|damp|warm/.test(name)) throw this.foreignScheduler(owner, object, line);
    }
    if (name === 'backward') {
      state.emit({ type: 'backward', line });
      return none;
    }
    return this.opaque(text, given, call, object, name);
  }

  private callSuper(name: string, given: readonly CallArgument[], call: CallExpression): Value {
    const { state } = this;
    const { self, function: running } = state.frame;
    const instance = self?.type === 'instance' ? self : undefined;
    const owner = instance && ownerOf(instance.class, running);
    for (const base of owner?.bases ?? []) {
      const found = base.type === 'class' ? findInClass(base, name) : undefined;
      if (found?.type === 'function') return this.host.invoke(found, given, call.line, self);
    }
    return state.unknown(state.textOf(call), call.line, 'it comes from a class that is not in the code');
  }

  private foreignScheduler(name: string, object: Value, line: number): PythonRefusal {
    const isForeign = isUnknown(object) && object.holds.size > 0;
    return new PythonRefusal(
      'python-unsupported',
      line,
      isForeign
        ? `${name} is not a scheduler of torch.optim.lr_scheduler`
        : `${name} is stepped, and the code does not build it; paste the line that does`,
      { received: name, accepted: 'scheduler = StepLR(optimizer, …)', detail: 'not-built' },
    );
  }

  private update(optimizer: OptimizerValue, owner: string, call: CallExpression): Value {
    const { state } = this;
    if (/scaler/i.test(owner))
      state.note(
        'amp',
        call.line,
        owner,
        'mixed precision skips an update whose gradients overflow; the curve does not',
      );
    state.emit({ type: 'update', line: call.line, optimizer });
    return state.unknown(state.textOf(call), call.line, 'it is the loss');
  }

  // ---- Code that is not there ----

  /** A call whose code is not there: what it may do to an optimizer or a scheduler its name tells, or nobody. */
  private opaque(
    path: string,
    given: readonly CallArgument[],
    call: CallExpression,
    object: Value | undefined,
    method = lastOf(path),
  ): Value {
    const { state } = this;
    const { line } = call;
    const text = state.textOf(call);
    const values = given.map(({ value }) => value);
    const direct = entitiesIn(object ? [...values, object] : values, { intoObjects: false });
    const indirect = direct.size > 0 ? direct : entitiesIn(values, { intoObjects: true });
    for (const value of values) {
      if (value.type === 'function' && this.host.acts(value)) {
        if (/^(?:spawn|launch|notebook_launcher|run|fire|Fire)$/.test(method))
          return this.launch(value, given, call);
        throw new PythonRefusal(
          'python-unsupported',
          line,
          `when ${method} calls ${value.name || 'the function'} is not known; call it in the code`,
          { received: text },
        );
      }
    }
    const purpose = purposeOf(method);
    const isMode =
      purpose === 'training' &&
      method === 'train' &&
      direct.size === 0 &&
      given.length <= 1 &&
      call.callee.type === 'attribute';
    const foreign = foreignLibrary(path);
    const instead = foreign ? `; the nearest that works is ${foreign.instead}` : '';
    if (direct.size > 0 && method !== 'isinstance') {
      const hasScheduler = [...direct].some(({ type }) => type === 'scheduler');
      const scheduler = hasScheduler ? 'a scheduler' : 'the optimizer';
      if (purpose === 'rate' || (foreign && purpose !== 'reading')) {
        const isNamesake = isSchedulerType(method) || isHuggingFaceSchedule(method);
        const reason =
          isNamesake && !foreign
            ? `${method} is imported from ${path.slice(0, -method.length - 1)}, not from torch.optim.lr_scheduler`
            : foreign
              ? `${method} comes from ${foreign.name}, not from torch.optim.lr_scheduler${instead}`
              : `${method} may change the learning rate, and its code is not here; paste it too, or use a scheduler of torch.optim.lr_scheduler`;
        throw new PythonRefusal('python-unsupported', line, reason, {
          received: text,
          ...(foreign && { accepted: foreign.instead }),
          detail: foreign ? 'other-library' : 'elsewhere',
        });
      }
      if (purpose === 'wrapping') return this.wrapped(values, method, call);
      if (
        method === 'optimizer_step' ||
        (/scaler/i.test(path) && !given.some(({ name }) => name === 'update_grad'))
      ) {
        const target = [...direct].find((entity) => entity.type === 'optimizer');
        if (
          target &&
          /scaler|optimizer_step/i.test(path) &&
          /^(?:optimizer_step|scaler|loss_scaler|grad_scaler)$/i.test(method)
        )
          return this.update(target, path, call);
      }
      if (hasScheduler && purpose !== 'reading') {
        throw new PythonRefusal(
          'python-unsupported',
          line,
          `what ${method} does with a scheduler is not known; paste ${method} too`,
          { received: text, detail: 'elsewhere' },
        );
      }
      if (purpose === 'unknown') {
        throw new PythonRefusal(
          'python-unsupported',
          line,
          `what ${method} does with ${scheduler} is not known; paste its code too, or remove this line if it does not change the rate`,
          { received: text, detail: 'elsewhere' },
        );
      }
    } else if (
      indirect.size > 0 &&
      (purpose === 'rate' ||
        (purpose === 'unknown' && [...indirect].some(({ type }) => type === 'scheduler')))
    ) {
      throw new PythonRefusal(
        'python-unsupported',
        line,
        `${method} may change the learning rate, and its code is not here; paste it too`,
        { received: text, detail: 'elsewhere' },
      );
    }
    if (purpose === 'training' && !isMode && !/trainer$/i.test(method)) {
      const optimizers = new Set(
        [...indirect].flatMap((entity) => (entity.type === 'optimizer' ? [entity] : [])),
      );
      state.emit({ type: 'training', line, name: method, unit: unitOf(method), optimizers });
      if (optimizers.size > 0)
        state.note(
          'training-elsewhere',
          line,
          method,
          `${method} is not in the code; it is taken to train and to leave the rate alone`,
        );
    }
    this.forgetMutable(method, values, call);
    if (method === 'backward' || method === 'manual_backward') state.emit({ type: 'backward', line });
    const isContainer = /^[A-Z]/.test(method);
    return state.unknown(text, line, `what ${method} gives is not known`, {
      holds: isContainer && direct.size > 0 ? direct : new Set<Entity>(),
    });
  }

  /** What a call of this name may change is not known after it. */
  private forgetMutable(method: string, values: readonly Value[], call: CallExpression): void {
    if (
      !wordsOf(method).some((word) =>
        /^(?:update|modify|set|fill|sort|shuffle|extend|override|merge|parse|load|change|mutate|add|insert|append)$/.test(
          word,
        ),
      )
    )
      return;
    for (const value of values) {
      const cell =
        value.type === 'sequence' ? value.items : value.type === 'dictionary' ? value.entries : undefined;
      if (!cell) continue;
      const holds = entitiesIn([value], { intoObjects: false });
      const forgotten = this.state.unknown(
        this.state.textOf(call),
        call.line,
        `${method} may change it in line ${call.line}`,
        { holds, varies: true },
      );
      this.state.write<unknown>(cell, forgotten);
    }
  }

  /** Libraries that wrap a model and its optimizer give back what they are given. */
  private wrapped(values: readonly Value[], method: string, call: CallExpression): Value {
    const { state } = this;
    const entities = entitiesIn(values, { intoObjects: false });
    const wrapped = values.map((value) =>
      entitiesIn([value], { intoObjects: false }).size > 0
        ? value
        : state.unknown(state.textOf(call), call.line, `it is what ${method} gives`),
    );
    if ([...entities].some(({ type }) => type === 'scheduler')) {
      state.note(
        'one-process',
        call.line,
        method,
        'Accelerate steps a scheduler once for each process; one process is assumed',
      );
    }
    const isEntity = (value: Value): boolean => entitiesIn([value], { intoObjects: false }).size > 0;
    if (/distributed|wrap/i.test(method)) return wrapped.find(isEntity) ?? none;
    return wrapped.length === 1 ? wrapped[0] : sequenceValue('tuple', wrapped);
  }

  /** `mp.spawn(main_worker, args=(…))` runs a function once in each process. */
  private launch(value: FunctionValue, given: readonly CallArgument[], call: CallExpression): Value {
    const { state } = this;
    const args = given.find(({ name }) => name === 'args')?.value ?? given.at(1)?.value;
    const items = (args && itemsOf(args)) ?? [];
    const rank = state.unknown('rank', call.line, 'which process it is is not known');
    const isSpawn = call.callee.type === 'attribute' && call.callee.name === 'spawn';
    const all = isSpawn ? [rank, ...items] : items;
    return this.host.invoke(
      value,
      all.map((item) => ({ name: undefined, value: item, expression: call })),
      call.line,
    );
  }

  // ---- Objects ----

  private instantiate(called: ClassValue, given: readonly CallArgument[], call: CallExpression): Value {
    const { state } = this;
    const { line } = call;
    if (called.name === adapterName) {
      const [first] = perhaps(given);
      if (
        given.length === 1 &&
        first?.value.type === 'scheduler' &&
        first.value.class === 'ReduceLROnPlateau'
      ) {
        return { ...first.value, isAdapter: true };
      }
    }
    const ancestor = foreignAncestor(called);
    if (ancestor && (schedulerAt(ancestor) ?? /(?:^|\.)_?LRScheduler$/.test(ancestor))) {
      throw new PythonRefusal(
        'python-unsupported',
        line,
        `${called.name} is a scheduler of the code's own, which cannot be followed; a LambdaLR with the same formula can be`,
        { received: called.name, detail: 'own-scheduler' },
      );
    }
    state.instantiated.add(called.scope);
    const instance: InstanceValue = { type: 'instance', class: called, attributes: new Map(), line };
    if (ancestor && isOptimizerAt(ancestor)) {
      return this.optimizerOf(state.unknown(called.name, line, 'it is an optimizer of its own'), line)!;
    }
    const init = findInClass(called, '__init__');
    if (init?.type === 'function') {
      this.host.invoke(init, given, line, instance);
    } else if (called.isDataclass) {
      const names = [...called.scope.variables.keys()];
      given.forEach(({ name, value }, index) => {
        const field = name ?? names.at(index);
        if (field !== undefined) instance.attributes.set(field, new Cell<Value | undefined>(value));
      });
    } else if (
      entitiesIn(
        given.map(({ value }) => value),
        { intoObjects: false },
      ).size > 0
    ) {
      return this.opaque(called.name, given, call, undefined);
    }
    return instance;
  }

  private pseudo(name: string, attributes: Iterable<readonly [string, Value]>, line: number): InstanceValue {
    const scope = { variables: new Map(), parent: undefined, outer: new Map(), isClass: true };
    const made: ClassValue = { type: 'class', name, bases: [], scope, line, isDataclass: false };
    const cells = Array.from(
      attributes,
      ([key, value]) => [key, new Cell<Value | undefined>(value)] as const,
    );
    return { type: 'instance', class: made, attributes: new Map(cells), line };
  }

  private namespace(given: readonly CallArgument[], call: CallExpression): Value {
    const own = given.flatMap(({ name, value }) => (name === undefined ? [] : [[name, value] as const]));
    const first = given.find(({ name }) => name === undefined)?.value;
    const entries = first === undefined ? new Map<Key, Value>() : entriesOf(first);
    if (!entries) return this.state.derived(this.state.textOf(call), call.line, [first!]);
    const named = Array.from(entries, ([key, value]) => [String(key), nest(value)] as const);
    const pseudo = (name: string, attributes: Iterable<readonly [string, Value]>): InstanceValue =>
      this.pseudo(name, attributes, call.line);
    function nest(value: Value): Value {
      const inner = entriesOf(value);
      return inner
        ? pseudo(
            'namespace',
            Array.from(inner, ([key, each]) => [String(key), nest(each)] as const),
          )
        : value;
    }
    return pseudo('namespace', [...named, ...own]);
  }

  private parser(call: CallExpression): Value {
    return this.pseudo('ArgumentParser', [['defaults', dictionaryValue(new Map())]], call.line);
  }

  /** Methods of what argparse gives, and `save_hyperparameters` of Lightning. */
  private callPseudo(
    instance: InstanceValue,
    name: string,
    given: readonly CallArgument[],
    call: CallExpression,
  ): Value | undefined {
    const { state } = this;
    const { line } = call;
    if (name === 'save_hyperparameters' && instance.class.name !== 'ArgumentParser') {
      const { scope, function: running } = state.frame;
      const parameters = (running?.parameters ?? []).flatMap(({ name: parameter }): [string, Value][] => {
        const value = scope.variables.get(parameter)?.content;
        return parameter === 'self' || value === undefined ? [] : [[parameter, value]];
      });
      const cell = instance.attributes.get('hparams') ?? state.cell<Value | undefined>(undefined);
      instance.attributes.set('hparams', cell);
      state.write(cell, this.pseudo('hparams', parameters, line));
      return none;
    }
    if (instance.class.name !== 'ArgumentParser') return undefined;
    const defaults = instance.attributes.get('defaults')?.content;
    const entries = defaults && entriesOf(defaults);
    if (!entries || defaults.type !== 'dictionary') return undefined;
    const option = (key: string): Value | undefined => given.find((each) => each.name === key)?.value;
    switch (name) {
      case 'add_argument_group':
      case 'add_mutually_exclusive_group':
        return instance;
      case 'add_argument': {
        const names = given.flatMap(({ name: key, value }) =>
          key === undefined && value.type === 'string' ? [value.value] : [],
        );
        const long = names.find((each) => each.startsWith('--')) ?? names.at(0) ?? '';
        const dest = option('dest');
        const key = dest?.type === 'string' ? dest.value : long.replace(/^-+/, '').replaceAll('-', '_');
        const action = option('action');
        const isFlag = action?.type === 'string' && /^store_(?:true|false)$/.test(action.value);
        const value =
          option('default') ?? (isFlag ? booleanValue(action.value === 'store_false') : undefined);
        const isNumber = option('type')?.type === 'path';
        const text =
          value?.type === 'string' && isNumber
            ? callBuiltIn(lastOf((option('type') as { path: string }).path), [value])
            : undefined;
        state.write(
          defaults.entries,
          new Map([...entries, [key, text ?? value ?? state.unknown('', line, 'it has no default')]]),
        );
        return none;
      }
      case 'set_defaults': {
        const own = given.flatMap(({ name: key, value }): [Key, Value][] =>
          key === undefined ? [] : [[key, value]],
        );
        state.write(defaults.entries, new Map([...entries, ...own]));
        return none;
      }
      case 'parse_args':
      case 'parse_known_args': {
        const known = Array.from(entries, ([key, value]): [string, Value] => [String(key), value]).filter(
          ([, value]) => !isUnknown(value),
        );
        const made = this.pseudo('arguments', known, line);
        return name === 'parse_args'
          ? made
          : sequenceValue('tuple', [
              made,
              state.unknown(state.textOf(call), line, 'the arguments are not known'),
            ]);
      }
      default:
        return state.unknown(state.textOf(call), line, 'what the parser gives is not known');
    }
  }
}

/** What a class of the program, or one above it, holds under a name. */
export function findInClass(called: ClassValue, name: string, depth = 0): Value | undefined {
  const own = called.scope.variables.get(name)?.content;
  if (own || depth > 20) return own;
  for (const base of called.bases) {
    const found = base.type === 'class' ? findInClass(base, name, depth + 1) : undefined;
    if (found) return found;
  }
  return undefined;
}

/** The path of the first class above that is not in the program. */
export function foreignAncestor(called: ClassValue, depth = 0): string | undefined {
  for (const base of depth > 20 ? [] : called.bases) {
    if (base.type === 'path') return base.path;
    if (base.type === 'unknown') return base.text;
    const above = base.type === 'class' ? foreignAncestor(base, depth + 1) : undefined;
    if (above !== undefined) return above;
  }
  return undefined;
}

function ownerOf(called: ClassValue, running: FunctionValue | undefined, depth = 0): ClassValue | undefined {
  if (depth > 20) return undefined;
  for (const { content } of called.scope.variables.values()) {
    if (content?.type === 'function' && content.body === running?.body) return called;
  }
  for (const base of called.bases) {
    const found = base.type === 'class' ? ownerOf(base, running, depth + 1) : undefined;
    if (found) return found;
  }
  return undefined;
}

function allFunctions(built: SchedulerValue): SchedulerValue['functions'] {
  return [...built.functions, ...built.children.flatMap(allFunctions)];
}

function optionsIn(group: Value): ReadonlyMap<string, Value> {
  return new Map(Array.from(entriesOf(group) ?? [], ([key, value]) => [String(key), value]));
}

function pathOfClass(type: SchedulerType): Value {
  const module = type === 'SWALR' ? 'swa_utils' : 'lr_scheduler';
  return { type: 'path', path: `torch.optim.${module}.${type}`, isImported: true };
}

/** Whether a value is of a class; undefined where that is not known. */
function isInstanceOf(value: Value, wanted: Value): boolean | undefined {
  const classes = itemsOf(wanted) ?? [wanted];
  const answers = classes.map((each): boolean | undefined => {
    if (value.type === 'scheduler' && each.type === 'path') {
      const type = schedulerAt(each.path);
      if (type) return type === value.class;
      if (each.path.endsWith('LRScheduler')) return value.class === 'ReduceLROnPlateau' ? undefined : true;
      return /^(?:builtins|torch\.optim\.[A-Z])/.test(each.path) ? false : undefined;
    }
    if (value.type === 'instance' && each.type === 'class') {
      const isOf = (called: ClassValue): boolean =>
        called === each || called.bases.some((base) => base.type === 'class' && isOf(base));
      return isOf(value.class);
    }
    if (each.type === 'path' && each.path.startsWith('builtins.')) {
      const name = lastOf(each.path);
      if (value.type === 'string') return name === 'str';
      if (value.type === 'none') return false;
      if (value.type === 'dictionary') return name === 'dict';
      if (value.type === 'sequence') return name === value.kind;
      if (value.type === 'number' && ['str', 'list', 'tuple', 'dict'].includes(name)) return false;
    }
    if (value.type === 'none') return false;
    return undefined;
  });
  if (answers.includes(true)) return true;
  return answers.includes(undefined) ? undefined : false;
}

function sumOf(items: readonly Value[]): Value | undefined {
  const nodes = items.map(nodeOf);
  if (nodes.includes(undefined) || nodes.length === 0) return undefined;
  const known = nodes.flatMap((node) => node ?? []);
  const [first, ...rest] = known;
  return {
    type: 'formula',
    node: rest.reduce((left, right) => ({ type: 'binary', operator: '+', left, right }), first),
  };
}
