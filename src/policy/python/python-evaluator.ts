/** Works out what expressions come to, and on the way takes down the schedulers that they build and step. */
import type { Monitor } from '../policy.js';
import type { SchedulerType } from '../schema/scheduler-parameters.js';
import { callBuiltIn, operate } from './python-builtins.js';
import { parseExpression } from './python-expression.js';
import type { Expression } from './python-expression.js';
import { formulaNodeOf } from './python-formula.js';
import type { Place } from './python-loop.js';
import { adapterName } from './python-names.js';
import { PythonRefusal } from './python-refusal.js';
import type { PythonScope } from './python-scope.js';
import { topLevelPositions } from './python-statements.js';
import type { Token } from './python-tokens.js';
import { describeValue, holdsScheduler, unknownValue } from './python-value.js';
import type { BuiltScheduler, Value } from './python-value.js';
import { adopt, bindArguments, parametersFrom } from './scheduler-call.js';
import { stepCallOf } from './scheduler-step.js';
import type { StepCall } from './scheduler-step.js';

type Call = Expression & { readonly type: 'call' };
type Attribute = Expression & { readonly type: 'attribute' };

/** What may be called on a scheduler without changing it. */
const readingMethods = new Set(['get_last_lr', 'get_lr', 'state_dict', 'print_lr']);

/** Calls that only show their arguments. */
const showing = new Set(['print', 'str', 'repr', 'len', 'type', 'isinstance']);

/** Evaluates expressions in a scope. */
export class PythonEvaluator {
  /** All schedulers in the order of their construction, children included. */
  readonly schedulers: BuiltScheduler[] = [];
  /** The calls of `step` in the order of the text. */
  readonly steps: StepCall[] = [];
  /** Whether an optimizer was constructed. */
  hasOptimizer = false;
  /** The metric that was put into the adapter and not used yet. */
  handedMetric: Monitor | undefined;
  private readonly scope: PythonScope;

  constructor(scope: PythonScope) {
    this.scope = scope;
  }

  /** Evaluates what stands on the right of an assignment or alone in a line; commas make a list of it. */
  evaluateTokens(tokens: readonly Token[], line: number, place: Place): Value {
    const commas = topLevelPositions(tokens, ',');
    const split = [...commas, tokens.length].map((end, index) =>
      tokens.slice(index === 0 ? 0 : commas[index - 1] + 1, end),
    );
    // A comma may end a tuple; nothing else may be empty.
    const parts = commas.length === 0 ? split : split.filter((part) => part.length > 0);
    let expressions: Expression[];
    try {
      expressions = parts.map((part) => parseExpression(part, line));
    } catch (error) {
      // What cannot be read matters only if it is about schedulers.
      if (!(error instanceof PythonRefusal) || this.scope.isMention(tokens)) throw error;
      return unknownValue(line, error.message, this.scope.mentionsOptimizer(tokens));
    }
    const values = expressions.map((expression) => this.evaluate(expression, place));
    return commas.length === 0 ? values[0] : { type: 'list', items: values };
  }

  /** The number that an expression has, if it is known; it may build nothing. */
  numberOf(expression: Expression): number | undefined {
    const value = this.evaluate(expression, {
      loops: [],
      frequency: 1,
      blocked: 'no scheduler can be built here',
    });
    return value.type === 'number' ? value.value : undefined;
  }

