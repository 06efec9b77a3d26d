/**
 * A policy while it is edited: a tree of schedulers whose values may still be wrong. It holds what a person types as
 * it is; `parsePolicy` reports the errors, with the same paths as here. Every edit returns a new tree.
 */
import {
  type Interval,
  isSchedulerType,
  type Monitor,
  parametersOf,
  type Policy,
  type SchedulerSpec,
  type SchedulerType,
} from '../../../src/policy/index.js';

/** A scheduler with any values; composites hold their children in `schedulers`. */
export interface DraftSpec {
  readonly type: SchedulerType;
  readonly [parameter: string]: unknown;
}

/** An entry with any values. */
export interface DraftEntry {
  readonly scheduler: DraftSpec;
  readonly interval: Interval;
  readonly frequency: unknown;
  readonly monitor?: Monitor;
}

/** The way to a value: `[0, 'scheduler', 'schedulers', 1, 'gamma']`. */
export type Path = readonly (string | number)[];

/** A path as a text, to compare it and to find what is at it. */
export const keyOf = (path: Path): string => path.join('.');

/** Whether a path leads to what is at another, or into it. */
export const startsWith = (path: Path, start: Path): boolean =>
  start.every((key, index) => path[index] === key);

/** The tree of a valid policy. */
export function treeOf(policy: Policy): readonly DraftEntry[] {
  return structuredClone(policy);
}

/** The value at a path; undefined if the path leads nowhere. */
export function valueAt(tree: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null
        ? (value as Record<string | number, unknown>)[key]
        : undefined,
    tree,
  );
}

/** The scheduler at a path. */
export function specAt(tree: readonly DraftEntry[], path: Path): DraftSpec | undefined {
  const spec = valueAt(tree, path);
  return isSpec(spec) ? spec : undefined;
}

function isSpec(value: unknown): value is DraftSpec {
  return typeof value === 'object' && value !== null && 'type' in value && isSchedulerType(value.type);
}

/** The tree with another value at a path; undefined removes the key, so that PyTorch's default applies. */
export function withValue<Tree>(tree: Tree, path: Path, value: unknown): Tree {
  if (path.length === 0) return value as Tree;
  const [key, ...rest] = path;
  const inner = withValue(valueAt(tree, [key]), rest, value);
  if (Array.isArray(tree)) return tree.with(Number(key), inner) as Tree;
  const copy: Record<string | number, unknown> = { ...(tree as object), [key]: inner };
  if (inner === undefined) Reflect.deleteProperty(copy, key);
  return copy as Tree;
}

/** The schedulers inside one; only composites have any. */
export function childrenOf(spec: DraftSpec): readonly DraftSpec[] {
  return isComposite(spec.type) && Array.isArray(spec.schedulers) ? spec.schedulers.filter(isSpec) : [];
}

/** Whether schedulers of this class contain others. */
export function isComposite(type: SchedulerType): boolean {
  return 'schedulers' in parametersOf(type);
}

/** Whether a scheduler takes a metric. */
export function watches(spec: DraftSpec): boolean {
  return spec.type === 'ReduceLROnPlateau' || childrenOf(spec).some(watches);
}

/** The position of a card, in the policy itself or in a composite. */
export interface CardPosition {
  /** The composite; undefined for a card of the policy itself. */
  readonly parent: Path | undefined;
  readonly index: number;
  /** How many cards the list has. */
  readonly count: number;
}

/** The position of the scheduler at a path. */
export function cardPositionOf(tree: readonly DraftEntry[], path: Path): CardPosition {
  if (path.length <= 2) return { parent: undefined, index: Number(path[0]), count: tree.length };
  const parent = path.slice(0, -2);
  const count = childrenOf(specAt(tree, parent)!).length;
  return { parent, index: Number(path.at(-1)), count };
}

/** The path of the card at an index of the same list. */
export function siblingPath(path: Path, index: number): Path {
  return path.length <= 2 ? [index, 'scheduler'] : [...path.slice(0, -1), index];
}

/** A tree, and the card that is selected in it. */
export interface Edit {
  readonly tree: readonly DraftEntry[];
  readonly path: Path | undefined;
}

