/**
 * A policy while it is being put together: a tree of schedulers whose values may still be wrong. What a person types
 * into a field is put here as it is; `parsePolicy` says what is the matter with it, and the paths of its issues are the
 * paths used here. Every edit returns a new tree.
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

/** A scheduler with any values; composites hold theirs in `schedulers`. */
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

/** Leads to a value: `[0, 'scheduler', 'schedulers', 1, 'gamma']`. */
export type Path = readonly (string | number)[];

/** A policy, ready to be edited. */
export function treeOf(policy: Policy): readonly DraftEntry[] {
  return structuredClone(policy);
}

/** The value at a path; undefined where there is none. */
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

/** The tree with another value at a path; undefined takes a key out, so that PyTorch's default holds. */
export function withValue<Tree>(tree: Tree, path: Path, value: unknown): Tree {
  if (path.length === 0) return value as Tree;
  const [key, ...rest] = path;
  const inner = withValue(valueAt(tree, [key]), rest, value);
  if (Array.isArray(tree)) return tree.with(Number(key), inner) as Tree;
  const copy: Record<string | number, unknown> = { ...(tree as object), [key]: inner };
  if (inner === undefined) Reflect.deleteProperty(copy, key);
  return copy as Tree;
}

/** The schedulers inside one; none but the composites have any. */
export function childrenOf(spec: DraftSpec): readonly DraftSpec[] {
  return isComposite(spec.type) && Array.isArray(spec.schedulers) ? spec.schedulers.filter(isSpec) : [];
}

/** Whether schedulers of this class hold others. */
export function isComposite(type: SchedulerType): boolean {
  return 'schedulers' in parametersOf(type);
}

/** Whether a scheduler is shown a metric. */
export function watches(spec: DraftSpec): boolean {
  return spec.type === 'ReduceLROnPlateau' || childrenOf(spec).some(watches);
}

/** Where a card stands: in the policy itself, or in a composite. */
export interface CardPosition {
  /** The composite; undefined in the policy itself. */
  readonly parent: Path | undefined;
  readonly index: number;
  /** How many cards stand there. */
  readonly count: number;
}

/** Where the scheduler of a path stands. */
export function cardPositionOf(tree: readonly DraftEntry[], path: Path): CardPosition {
  if (path.length <= 2) return { parent: undefined, index: Number(path[0]), count: tree.length };
  const parent = path.slice(0, -2);
  const count = childrenOf(specAt(tree, parent)!).length;
  return { parent, index: Number(path.at(-1)), count };
}

/** The path of the card at a position of the list in which another stands. */
export function siblingPath(path: Path, index: number): Path {
  return path.length <= 2 ? [index, 'scheduler'] : [...path.slice(0, -1), index];
}

/** A tree and the card on which the reader now is. */
export interface Edit {
  readonly tree: readonly DraftEntry[];
  readonly path: Path | undefined;
}

/**
 * Whether a card can be put at another position of its list: there is one, and no composite leaves the first place of a
 * sequence for it, for PyTorch starts none at a milestone.
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

/** Puts a card at another position of its list. Milestones stay: they are points in time, not parts of a card. */
export function moveCard(tree: readonly DraftEntry[], path: Path, to: number): Edit {
  const { parent, index, count } = cardPositionOf(tree, path);
  const target = Math.min(Math.max(to, 0), count - 1);
  const next =
    parent === undefined
      ? moved(tree, index, target)
      : withValue(tree, [...parent, 'schedulers'], moved(childrenOf(specAt(tree, parent)!), index, target));
  return { tree: next, path: siblingPath(path, target) };
}

/** Takes a card out; a composite that is left with a single scheduler gives way to it, and one with none goes too. */
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
 * Lets a scheduler come after a card: in its sequence, or in a new one.
 *
 * @param end how often the sequence is stepped in all, which tells where a milestone makes sense
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

/** Milestones with another at a position, midway between its neighbours; where there is no room, later ones give way. */
function withOneMore(milestones: readonly unknown[], index: number, end: number): readonly unknown[] {
  // A neighbour may be anything that was typed; then the other one alone tells where.
  const from = numberAt(milestones, index - 1) ?? 0;
  const to = numberAt(milestones, index) ?? Math.max(end, from + 2);
  const list = milestones.toSpliced(index, 0, Math.max(from + 1, Math.round((from + to) / 2)));
  for (let next = index + 1; next < list.length && Number(list[next]) <= Number(list[next - 1]); next += 1)
    list[next] = Number(list[next - 1]) + 1;
  return list;
}

/** Lets a scheduler act together with a card: in its chain, as a further entry, or in a new chain. */
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

/** Whether a card can have another beside it where it stands: PyTorch starts no composite at a milestone. */
export function canHaveWith(tree: readonly DraftEntry[], path: Path): boolean {
  const { parent, index } = cardPositionOf(tree, path);
  return parent === undefined || specAt(tree, parent)?.type !== 'SequentialLR' || index === 0;
}

/** Puts another scheduler in a card's place; a composite takes the one that was there in. */
export function replaceCard(tree: readonly DraftEntry[], path: Path, fresh: DraftSpec): Edit {
  return { tree: withMetrics(withValue(tree, path, fresh)), path };
}

/** A scheduler as an entry of its own. */
export function newEntry(scheduler: DraftSpec): DraftEntry {
  return { scheduler, interval: 'epoch', frequency: 1 };
}

/**
 * Composites that hold ReduceLROnPlateau pass the metric on, which PyTorch does not know and lr-lab wants to be told;
 * whoever puts cards together has told it.
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

/** A scheduler that is well formed, as data of the tree. */
export function draftSpec(spec: SchedulerSpec): DraftSpec {
  return spec;
}
