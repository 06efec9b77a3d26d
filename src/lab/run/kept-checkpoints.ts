import type { Checkpoint } from '../../training/index.js';

/** Bytes that the checkpoints of a lab may take. */
const usualBytes = 64 * 2 ** 20;

/** How many checkpoints of a lab are kept: the browser keeps each under a key of its own. */
const usualCount = 256;

/**
 * The page's memory for checkpoints, which all runs of a lab share. A checkpoint that several runs hold, such as a parent
 * and its forks, counts once.
 */
export class CheckpointBudget {
  private readonly most: number;
  private readonly mostCheckpoints: number;
  private readonly lists = new Set<KeptCheckpoints>();
  /** How many runs hold each. */
  private readonly holders = new Map<Checkpoint, number>();
  private used = 0;

  /** @param most bytes */
  constructor(most = usualBytes, mostCheckpoints = usualCount) {
    this.most = most;
    this.mostCheckpoints = mostCheckpoints;
  }

  /** Bytes of all held checkpoints. */
  get bytes(): number {
    return this.used;
  }

  /** Adds a run's list, with all that it holds and will hold. */
  admit(list: KeptCheckpoints): void {
    this.lists.add(list);
    for (const checkpoint of list.all) this.hold(checkpoint);
    this.fit();
  }

  /** Removes a run's list. */
  dismiss(list: KeptCheckpoints): void {
    if (!this.lists.delete(list)) return;
    for (const checkpoint of list.all) this.release(checkpoint);
  }

  hold(checkpoint: Checkpoint): void {
    const holders = this.holders.get(checkpoint) ?? 0;
    if (holders === 0) this.used += bytesOf(checkpoint);
    this.holders.set(checkpoint, holders + 1);
  }

  release(checkpoint: Checkpoint): void {
    const holders = (this.holders.get(checkpoint) ?? 0) - 1;
    if (holders > 0) this.holders.set(checkpoint, holders);
    else if (this.holders.delete(checkpoint)) this.used -= bytesOf(checkpoint);
  }

  /** Thins out the checkpoints of the run with the most, until all of them fit. */
  fit(): void {
    while (this.used > this.most || this.holders.size > this.mostCheckpoints) {
      let longest: KeptCheckpoints | undefined;
      for (const list of this.lists) if (!longest || list.all.length > longest.all.length) longest = list;
      if (!longest?.thinOut()) return;
    }
  }
}

/**
 * The checkpoints of one run, in the page's memory, by step. Each holds what had acted before its step and nothing that
 * acted at it. The first and the latest are always kept, however large they are: early steps are replayed from the first,
 * and the run continues from the latest after a loss. Between them the older ones are further apart: the steps from a
 * checkpoint to the next grow with their distance from the present, so that any step is reached again by training a small
 * part of the way.
 */
export class KeptCheckpoints {
  private readonly kept: Checkpoint[];
  private budget: CheckpointBudget;

  constructor(kept: readonly Checkpoint[] = [], budget = new CheckpointBudget()) {
    this.kept = [...kept];
    this.budget = budget;
    budget.admit(this);
  }

  /** All of them in the order of their steps, as a view that changes with the list. */
  get all(): readonly Checkpoint[] {
    return this.kept;
  }

  /** Moves its checkpoints to another budget. */
  moveTo(budget: CheckpointBudget): void {
    this.budget.dismiss(this);
    this.budget = budget;
    budget.admit(this);
  }

  /** Adds a checkpoint; it replaces one of the same step. */
  keep(fresh: Checkpoint): void {
    const index = this.kept.findLastIndex(({ step }) => step <= fresh.step);
    const isSameStep = index >= 0 && this.kept[index].step === fresh.step;
    // Before the old one is released: it may be the same.
    this.budget.hold(fresh);
    if (isSameStep) this.budget.release(this.kept[index]);
    this.kept.splice(isSameStep ? index : index + 1, isSameStep ? 1 : 0, fresh);
    this.budget.fit();
  }

  /** Removes a checkpoint, such as one that does not fit the run. */
  drop(useless: Checkpoint): void {
    const index = this.kept.indexOf(useless);
    if (index < 0) return;
    this.kept.splice(index, 1);
    this.budget.release(useless);
  }

  /**
   * Removes the one whose neighbours are closest to each other, compared with its distance from the latest; returns false
   * when there is none between the first and the latest.
   */
  thinOut(): boolean {
    const { kept } = this;
    const last = kept.length - 1;
    let dropped = 0;
    let closest = Infinity;
    for (let index = 1; index < last; index += 1) {
      const gap = (kept[index + 1].step - kept[index - 1].step) / (kept[last].step - kept[index].step);
      if (gap >= closest) continue;
      closest = gap;
      dropped = index;
    }
    if (dropped === 0) return false;
    for (const removed of kept.splice(dropped, 1)) this.budget.release(removed);
    return true;
  }

  /** The latest at or before a step. */
  before(step: number): Checkpoint | undefined {
    return this.kept.findLast((kept) => kept.step <= step);
  }
}

const known = new WeakMap<Checkpoint, number>();

/** The bytes of a checkpoint's arrays; the rest of it is small. They are counted once: a checkpoint does not change. */
export function bytesOf(checkpoint: Checkpoint): number {
  let bytes = known.get(checkpoint);
  if (bytes === undefined) {
    bytes = countBytes(checkpoint);
    known.set(checkpoint, bytes);
  }
  return bytes;
}

function countBytes(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, inner) => sum + countBytes(inner), 0);
}