/**
 * Whether a card can move to another index of its list: the index exists, and no composite leaves the first position
 * of a sequence, because PyTorch starts no composite at a milestone.
 */
export function canMove(tree: readonly DraftEntry[], path: Path, to: number): boolean {
  const { parent, index, count } = cardPositionOf(tree, path);
  if (to < 0 || to >= count || to === index) return false;
  const sequence = parent && specAt(tree, parent);
  if (sequence?.type !== 'SequentialLR') return true;
  const before = childrenOf(sequence);
  return misplaced(moved(before, index, to)) <= misplaced(before);
}

function misplaced([, ...later]: readonly DraftSpec[]): number {
  return later.filter(({ type }) => isComposite(type)).length;
}

function moved<Item>(list: readonly Item[], from: number, to: number): readonly Item[] {
  return list.toSpliced(from, 1).toSpliced(to, 0, list[from]);
}

/** Moves a card to another index of its list. Milestones stay: they are points in time, not parts of a card. */
export function moveCard(tree: readonly DraftEntry[], path: Path, to: number): Edit {
  const { parent, index, count } = cardPositionOf(tree, path);
  const target = Math.min(Math.max(to, 0), count - 1);
  const next =
    parent === undefined
      ? moved(tree, index, target)
      : withValue(tree, [...parent, 'schedulers'], moved(childrenOf(specAt(tree, parent)!), index, target));
  return { tree: next, path: siblingPath(path, target) };
}

/** Removes a card. A composite with a single scheduler left becomes that scheduler; an empty one is removed too. */
export function removeCard(tree: readonly DraftEntry[], path: Path): Edit {
  const { parent, index, count } = cardPositionOf(tree, path);
  if (parent === undefined) {
    const next = tree.toSpliced(index, 1);
    return {
      tree: next,
      path: next.length === 0 ? undefined : [Math.min(index, next.length - 1), 'scheduler'],
    };
  }
  const composite = specAt(tree, parent)!;
  const left = childrenOf(composite).toSpliced(index, 1);
  if (left.length === 0) return removeCard(tree, parent);
  if (left.length === 1) return { tree: withMetrics(withValue(tree, parent, left[0])), path: parent };
  const next = withValue(tree, parent, {
    ...composite,
    schedulers: left,
    ...('milestones' in composite && {
      milestones: listOf(composite.milestones).toSpliced(Math.max(0, index - 1), 1),
    }),
  });
  return { tree: withMetrics(next), path: siblingPath(path, Math.min(index, count - 2)) };
}

/**
 * Adds a scheduler after a card: in its sequence, or in a new one.
 *
 * @param end how often the sequence is stepped in total, which suggests the milestone
 */
export function addThen(tree: readonly DraftEntry[], path: Path, added: DraftSpec, end: number): Edit {
  const { parent, index } = cardPositionOf(tree, path);
  const composite = parent && specAt(tree, parent);
  if (composite?.type === 'SequentialLR') {
    const next = withValue(tree, parent!, {
      ...composite,
      schedulers: childrenOf(composite).toSpliced(index + 1, 0, added),
      milestones: withOneMore(listOf(composite.milestones), index, end),
    });
    return { tree: withMetrics(next), path: siblingPath(path, index + 1) };
  }
  const card = specAt(tree, path)!;
  if (card.type === 'SequentialLR') {
    return addThen(tree, [...path, 'schedulers', childrenOf(card).length - 1], added, end);
  }
  const sequence = {
    type: 'SequentialLR',
    schedulers: [card, added],
    milestones: [Math.max(1, Math.round(end / 2))],
  };
  return { tree: withMetrics(withValue(tree, path, sequence)), path: [...path, 'schedulers', 1] };
}

/** Adds a milestone at an index, midway between its neighbours; without space, later milestones move. */
function withOneMore(milestones: readonly unknown[], index: number, end: number): readonly unknown[] {
  // A neighbour may be any typed text; then only the other one counts.
  const from = numberAt(milestones, index - 1) ?? 0;
  const to = numberAt(milestones, index) ?? Math.max(end, from + 2);
  const list = milestones.toSpliced(index, 0, Math.max(from + 1, Math.round((from + to) / 2)));
  for (let next = index + 1; next < list.length && Number(list[next]) <= Number(list[next - 1]); next += 1)
    list[next] = Number(list[next - 1]) + 1;
  return list;
}

