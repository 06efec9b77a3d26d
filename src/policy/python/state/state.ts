/** All that the reading of a program knows at one moment: variables, what was built, what has happened. */
import { monitors } from '../../policy.js';
import type { Expression } from '../../syntax/expression.js';
import { keyOf } from '../outcome/answers.js';
import type { Answer, PyTorchNote, PyTorchNoteCode } from '../outcome/answers.js';
import { Cell, cellsSoFar } from '../values/cell.js';
import { entitiesIn } from '../values/entities.js';
import type { Entity } from '../values/entities.js';
import type { Loop } from '../values/loop.js';
import { booleanValue, isUnknown, numberValue, stringValue } from '../values/make-values.js';
import type {
  InstanceValue,
  OptimizerValue,
  SchedulerValue,
  Scope,
  UnknownValue,
  Value,
} from '../values/value.js';
import { Budget } from './budget.js';
import type { Frame, OpenLoop } from './frame.js';
import { Journal } from './journal.js';
import type { TraceNode } from './trace.js';

/** The details of an unknown value that are not the usual ones. */
type UnknownDetails = Partial<
  Pick<
    UnknownValue,
    | 'roots'
    | 'varies'
    | 'holds'
    | 'counts'
    | 'remainder'
    | 'every'
    | 'iterates'
    | 'isCondition'
    | 'isOfScheduler'
  >
>;

/** One reading: what it knows, and what it has done so far. */
export class State {
  readonly budget = new Budget();
  readonly journal = new Journal();
  readonly module: Scope = { variables: new Map(), parent: undefined, outer: new Map(), isClass: false };
  readonly free = new Map<string, UnknownValue>();
  /** All schedulers in the order of their construction, children included. */
  readonly schedulers = new Cell<readonly SchedulerValue[]>([]);
  readonly optimizers = new Cell<readonly OptimizerValue[]>([]);
  /** The metric that was put into toPyTorch's adapter and not used yet. */
  readonly handed = new Cell<Value | undefined>(undefined);
  /** The optimizers and schedulers that the Trainer of Hugging Face is given. */
  readonly handedToTrainer = new Cell<readonly Value[]>([]);
  readonly notes = new Map<string, PyTorchNote>();
  /** Modules all of whose names were imported. */
  readonly stars: string[] = [];
  readonly frames: Frame[] = [];
  readonly loops: OpenLoop[] = [];
  /** The bodies of the functions that were read. */
  readonly called = new Set<unknown>();
  /** The objects of the program's classes, in the order in which they were made. */
  readonly instances: InstanceValue[] = [];
  /** What the program calls its optimizers. */
  readonly names = new Map<OptimizerValue, string>();
  /** What `enumerate` made of known items, and the number that it begins with. */
  readonly enumerated = new Map<Value, number>();
  /** The sequences that the objects of subscripts came to. */
  readonly lists = new Map<Expression, Value>();
  /** Whether a formula is being read: nothing may be changed then. */
  formulas = 0;
  trace: TraceNode[] = [];
  /** Whether code is being read that is not the program's, but a library's. */
  isInLibrary = false;
  private readonly source: string;
  private readonly answers: ReadonlyMap<string, Answer>;

  constructor(source: string, answers: ReadonlyMap<string, Answer>) {
    this.source = source;
    this.answers = answers;
  }

  /** The function that is being read, or the module. */
  get frame(): Frame {
    return this.frames[this.frames.length - 1];
  }

  /** The loops around, those that are read pass by pass left out. */
  get symbolicLoops(): Loop[] {
    return this.loops.flatMap(({ loop }) => loop ?? []);
  }

  /** What stands in the code. */
  textOf({ start, end }: Pick<Expression, 'start' | 'end'>): string {
    const text = this.source.slice(start, end).replaceAll(/\s+/g, ' ').trim();
    return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
  }

  /** The answer that was given for an expression, as a value. */
  answerFor(text: string): Value | undefined {
    if (this.answers.size === 0) return undefined;
    const answer = this.answers.get(keyOf(text));
    if (typeof answer === 'number') return numberValue(answer);
    if (typeof answer === 'boolean') return booleanValue(answer);
    // Which metric or which optimizer is meant is not a value of the program.
    const isChoice = monitors.some((monitor) => monitor === answer) || text === 'optimizer';
    return answer === undefined || isChoice ? undefined : stringValue(answer);
  }

  /** Whether a choice was made. */
  choiceFor(text: string): string | undefined {
    const answer = this.answers.get(keyOf(text));
    return answer === undefined ? undefined : String(answer);
  }