  evaluate(expression: Expression, place: Place): Value {
    const { line } = expression;
    switch (expression.type) {
      case 'number':
        return { type: 'number', value: expression.value };
      case 'string':
        return { type: 'string', value: expression.value };
      case 'constant':
        return { type: 'constant', value: expression.value };
      case 'list':
        return { type: 'list', items: expression.items.map((item) => this.evaluate(item, place)) };
      case 'name': {
        const { name } = expression;
        const known = this.scope.get(name) ?? this.mathConstant(expression);
        return (
          known ??
          unknownValue(line, `${name} is not given a value in the code`, this.scope.isOptimizer(name))
        );
      }
      case 'attribute': {
        const constant = this.mathConstant(expression);
        return (
          constant ??
          unknownValue(line, 'its value is not known', isOfOptimizer(this.evaluate(expression.object, place)))
        );
      }
      case 'subscript': {
        const object = this.evaluate(expression.object, place);
        const index = this.evaluate(expression.index, place);
        if (object.type !== 'list' || index.type !== 'number') {
          return unknownValue(line, 'its value is not known', isOfOptimizer(object));
        }
        return object.items.at(index.value) ?? unknownValue(line, `the list has no item ${index.value}`);
      }
      case 'unary': {
        const value = this.evaluate(expression.operand, place);
        if (value.type !== 'number') return unknownValue(line, 'its value is not known');
        return { type: 'number', value: expression.operator === '-' ? -value.value : value.value };
      }
      case 'binary': {
        const [left, right] = [this.evaluate(expression.left, place), this.evaluate(expression.right, place)];
        return operate(expression.operator, left, right) ?? unknownValue(line, reasonOf(left, right));
      }
      case 'comparison':
        this.evaluate(expression.left, place);
        this.evaluate(expression.right, place);
        return unknownValue(line, 'its value is not known');
      case 'conditional': {
        const test = this.evaluate(expression.test, place);
        if (test.type === 'constant' || test.type === 'number') {
          return this.evaluate(test.value ? expression.then : expression.otherwise, place);
        }
        const blocked = 'which of the two it is depends on a condition that is not known';
        this.evaluate(expression.then, { ...place, blocked });
        this.evaluate(expression.otherwise, { ...place, blocked });
        return unknownValue(line, blocked);
      }
      case 'lambda': {
        const { parameters, body } = expression;
        this.evaluate(body, { ...place, blocked: 'when the function of this line is called is not known' });
        if (parameters.length !== 1) return unknownValue(line, 'a function here takes one argument');
        return {
          type: 'function',
          nodeOf: () => formulaNodeOf(body, this.scope.formulaScope(parameters[0])),
        };
      }
      case 'call':
        return this.evaluateCall(expression, place);
    }
  }

  private evaluateCall(call: Call, place: Place): Value {
    const { callee, positional, keywords, line } = call;
    const { names } = this.scope;
    const type = names.schedulerClass(callee);
    if (type !== undefined) return this.build(type, call, place);
    if (names.isOptimizerClass(callee)) {
      this.hasOptimizer = true;
      return { type: 'optimizer' };
    }
    if (callee.type === 'attribute') {
      const method = this.evaluateMethod(call, callee, place);
      if (method) return method;
    }
    const name = callee.type === 'name' ? callee.name : '';
    const values = [...positional, ...keywords.map(({ value }) => value)].map((operand) =>
      this.evaluate(operand, place),
    );
    if (names.isAdapter(callee)) return adapterOver(values, line);
    const known =
      names.isBuiltIn(name) && keywords.length === 0 ? callBuiltIn(name, values, line) : undefined;
    if (known) return known;
    if (values.some(holdsScheduler) && !showing.has(name)) {
      const reason = `what ${name || 'this call'} does with a scheduler is not known`;
      throw new PythonRefusal('python-unsupported', line, reason, { received: name });
    }
    return unknownValue(line, `what ${name || 'this call'} gives is not known`, values.some(isOfOptimizer));
  }

  private build(type: SchedulerType, call: Call, place: Place): Value {
    const { line } = call;
    if (place.blocked !== undefined) throw new PythonRefusal('python-unsupported', line, place.blocked);
    if (place.loops.length > 0) {
      throw new PythonRefusal(
        'python-unsupported',
        line,
        'a scheduler that is built inside a loop cannot be taken over',
      );
    }
    const bound = bindArguments(type, call);
    const optimizer = bound.get('optimizer');
    if (optimizer) this.scope.noteOptimizer(type, optimizer);
    const { parameters, children } = parametersFrom(type, bound, (operand) => this.evaluate(operand, place));
    const built: BuiltScheduler = {
      type,
      line,
      parameters,
      children: children.map((child) => child.built),
      passMetrics: children.some(({ adapter, built: child }) => adapter || child.passMetrics),
      parent: undefined,
    };
    adopt(built);
    this.schedulers.push(built);
    return { type: 'scheduler', built, adapter: false };
  }

