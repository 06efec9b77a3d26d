/** What an expression of a training script comes to, as far as it matters for schedulers. */
import type { FormulaNode } from '../formula/formula-node.js';
import type { SchedulerType } from '../schema/scheduler-parameters.js';
import type { Expression, Parameter } from '../syntax/expression.js';
import { Cell } from './journal.js';
import type { Statement } from './statement.js';
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
  readonly body: readonly Statement[] | Expression;
  readonly scope: Scope;
  readonly line: number;
  /** The values of its parameters' defaults, by name. */
  readonly fallbacks: ReadonlyMap<string, Value>;
  readonly isGenerator: boolean;
  readonly decorators: readonly string[];
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
export interface PathValue {
  readonly type: 'path';
  readonly path: string;
  /** Whether the program imports it; otherwise everybody calls it so. */
  readonly isImported: boolean;
}

/** A method that is not called yet. */
export interface MethodValue {
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
  /** A condition that holds in every so-manieth pass of a loop. */
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

export const none: Value = { type: 'none' };

export function numberValue(value: number): Value {
  return { type: 'number', value };
}

export function booleanValue(value: boolean): Value {
  return { type: 'boolean', value };
}

export function stringValue(value: string): Value {
  return { type: 'string', value };
}

export function sequenceValue(kind: SequenceValue['kind'], items: readonly Value[]): SequenceValue {
  return { type: 'sequence', kind, items: new Cell<readonly Value[] | UnknownValue>(items) };
}

export function dictionaryValue(entries: ReadonlyMap<Key, Value>): DictionaryValue {
  return { type: 'dictionary', entries: new Cell<ReadonlyMap<Key, Value> | UnknownValue>(entries) };
}

/** The items of a sequence; undefined where they are not known. */
export function itemsOf(value: Value): readonly Value[] | undefined {
  if (value.type !== 'sequence') return undefined;
  const { content } = value.items;
  return isUnknown(content) ? undefined : content;
}

/** The entries of a dictionary; undefined where they are not known. */
export function entriesOf(value: Value): ReadonlyMap<Key, Value> | undefined {
  if (value.type !== 'dictionary') return undefined;
  const { content } = value.entries;
  return isUnknown(content) ? undefined : content;
}

export function isUnknown(content: unknown): content is UnknownValue {
  return typeof content === 'object' && content !== null && 'type' in content && content.type === 'unknown';
}

/** A number, also where it is a boolean. */
export function numberOf(value: Value | undefined): number | undefined {
  if (value?.type === 'number') return value.value;
  return value?.type === 'boolean' ? Number(value.value) : undefined;
}

/** An optimizer or scheduler. */
export type Entity = OptimizerValue | SchedulerValue;

/** How far {@link entitiesIn} looks. */
export interface Reach {
  /** Whether objects, functions and their variables are looked into. */
  readonly intoObjects: boolean;
}

const mostVisited = 5000;

/** The optimizers and schedulers that can be reached from a value. */
export function entitiesIn(values: readonly Value[], { intoObjects }: Reach): Set<Entity> {
  const found = new Set<Entity>();
  const seen = new Set<unknown>();
  const open: (Value | undefined)[] = [...values];
  const visitCells = (cells: Iterable<Cell<Value | undefined>>): void => {
    for (const { content } of cells) open.push(content);
  };
  while (open.length > 0 && seen.size < mostVisited) {
    const value = open.pop();
    if (value === undefined || seen.has(value)) continue;
    seen.add(value);
    switch (value.type) {
      case 'optimizer':
      case 'scheduler':
        found.add(value);
        break;
      case 'groups':
      case 'group':
        found.add(value.optimizer);
        break;
      case 'sequence':
        if (isUnknown(value.items.content)) open.push(value.items.content);
        else open.push(...value.items.content);
        break;
      case 'dictionary':
        if (isUnknown(value.entries.content)) open.push(value.entries.content);
        else open.push(...value.entries.content.values());
        break;
      case 'method':
        open.push(value.object);
        break;
      case 'unknown':
        if (value.optimizer?.content) found.add(value.optimizer.content);
        for (const entity of value.holds) found.add(entity);
        visitCells(value.attributes.values());
        break;
      case 'instance':
        if (intoObjects) visitCells(value.attributes.values());
        break;
      case 'function':
        for (const { value: bound } of value.bound) open.push(bound);
        break;
      default:
        break;
    }
  }
  return found;
}

/** Prints a value for a message. */
export function describeValue(value: Value): string {
  switch (value.type) {
    case 'number':
      return String(value.value);
    case 'string':
      return JSON.stringify(value.value.slice(0, 60));
    case 'boolean':
      return value.value ? 'True' : 'False';
    case 'none':
      return 'None';
    case 'sequence': {
      const items = itemsOf(value);
      return items === undefined ? 'a list that is not known' : `a ${value.kind} of ${items.length}`;
    }
    case 'dictionary':
      return 'a dictionary';
    case 'range':
      return `range(${value.text})`;
    case 'function':
      return 'a function';
    case 'class':
      return `the class ${value.name}`;
    case 'instance':
      return `a ${value.class.name}`;
    case 'path':
      return value.path;
    case 'method':
      return `the method ${value.name}`;
    case 'scheduler':
      return value.class;
    case 'optimizer':
      return 'an optimizer';
    case 'groups':
    case 'group':
      return 'the param groups';
    case 'formula':
      return 'a number that depends on the epoch';
    case 'unknown':
      return value.reason;
  }
}

/** The same items, of which any may be missing. */
export function perhaps<Item>(items: readonly Item[]): readonly (Item | undefined)[] {
  return items;
}