/** Adds a scheduler that acts together with a card: in its chain, as another entry, or in a new chain. */
export function addWith(tree: readonly DraftEntry[], path: Path | undefined, added: DraftSpec): Edit {
  if (path === undefined) {
    const next = [...tree, { ...newEntry(added), interval: tree.at(-1)?.interval ?? 'epoch' }];
    return { tree: next, path: [tree.length, 'scheduler'] };
  }
  const { parent, index } = cardPositionOf(tree, path);
  if (parent === undefined) {
    const entry = { ...newEntry(added), interval: tree[index].interval };
    return { tree: tree.toSpliced(index + 1, 0, entry), path: [index + 1, 'scheduler'] };
  }
  const composite = specAt(tree, parent)!;
  if (composite.type === 'ChainedScheduler') {
    const schedulers = childrenOf(composite).toSpliced(index + 1, 0, added);
    return {
      tree: withMetrics(withValue(tree, [...parent, 'schedulers'], schedulers)),
      path: siblingPath(path, index + 1),
    };
  }
  const chain = { type: 'ChainedScheduler', schedulers: [specAt(tree, path)!, added] };
  return { tree: withMetrics(withValue(tree, path, chain)), path: [...path, 'schedulers', 1] };
}

/** Whether a scheduler can act together with a card where the card is: PyTorch starts no composite at a milestone. */
export function canHaveWith(tree: readonly DraftEntry[], path: Path): boolean {
  const { parent, index } = cardPositionOf(tree, path);
  return parent === undefined || specAt(tree, parent)?.type !== 'SequentialLR' || index === 0;
}

/** Replaces a card with another scheduler; a new composite may contain the old one. */
export function replaceCard(tree: readonly DraftEntry[], path: Path, fresh: DraftSpec): Edit {
  return { tree: withMetrics(withValue(tree, path, fresh)), path };
}

/** The schedulers that PyTorch's documentation steps after every batch. */
const perBatch: ReadonlySet<string> = new Set(['CyclicLR', 'OneCycleLR']);

/** The tree in which the entry of a card is stepped as usual for its new type: a cycle is stepped after every batch. */
export function steppedAsUsual(
  tree: readonly DraftEntry[],
  path: Path,
  type: SchedulerType,
): readonly DraftEntry[] {
  const isEntry = path.length <= 2;
  const before = specAt(tree, path)?.type ?? type;
  if (!isEntry || perBatch.has(before) === perBatch.has(type)) return tree;
  const [index] = path;
  const interval = perBatch.has(type) ? 'step' : 'epoch';
  return withValue(withValue(tree, [index, 'interval'], interval), [index, 'frequency'], 1);
}

/** A scheduler as an entry. */
export function newEntry(scheduler: DraftSpec): DraftEntry {
  return { scheduler, interval: 'epoch', frequency: 1 };
}

/**
 * Composites that contain ReduceLROnPlateau pass the metric on. PyTorch cannot do this, so lr-lab asks for
 * `passMetrics`; here the cards already say it.
 */
function withMetrics(tree: readonly DraftEntry[]): readonly DraftEntry[] {
  return tree.map((entry) => ({ ...entry, scheduler: passing(entry.scheduler) }));
}

function passing(spec: DraftSpec): DraftSpec {
  if (!isComposite(spec.type)) return spec;
  const schedulers = childrenOf(spec).map(passing);
  const { passMetrics, ...rest } = spec;
  return { ...rest, schedulers, ...(watches(spec) && { passMetrics: passMetrics ?? true }) };
}

function numberAt(list: readonly unknown[], index: number): number | undefined {
  const value = list[index];
  return typeof value === 'number' ? value : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A valid scheduler as part of a tree. */
export function draftSpec(spec: SchedulerSpec): DraftSpec {
  return spec;
}
