/**
 * The lowest and highest values of any stretch of a growing list, without reading the stretch.
 *
 * The index holds the rows of the extremes of each whole block of values, and of blocks of blocks, so that a query reads
 * a few blocks and the few values at its ends. A block is indexed once, when it is whole; until then appending is free.
 */

/** Blocks in a block of the next level, and values in a block of the first. */
const fanOut = 16;

/** The rows of a lowest and a highest value; -1 where no value is finite. */
export interface ExtremeRows {
  lowest: number;
  highest: number;
}

/** One level: for each whole block the rows of its extremes. */
interface Level {
  lowest: number[];
  highest: number[];
}

/** The extremes of a list of numbers that grows or is cut only at its end. It ignores values that are not finite. */
export class ExtremeIndex {
  private readonly levels: Level[] = [];

  /** Indexes the whole blocks that have been added since the last call. */
  update(values: ArrayLike<number>): void {
    for (let level = 0, size = fanOut; size <= values.length; level++, size *= fanOut) {
      const { lowest, highest } = (this.levels[level] ??= { lowest: [], highest: [] });
      for (let end = (lowest.length + 1) * size; end <= values.length; end += size) {
        const found = this.scan(values, end - size, end, level);
        lowest.push(found.lowest);
        highest.push(found.highest);
      }
    }
  }

  /** Removes everything beyond the first `length` values. */
  truncate(length: number): void {
    for (const [level, { lowest, highest }] of this.levels.entries())
      lowest.length = highest.length = Math.min(lowest.length, Math.floor(length / fanOut ** (level + 1)));
  }

  /** The extremes of the rows from `from` to `to`, without `to`; of equal values the first. */
  of(values: ArrayLike<number>, from: number, to: number): ExtremeRows {
    return this.scan(values, from, to, this.levels.length);
  }

  /** Scans the rows in the largest available blocks of the levels below `top`. */
  private scan(values: ArrayLike<number>, from: number, to: number, top: number): ExtremeRows {
    let lowest = -1;
    let highest = -1;
    for (let row = from; row < to;) {
      let low = row;
      let high = row;
      let size = 1;
      for (let level = 0; level < top; level++) {
        const larger = size * fanOut;
        const block = row / larger;
        if (row % larger !== 0 || row + larger > to || block >= this.levels[level].lowest.length) break;
        low = this.levels[level].lowest[block];
        high = this.levels[level].highest[block];
        size = larger;
      }
      if (low >= 0 && Number.isFinite(values[low])) {
        if (lowest < 0 || values[low] < values[lowest]) lowest = low;
        if (highest < 0 || values[high] > values[highest]) highest = high;
      }
      row += size;
    }
    return { lowest, highest };
  }
}

/** A line reduced for drawing: at most two points of each bucket, in the order of their steps. */
export interface Decimated {
  step: Uint32Array;
  /** NaN where a whole bucket has no finite value: the line has a gap there. */
  value: Float64Array;
}

/**
 * Divides the rows `from` to `to` (without it) into buckets of nearly equal size, and keeps the lowest and highest value
 * of each. If there are at most two rows for each bucket, it keeps every row.
 */
export function decimate(
  values: ArrayLike<number>,
  extremes: ExtremeIndex,
  { from, to, buckets }: { from: number; to: number; buckets: number },
): Decimated {
  const count = Math.max(0, to - from);
  const rows = new Uint32Array(Math.min(count, 2 * buckets));
  let used = 0;
  if (count <= 2 * buckets) {
    for (let row = from; row < to; row++) rows[used++] = row;
  } else {
    extremes.update(values);
    let start = from;
    for (let bucket = 1; bucket <= buckets; bucket++) {
      const end = from + Math.floor((count * bucket) / buckets);
      const { lowest, highest } = extremes.of(values, start, end);
      rows[used++] = lowest < 0 ? start : Math.min(lowest, highest);
      if (lowest !== highest) rows[used++] = Math.max(lowest, highest);
      start = end;
    }
  }
  const step = rows.subarray(0, used);
  const value = new Float64Array(used);
  for (let index = 0; index < used; index++) {
    const found = values[step[index]];
    value[index] = Number.isFinite(found) ? found : NaN;
  }
  return { step, value };
}