  /** A method of a scheduler or a list; undefined for methods of anything else. */
  private evaluateMethod(call: Call, callee: Attribute, place: Place): Value | undefined {
    const object = this.evaluate(callee.object, place);
    switch (object.type) {
      case 'scheduler':
        this.callScheduler(call, callee, object.built, place);
        return unknownValue(call.line, 'its value is not known');
      case 'list':
        return this.callList(call, callee, object.items, place);
      case 'unknown':
        if (callee.name === 'step' && callee.object.type === 'name') {
          this.refuseForeign(callee.object.name, object.line, object.fromOptimizer);
        }
        return undefined;
      default:
        return undefined;
    }
  }

  private callScheduler(call: Call, { name, object }: Attribute, built: BuiltScheduler, place: Place): void {
    if (name === 'step') {
      const list = object.type === 'subscript' ? this.evaluate(object.object, place) : undefined;
      const items = list?.type === 'list' ? list.items : undefined;
      this.steps.push(stepCallOf(call, built, items, this.handedMetric, place));
      if (built.passMetrics) this.handedMetric = undefined;
    } else if (!readingMethods.has(name)) {
      const reason = `what ${name} does to a scheduler cannot be taken over`;
      throw new PythonRefusal('python-change', call.line, reason, { received: name, accepted: 'step' });
    }
  }

  /** Only `append` is followed, where it happens just once; after any other method a list is not known any more. */
  private callList(
    { positional, line }: Call,
    { name, object }: Attribute,
    items: Value[],
    place: Place,
  ): Value {
    const values = positional.map((operand) => this.evaluate(operand, place));
    const isOnce = place.loops.length === 0 && place.blocked === undefined;
    if (name === 'append' && values.length === 1 && isOnce) {
      items.push(values[0]);
    } else if ([...items, ...values].some(holdsScheduler)) {
      const reason = `a list of schedulers cannot be followed through ${name}`;
      throw new PythonRefusal('python-unsupported', line, reason, { received: name });
    } else if (object.type === 'name') {
      this.scope.set(object.name, unknownValue(line, `${object.name} is changed in line ${line}`));
    }
    return unknownValue(line, 'its value is not known');
  }

  /** Refuses to pass over a scheduler of another library, whose steps would be missing from the policy. */
  private refuseForeign(name: string, line: number, fromOptimizer: boolean): void {
    if (this.scope.isOptimizer(name) || !(fromOptimizer || /sched/i.test(name))) return;
    const reason = `${name} is no scheduler of torch.optim.lr_scheduler`;
    throw new PythonRefusal('python-unsupported', line, reason, { received: name });
  }

  private mathConstant(expression: Expression): Value | undefined {
    const member = this.scope.names.mathMember(expression);
    if (member === 'pi') return { type: 'number', value: Math.PI };
    return member === 'e' ? { type: 'number', value: Math.E } : undefined;
  }
}

function adapterOver(values: readonly Value[], line: number): Value {
  const inner = values.at(0);
  if (values.length === 1 && inner?.type === 'scheduler' && inner.built.type === 'ReduceLROnPlateau') {
    return { ...inner, adapter: true };
  }
  throw new PythonRefusal('python-call', line, `${adapterName} takes ReduceLROnPlateau`, {
    received: values.map(describeValue).join(', '),
    accepted: 'ReduceLROnPlateau',
  });
}

function isOfOptimizer(value: Value): boolean {
  return value.type === 'optimizer' || (value.type === 'unknown' && value.fromOptimizer);
}

/** Why an operation has no known value: because of the operand that has none. */
function reasonOf(left: Value, right: Value): string {
  if (left.type === 'unknown') return left.reason;
  return right.type === 'unknown' ? right.reason : 'its value is not known';
}
