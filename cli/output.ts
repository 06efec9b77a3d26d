import { accessSync, constants, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { UsageError } from './usage-error.js';

const isFile = (file: string | undefined): file is string => file !== undefined && file !== '-';

/** Refuses a file in a folder that does not exist or cannot be written to, before any work is done for it. */
export function checkWritable(option: string, file: string | undefined): void {
  if (isFile(file)) refusing(option, file, () => accessSync(dirname(file), constants.W_OK));
}

/** Writes a result to a file, or to the standard output where none is named or it is "-". */
export function write(text: string, option: string, file: string | undefined): void {
  if (isFile(file)) refusing(option, file, () => writeFileSync(file, text));
  else process.stdout.write(text);
}

function refusing(option: string, file: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw new UsageError(`${option} is "${file}", which cannot be written (${(error as Error).message})`);
  }
}

/** A progress bar in the last line of a terminal; nothing where the output is a file or a pipe. */
export class ProgressBar {
  private readonly stream = process.stderr;
  private readonly width = 24;
  private drawnAt = -Infinity;
  private isDrawn = false;

  /** Draws how much of `total` is done, at most some times a second. */
  draw(done: number, total: number, words: string): void {
    const now = performance.now();
    if (!this.stream.isTTY || (now - this.drawnAt < 80 && done < total)) return;
    this.drawnAt = now;
    this.isDrawn = true;
    const filled = total > 0 ? Math.round((this.width * done) / total) : 0;
    const bar = '█'.repeat(filled).padEnd(this.width, '░');
    this.stream.write(`\r${bar} ${done}/${total}  ${words}\u001b[K`.slice(0, this.stream.columns + 3));
  }

  /** Removes the bar. */
  clear(): void {
    if (this.isDrawn) this.stream.write('\r\u001b[K');
    this.isDrawn = false;
  }
}
