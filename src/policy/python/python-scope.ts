/** What the names of a script stand for at the place that is being read. */
import { isSchedulerType } from '../schema/scheduler-parameters.js';
import type { Expression } from './python-expression.js';
import type { FormulaScope } from './python-formula.js';
import { PythonNames } from './python-names.js';
import { PythonRefusal } from './python-refusal.js';
import { topLevelPositions } from './python-statements.js';
import type { Statement } from './python-statements.js';
import type { Token } from './python-tokens.js';
import { holdsScheduler } from './python-value.js';
import type { Value } from './python-value.js';

/** The operators that assign. */
export const assignmentOperators = [
  ...['=', '+=', '-=', '*=', '/=', '//=', '%=', '**=', '&=', '|=', '^=', '@=', '>>=', '<<='],
] as const;

/** The variables of a script, its imports, and the optimizer that its schedulers work on. */
export class PythonScope {
  readonly names = new PythonNames((name) => this.assigned.has(name));
  private readonly variables = new Map<string, Value>();
  /** How often the script assigns each name. */
  private readonly assigned = new Map<string, number>();
  private optimizer: string | undefined;

  constructor(statements: readonly Statement[]) {
    this.countAssignments(statements);
  }

  /** The value of a variable, if it has one yet. */
  get(name: string): Value | undefined {
    return this.variables.get(name);
  }

  /** Gives a variable a value. */
  set(name: string, value: Value): void {
    this.variables.set(name, value);
  }

  /** Whether a name is the optimizer that schedulers were built on. */
  isOptimizer(name: string): boolean {
    return name === this.optimizer;
  }

  /**
   * Notes the optimizer that a scheduler is built on.
   *
   * @throws PythonRefusal unless it is a name, the same for all, that is assigned at most once.
   */
  noteOptimizer(type: string, expression: Expression): void {
    const name = expression.type === 'name' ? expression.name : '';
    this.optimizer ??= name;
    if (name !== '' && this.optimizer === name && (this.assigned.get(name) ?? 0) < 2) return;
    throw new PythonRefusal(
      'python-unsupported',
      expression.line,
      `${type}: all schedulers of a policy work on one optimizer, which has one name and gets its value once`,
      { received: name },
    );
  }

  /** What a function of one parameter may use. */
  formulaScope(parameter: string): FormulaScope {
    return {
      parameter,
      mathMember: (expression) => this.names.mathMember(expression),
      isBuiltIn: (name) => this.names.isBuiltIn(name),
      numberOf: (name, line) => {
        const value = this.variables.get(name);
        if (value?.type === 'number' && this.assigned.get(name) === 1) return value.value;
        const reason =
          value?.type === 'number'
            ? `${name} has more than one value in the code, and the function sees the last`
            : `${name} is not a number that the code gives`;
        throw new PythonRefusal('python-value', line, reason, { received: name, accepted: parameter });
      },
    };
  }

  /** Whether tokens name a scheduler's class, or a variable that holds a scheduler. */
  isMention(tokens: readonly Token[]): boolean {
    return tokens.some(({ type, text }) => {
      if (type !== 'name') return false;
      const value = this.variables.get(text);
      return isSchedulerType(text) || (value !== undefined && holdsScheduler(value));
    });
  }

  /** @throws PythonRefusal if tokens are about a scheduler. */
  refuseMention(tokens: readonly Token[], reason: string): void {
    const token = tokens.find((candidate) => this.isMention([candidate]));
    if (token) throw new PythonRefusal('python-unsupported', token.line, reason, { received: token.text });
  }

  /** Whether tokens name a variable that holds an optimizer. */
  mentionsOptimizer(tokens: readonly Token[]): boolean {
    return tokens.some(({ type, text }) => type === 'name' && this.variables.get(text)?.type === 'optimizer');
  }

  private countAssignments(statements: readonly Statement[]): void {
    const count = ({ type, text }: Token): void => {
      if (type === 'name') this.assigned.set(text, (this.assigned.get(text) ?? 0) + 1);
    };
    for (const { tokens, body } of statements) {
      const word = tokens[0].text;
      if (body === undefined) {
        targetsOf(tokens).forEach(count);
      } else if (word === 'def' || word === 'class') {
        // The names inside are its own.
        tokens.slice(1, 2).forEach(count);
      } else {
        if (word === 'for')
          tokens
            .slice(
              1,
              tokens.findIndex(({ text }) => text === 'in'),
            )
            .forEach(count);
        this.countAssignments(body);
      }
    }
  }
}

/** The position of the last assignment operator of a simple statement; -1 if it assigns nothing. */
export function lastAssignment(tokens: readonly Token[]): number {
  return Math.max(-1, ...assignmentOperators.flatMap((operator) => topLevelPositions(tokens, operator)));
}

/** The names that a simple statement assigns; `a.b = 1` and `a[0] = 1` assign none. */
function targetsOf(tokens: readonly Token[]): Token[] {
  return tokens.slice(0, Math.max(0, lastAssignment(tokens))).filter((_, index) => {
    const next = tokens.at(index + 1)?.text;
    return next !== '.' && next !== '[' && (index === 0 || tokens[index - 1].text !== '.');
  });
}
