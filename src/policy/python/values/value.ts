/** What an expression of a training script comes to, as far as it matters for schedulers. */
import type { FormulaNode } from '../../formula/formula-node.js';
import type { SchedulerType } from '../../schema/scheduler-parameters.js';
import type { Expression, Parameter } from '../../syntax/expression.js';
import type { Body } from '../syntax/statement.js';
import type { Cell } from './cell.js';
import type { Loop } from './loop.js';

/** The variables of a module, a function or a class. */
export interface Scope {
  readonly variables: Map<string, Cell<Value | undefined>>;
  readonly parent: Scope | undefined;
  /** Names that a function takes from elsewhere: `global x`. */
  readonly outer: Map<string, Scope>;
  readonly isClass: boolean;
}

/** A key of a dictionary. */
export type Key = string | number | boolean | null;

/** A list, a tuple or a set. */
export interface SequenceValue {
  readonly type: 'sequence';
  readonly kind: 'list' | 'tuple' | 'set';
  /** Unknown where it was changed in a way that is not followed. */
  readonly items: Cell<readonly Value[] | UnknownValue>;
}

/** A dictionary. */
export interface DictionaryValue {
  readonly type: 'dictionary';
  readonly entries: Cell<ReadonlyMap<Key, Value> | UnknownValue>;
}

/** `range(…)`, as far as its bounds are known. */
export interface RangeValue {
  readonly type: 'range';
  readonly start: Value;
  readonly stop: Value;
  readonly step: number | undefined;
  /** What stands in the brackets. */
  readonly text: string;
}

/** A function or lambda of the program. */
export interface FunctionValue {
  readonly type: 'function';
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: Body;
  readonly scope: Scope;
  readonly line: number;
  /** The values of its parameters' defaults, by name. */
  readonly fallbacks: ReadonlyMap<string, Value>;
  readonly isGenerator: boolean;
  readonly decorators: readonly string[];
  /** What decorators of the program make of it, which is called in its place, and the object whose method that is. */
  readonly made?: { readonly called: FunctionValue; readonly self: Value | undefined };
  /** Arguments that are bound already: those of functools.partial. */
  readonly bound: readonly CallArgument[];
}

/** An argument that has its value. */
export interface CallArgument {
  /** Undefined by position. */
  readonly name: string | undefined;
  readonly value: Value;
  readonly expression: Expression;
}

/** A class of the program. */
export interface ClassValue {
  readonly type: 'class';
  readonly name: string;
  readonly bases: readonly Value[];
  readonly scope: Scope;
  readonly line: number;
  readonly isDataclass: boolean;
}

/** An object of a class of the program. */
export interface InstanceValue {
  readonly type: 'instance';
  readonly class: ClassValue;
  readonly attributes: Map<string, Cell<Value | undefined>>;
  readonly line: number;
}

/** Something that a path names: a module, or what was imported from one. */
interface PathValue {
  readonly type: 'path';
  readonly path: string;
  /** Whether the program imports it; otherwise everybody calls it so. */
  readonly isImported: boolean;
}

/** A method that is not called yet. */
interface MethodValue {
  readonly type: 'method';
  readonly object: Value;
  readonly name: string;
}

/** An optimizer. */
export interface OptimizerValue {
  readonly type: 'optimizer';
  readonly line: number;
  /** The class and the options, as far as they are known. */
  readonly class: string | undefined;
  readonly options: ReadonlyMap<string, Value>;
  readonly groups: readonly ReadonlyMap<string, Value>[] | undefined;
  /** What the program calls it where it is built or first used. */
  readonly name: string;
}

/** A scheduler that the script constructs. */
export interface SchedulerValue {
  readonly type: 'scheduler';
  readonly class: SchedulerType;
  /** Where it is constructed. */
  readonly line: number;
  readonly optimizer: OptimizerValue;
  /** The parameters as a policy has them, the composites' children excepted. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The functions among the parameters, to be read again wherever it is stepped. */
  readonly functions: readonly {
    readonly value: FunctionValue;
    readonly text: string;
    readonly argument: string;
  }[];
  readonly children: readonly SchedulerValue[];
  /** Whether it reads a metric that is handed to it before it is stepped: a composite over adapters. */
  readonly passMetrics: boolean;
  /** Whether it comes from a library that steps its schedulers once an update. */
  readonly isPerUpdate: boolean;
  /** Whether toPyTorch's adapter is around it. */
  readonly isAdapter: boolean;
  /** The composite that took it in, if any. */
  readonly parent: Cell<SchedulerValue | undefined>;
}

/** A value that the code does not tell. */
export interface UnknownValue {
  readonly type: 'unknown';
  readonly line: number;
  /** What stands in the code. */
  readonly text: string;
  /** Why it is not known. */
  readonly reason: string;
  /** The values that would have to be known; itself where nothing smaller can be asked for. */
  readonly roots: readonly UnknownValue[];
  /** Whether it may be another one each time. */
  readonly varies: boolean;
  /** The optimizers and schedulers that it may hold. */
  readonly holds: ReadonlySet<OptimizerValue | SchedulerValue>;
  readonly attributes: Map<string, Cell<Value | undefined>>;
  /** The loop whose passes it counts, and by how much it is ahead. */
  readonly counts?: { readonly loop: Loop; readonly offset: number };
  /** `counter % modulus`. */
  readonly remainder?: { readonly loop: Loop; readonly offset: number; readonly modulus: Value };
  /** A condition that holds in every n-th pass of a loop. */
  readonly every?: {
    readonly loop: Loop;
    readonly modulus: Value;
    readonly phase: number;
    readonly isNegated: boolean;
  };
  /** Whether it is a condition, so that the question is whether it holds. */
  readonly isCondition?: boolean;
  /** What the iterable says about the passes of a loop over it. */
  readonly iterates?: string;
  /** Whether it is a part of a scheduler, so that who changes it changes the scheduler. */
  readonly isOfScheduler?: boolean;
  /** The optimizer that it turned out to be. */
  readonly optimizer?: Cell<OptimizerValue | undefined>;
}

/** Any value. */
export type Value =
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'none' }
  /** A number that depends on the argument of the function that is read as a formula. */
  | { readonly type: 'formula'; readonly node: FormulaNode }
  | { readonly type: 'groups' | 'group'; readonly optimizer: OptimizerValue }
  | SequenceValue
  | DictionaryValue
  | RangeValue
  | FunctionValue
  | ClassValue
  | InstanceValue
  | PathValue
  | MethodValue
  | OptimizerValue
  | SchedulerValue
  | UnknownValue;