  /** A value that is not followed any further. */
  unknown(text: string, line: number, reason: string, details: UnknownDetails = {}): UnknownValue {
    const value: UnknownValue = {
      type: 'unknown',
      line,
      text,
      reason,
      roots: [],
      varies: this.loops.length > 0 || this.formulas > 0,
      holds: new Set(),
      attributes: new Map(),
      optimizer: new Cell<OptimizerValue | undefined>(undefined),
      ...details,
    };
    if (value.roots.length > 0) return value;
    (value as { roots: readonly UnknownValue[] }).roots = [value];
    return value;
  }

  /** An unknown value that is computed from others. */
  derived(
    text: string,
    line: number,
    operands: readonly Value[],
    details: UnknownDetails = {},
  ): UnknownValue {
    const unknowns = operands.filter(isUnknown);
    const roots = [...new Set(unknowns.flatMap((operand) => operand.roots))].slice(0, 40);
    const reason = unknowns.at(0)?.reason ?? `what ${text} gives is not known`;
    // What is known and still has no value is an error, or depends on the argument of a function: nobody can be asked.
    const isOwn = operands.length > 0 && unknowns.length === 0;
    const varies =
      isOwn || unknowns.some((operand) => operand.varies) || operands.some(({ type }) => type === 'formula');
    return this.unknown(text, line, reason, { roots, varies, ...details });
  }

  /** A list or a dictionary that is changed in a way that is not followed. */
  changed(kind: 'list' | 'dictionary', text: string, line: number, holds: ReadonlySet<Entity>): UnknownValue {
    return this.unknown(text, line, `the ${kind} is changed in line ${line}`, { holds, varies: true });
  }

  /** Changes something. @throws PythonRefusal while a formula is read, if it was there before. */
  write<Content>(cell: Cell<Content>, content: Content): void {
    this.journal.write(cell, content);
  }

  /** How many cells there are: those made later are born after it. */
  cellsNow(): number {
    return cellsSoFar();
  }

  /** A new cell. */
  cell<Content>(content: Content): Cell<Content> {
    return new Cell(content);
  }

  /** Notes something about the program, and nothing about the code of a library that it calls. */
  note(code: PyTorchNoteCode, line: number, value: string, message: string): void {
    if (this.isInLibrary) return;
    const key = `${code}:${['branch-taken', 'entry', 'training-elsewhere', 'per-update', 'per-epoch'].includes(code) ? value : ''}`;
    if (!this.notes.has(key)) this.notes.set(key, { code, line, value, message });
  }

  emit(node: TraceNode): void {
    this.trace.push(node);
  }

  /** What would have to be known for a condition: numbers in it, or whether it holds. */
  conditionRoots(test: UnknownValue, text: string, line: number): readonly UnknownValue[] {
    if (!test.isCondition && !test.roots.includes(test)) return test.roots;
    return [
      this.unknown(text, line, `the code does not tell whether ${text}`, {
        isCondition: true,
        varies: test.varies,
      }),
    ];
  }

  /** What a cell may hold if it was changed or not. */
  either(
    cell: Cell,
    one: unknown,
    other: unknown,
    reason: string,
    line: number,
    condition?: readonly UnknownValue[],
  ): unknown {
    if (one === other) return one;
    if (isSameValue(one, other)) return one;
    const values = [one, other].flatMap(valuesIn);
    // Of a list of built things the longer one is the truth about order; who needs it looks at both.
    if (cell === (this.schedulers as Cell) || cell === (this.optimizers as Cell)) return one;
    const holds: ReadonlySet<Entity> = entitiesIn(values);
    const unknowns = values.filter(isUnknown);
    const roots = condition && unknowns.length === 0 ? condition : undefined;
    return this.unknown(unknowns.at(0)?.text ?? '', line, reason, {
      holds,
      varies: condition === undefined,
      ...(roots && { roots }),
    });
  }
}

function valuesIn(content: unknown): Value[] {
  if (content === undefined || content === null) return [];
  if (Array.isArray(content)) return content as Value[];
  if (content instanceof Map) return Array.from((content as Map<unknown, Value>).values());
  return typeof content === 'object' && 'type' in content ? [content as Value] : [];
}

function isSameValue(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  const [a, b] = [one as Value, other as Value];
  if (a.type === 'none') return b.type === 'none';
  if ((a.type === 'number' || a.type === 'string' || a.type === 'boolean') && a.type === b.type)
    return a.value === b.value;
  return a.type === 'path' && b.type === 'path' && a.path === b.path;
}
