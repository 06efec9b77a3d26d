import type { Checkpoint } from '../training/index.js';

/** Bytes that the checkpoints of one run may take. */
const usualRoom = 64 * 2 ** 20;

/**
 * The checkpoints of one run, in the page's memory, by step. Each holds what had acted before its step and nothing that
 * acted at it. The first is kept, so that the way back to the beginning stays short, and the latest, from which the run
 * goes on after a loss; between them the oldest goes first.
 */
export class KeptCheckpoints {
  private readonly room: number;
  private kept: Checkpoint[];

  /** @param room bytes; the first and the latest are kept however large they are */
  constructor(kept: readonly Checkpoint[] = [], room = usualRoom) {
    this.kept = [...kept];
    this.room = room;
  }

  /** In the order of their steps. */
  get all(): readonly Checkpoint[] {
    return this.kept;
  }

  /** Bytes of all of them. */
  get bytes(): number {
    return this.kept.reduce((sum, checkpoint) => sum + bytesOf(checkpoint), 0);
  }

  /** Takes another in; of two of one step the later stays. */
  keep(fresh: Checkpoint): void {
    const others = this.kept.filter(({ step }) => step !== fresh.step);
    this.kept = [...others, fresh].sort((a, b) => a.step - b.step);
    let { bytes } = this;
    while (bytes > this.room && this.kept.length > 2) {
      const [dropped] = this.kept.splice(1, 1);
      bytes -= bytesOf(dropped);
    }
  }

  /** Forgets one, such as one that proved to be of no use. */
  drop(useless: Checkpoint): void {
    this.kept = this.kept.filter((checkpoint) => checkpoint !== useless);
  }

  /** The latest at or before a step. */
  before(step: number): Checkpoint | undefined {
    return this.kept.findLast((kept) => kept.step <= step);
  }
}

/** The bytes of a checkpoint's arrays, wherever they are; the rest of it is small. */
export function bytesOf(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, inner) => sum + bytesOf(inner), 0);
}
