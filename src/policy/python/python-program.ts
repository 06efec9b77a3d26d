/**
 * Reads a training script for its schedulers: which are constructed, in which order and with which arguments, and when
 * each is stepped. Nothing is executed. Statements that have nothing to do with schedulers are passed over; one that
 * does, but in a way that cannot be followed, is refused.
 */
import { PythonEvaluator } from './python-evaluator.js';
import { parseExpression } from './python-expression.js';
import type { Expression } from './python-expression.js';
import { formulaNodeOfBody } from './python-formula.js';
import { frequencyOf, loopOf } from './python-loop.js';
import type { Loop, Place } from './python-loop.js';
import { adapterName } from './python-names.js';
import { PythonRefusal } from './python-refusal.js';
import { assignmentOperators, PythonScope } from './python-scope.js';
import { statementsOf, topLevelPositions } from './python-statements.js';
import type { Statement } from './python-statements.js';
import { tokenize } from './python-tokens.js';
import type { Token } from './python-tokens.js';
import {
  allTokens,
  changedByHand,
  isOverGroups,
  refuseGroupEdits,
  refuseRateEdits,
  trains,
} from './python-training.js';
import { unknownValue } from './python-value.js';
import type { BuiltScheduler, Value } from './python-value.js';
import { metricOf } from './scheduler-step.js';
import type { StepCall } from './scheduler-step.js';

/** What a script does with schedulers. */
export interface ProgramReading {
  /** All schedulers in the order of their construction, children included. */
  readonly schedulers: readonly BuiltScheduler[];
  /** The calls of `step` in the order of the text. */
  readonly steps: readonly StepCall[];
  /** The outermost loops, and whether they train. */
  readonly roots: readonly { readonly loop: Loop; readonly trains: boolean }[];
  readonly hasOptimizer: boolean;
}

/** @throws PythonRefusal at the first statement about schedulers that cannot be taken over. */
export function readProgram(code: string): ProgramReading {
  return new Program(statementsOf(tokenize(code))).read();
}

const keywords = new Set([
  ...['pass', 'break', 'continue', 'return', 'del', 'global', 'nonlocal', 'assert', 'raise', 'yield'],
]);

class Program {
  private readonly statements: readonly Statement[];
  private readonly scope: PythonScope;
  private readonly evaluator: PythonEvaluator;
  private readonly roots: { loop: Loop; trains: boolean }[] = [];

  constructor(statements: readonly Statement[]) {
    this.statements = statements;
    this.scope = new PythonScope(statements);
    this.evaluator = new PythonEvaluator(this.scope);
  }

  read(): ProgramReading {
    this.run(this.statements, { loops: [], frequency: 1 });
    const { schedulers, steps, hasOptimizer } = this.evaluator;
    return { schedulers, steps, hasOptimizer, roots: this.roots };
  }

  private run(statements: readonly Statement[], place: Place): void {
    for (const statement of statements) {
      this.refuseLateUpdate(statement, place);
      if (statement.body === undefined) this.runSimple(statement, place);
      else this.runCompound(statement, statement.body, place);
    }
  }

  private runSimple({ tokens, line }: Statement, place: Place): void {
    if (this.scope.names.import(tokens)) return;
    const word = tokens[0].type === 'name' ? tokens[0].text : '';
    if (keywords.has(word)) {
      this.scope.refuseMention(tokens, `a scheduler in ${word} cannot be followed`);
      const loop = place.loops.at(-1);
      if (word === 'continue' && loop) loop.skippedAt = line;
      return;
    }
    const operator = assignmentOperators.find((candidate) => topLevelPositions(tokens, candidate).length > 0);
    if (operator === undefined) {
      this.evaluator.evaluateTokens(tokens, line, place);
      return;
    }
    const ends = topLevelPositions(tokens, operator);
    const right = tokens.slice(ends[ends.length - 1] + 1);
    const value = this.evaluator.evaluateTokens(right, line, place);
    const isPlain = operator === '=';
    ends.forEach((end, index) => {
      const target = tokens.slice(index === 0 ? 0 : ends[index - 1] + 1, end);
      this.assign(
        target,
        isPlain ? value : unknownValue(line, `its value is changed in line ${line}`),
        right,
        place,
      );
    });
  }

  private runCompound(statement: Statement, body: readonly Statement[], place: Place): void {
    const { tokens, line } = statement;
    const word = tokens[0].text;
    switch (word) {
      case 'for':
        this.runFor(statement, body, place);
        return;
      case 'if':
        this.runIf(tokens, body, line, place);
        return;
      case 'with':
        this.run(body, place);
        return;
      case 'def':
        this.define(tokens, body, line);
        return;
      case 'class':
        this.scope.refuseMention(allTokens(body), 'a scheduler inside a class cannot be followed');
        return;
      default: {
        const blocked = `whether this happens depends on the ${word} of line ${line}`;
        this.run(body, { ...place, frequency: 1, blocked });
      }
    }
  }

  private runFor(statement: Statement, body: readonly Statement[], place: Place): void {
    const { tokens, line } = statement;
    const split = tokens.findIndex(({ type, text }) => type === 'name' && text === 'in');
    const names = tokens.slice(1, split).flatMap(({ type, text }) => (type === 'name' ? [text] : []));
    const source = tokens.slice(split + 1);
    const iterable = tryParse(source, line);
    if (iterable && this.runOverSchedulers(names, source, iterable, body, place)) return;

    this.scope.refuseMention(source, 'this loop over schedulers cannot be followed');
    for (const name of names) {
      this.scope.set(name, unknownValue(line, `${name} changes in the loop of line ${line}`));
    }
    if (isOverGroups(source)) {
      refuseGroupEdits(body);
      return;
    }
    const outer = place.loops.at(-1);
    const loop = loopOf(
      statement,
      names,
      iterable,
      (expression) => this.evaluator.numberOf(expression),
      outer,
    );
    const root = { loop, trains: trains(statement, this.scope) };
    if (outer === undefined) this.roots.push(root);
    const rare =
      place.frequency === 1 ? place.blocked : `the loop of line ${line} does not run in every pass`;
    this.run(body, {
      loops: [...place.loops, loop],
      frequency: 1,
      ...(rare !== undefined && { blocked: rare }),
    });
    // What the optimizer is called may have become known only inside.
    root.trains ||= trains(statement, this.scope);
  }

