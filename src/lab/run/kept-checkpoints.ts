import type { Checkpoint } from '../../training/index.js';

/** Bytes that the checkpoints of a lab may take. */
const usualRoom = 64 * 2 ** 20;

/**
 * The page's memory for checkpoints, which all runs of a lab share. What several of them hold, as forks hold their
 * parent's, counts once.
 */
export class CheckpointBudget {
  private readonly room: number;
  private readonly lists = new Set<KeptCheckpoints>();
  /** How many runs hold each. */
  private readonly holders = new Map<Checkpoint, number>();
  private used = 0;

  /** @param room bytes */
  constructor(room = usualRoom) {
    this.room = room;
  }

  /** Bytes of all that are held. */
  get bytes(): number {
    return this.used;
  }

  /** Takes in what a run has kept, and all that it will keep. */
  admit(list: KeptCheckpoints): void {
    this.lists.add(list);
    for (const checkpoint of list.all) this.hold(checkpoint);
    this.fit();
  }

  /** Forgets a run. */
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

  /** Lets whichever run has most give its oldest away, until all of them fit. */
  fit(): void {
    while (this.used > this.room) {
      let longest: KeptCheckpoints | undefined;
      for (const list of this.lists) if (!longest || list.all.length > longest.all.length) longest = list;
      if (!longest?.dropOldest()) return;
    }
  }
}

/**
 * The checkpoints of one run, in the page's memory, by step. Each holds what had acted before its step and nothing that
 * acted at it. The first is kept, so that the way back to the beginning stays short, and the latest, from which the run
 * goes on after a loss, however large they are; between them the oldest goes first.
 */
export class KeptCheckpoints {
  private readonly kept: Checkpoint[];
  private room: CheckpointBudget;

  constructor(kept: readonly Checkpoint[] = [], room = new CheckpointBudget()) {
    this.kept = [...kept];
    this.room = room;
    room.admit(this);
  }

  /** In the order of their steps; a view that the next change outdates. */
  get all(): readonly Checkpoint[] {
    return this.kept;
  }

  /** Shares its memory with others from now on. */
  moveTo(room: CheckpointBudget): void {
    this.room.dismiss(this);
    this.room = room;
    room.admit(this);
  }

  /** Takes another in; of two of one step the later stays. */
  keep(fresh: Checkpoint): void {
    const place = this.kept.findLastIndex(({ step }) => step <= fresh.step);
    const isSameStep = place >= 0 && this.kept[place].step === fresh.step;
    // Before the old one is let go of: it may be the same.
    this.room.hold(fresh);
    if (isSameStep) this.room.release(this.kept[place]);
    this.kept.splice(isSameStep ? place : place + 1, isSameStep ? 1 : 0, fresh);
    this.room.fit();
  }

  /** Forgets one, such as one that proved to be of no use. */
  drop(useless: Checkpoint): void {
    const place = this.kept.indexOf(useless);
    if (place < 0) return;
    this.kept.splice(place, 1);
    this.room.release(useless);
  }

  /** Forgets the oldest but the first; false where there is none between the first and the latest. */
  dropOldest(): boolean {
    if (this.kept.length <= 2) return false;
    for (const dropped of this.kept.splice(1, 1)) this.room.release(dropped);
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