  /** A loop over a list of schedulers is one pass for each, not a loop over time; false for any other loop. */
  private runOverSchedulers(
    names: readonly string[],
    source: readonly Token[],
    iterable: Expression,
    body: readonly Statement[],
    place: Place,
  ): boolean {
    if (iterable.type === 'call' || !this.scope.isMention(source)) return false;
    const list = this.evaluator.evaluate(iterable, {
      ...place,
      blocked: 'a scheduler is built in the head of a loop',
    });
    if (list.type !== 'list' || names.length !== 1 || list.items.some(({ type }) => type !== 'scheduler'))
      return false;
    for (const item of list.items) {
      this.scope.set(names[0], item);
      this.run(body, place);
    }
    return true;
  }

  private runIf(tokens: readonly Token[], body: readonly Statement[], line: number, place: Place): void {
    const condition = tryParse(tokens.slice(1), line);
    if (condition && isMainGuard(condition)) {
      this.run(body, place);
      return;
    }
    this.scope.refuseMention(tokens, 'a condition on a scheduler cannot be followed');
    const numberOf = (expression: Expression): number | undefined => this.evaluator.numberOf(expression);
    const frequency = condition && frequencyOf(condition, place.loops.at(-1), numberOf);
    if (frequency !== undefined && place.frequency === 1) {
      this.run(body, { ...place, frequency });
      return;
    }
    const blocked = `whether this happens depends on the condition of line ${line}; one that can be taken over is (epoch + 1) % 5 == 0`;
    this.run(body, { ...place, blocked });
  }

  private define(tokens: readonly Token[], body: readonly Statement[], line: number): void {
    const inner = allTokens(body);
    this.scope.refuseMention(
      inner,
      'a scheduler inside a function cannot be followed; paste the lines of its body',
    );
    if (isOverGroups(inner)) refuseRateEdits(body);
    if (tokens.length < 2) throw new PythonRefusal('python-syntax', line, 'this function has no name');
    const [, name, bracket, parameter] = tokens;
    const isPlain = tokens.length === 5 && bracket.text === '(' && parameter.type === 'name';
    const nodeOf = () =>
      formulaNodeOfBody(body, line, this.scope.formulaScope(parameter.text), parseExpression);
    this.scope.set(
      name.text,
      isPlain
        ? { type: 'function', nodeOf }
        : unknownValue(line, `${name.text} is a function of other than one argument`),
    );
  }

  private assign(target: readonly Token[], value: Value, right: readonly Token[], place: Place): void {
    const annotation = topLevelPositions(target, ':').at(0) ?? target.length;
    const bare = target.slice(0, annotation);
    if (bare.length === 0) return;
    const { line } = bare[0];
    if (bare.length === 1 && bare[0].type === 'name') {
      this.scope.set(bare[0].text, lasting(bare[0].text, value, line, place));
      return;
    }
    if (bare.map(({ text }) => text).join('') === `${adapterName}.metric`) {
      this.evaluator.handedMetric = metricOf(tryParse(right, line), line);
      return;
    }
    const commas = topLevelPositions(bare, ',');
    if (commas.length > 0) {
      const items = value.type === 'list' ? value.items : [];
      [...commas, bare.length].forEach((end, index) => {
        const part = bare.slice(index === 0 ? 0 : commas[index - 1] + 1, end);
        this.assign(part, items.at(index) ?? unknownValue(line, 'its value is not known'), [], place);
      });
      return;
    }
    this.scope.refuseMention(bare, 'a scheduler that is changed by hand cannot be taken over');
    const base = this.scope.get(bare[0].text);
    const isGroup = base?.type === 'unknown' && base.fromOptimizer && bare.some(({ text }) => text === 'lr');
    if (isGroup || isOverGroups(bare)) throw changedByHand(bare);
  }

  /** An update after a scheduler's step, in the same pass, would use the next rate one pass too early. */
  private refuseLateUpdate(statement: Statement, { loops }: Place): void {
    const steppedAt = loops.at(-1)?.steppedAt;
    if (steppedAt === undefined || !trains(statement, this.scope)) return;
    throw new PythonRefusal(
      'python-stepping',
      steppedAt,
      'the scheduler is stepped before the update of the same pass; PyTorch steps it after',
      { accepted: 'optimizer.step(); scheduler.step()' },
    );
  }
}

/** A value that is assigned in a loop or under a condition is another one, or none, at other times. */
function lasting(name: string, value: Value, line: number, { loops, blocked, frequency }: Place): Value {
  const isCertain = loops.length === 0 && blocked === undefined && frequency === 1;
  if (isCertain || value.type === 'unknown') return value;
  return unknownValue(line, `the value of ${name} depends on the loop or the condition around line ${line}`);
}

function isMainGuard(condition: Expression): boolean {
  return (
    condition.type === 'comparison' && condition.left.type === 'name' && condition.left.name === '__name__'
  );
}

function tryParse(tokens: readonly Token[], line: number): Expression | undefined {
  try {
    return parseExpression(tokens, line);
  } catch (error) {
    if (error instanceof PythonRefusal) return undefined;
    throw error;
  }
}
