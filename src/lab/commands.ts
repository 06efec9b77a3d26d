/**
 * How the commands of a Lab end. Each settles: done, refused, or aborted when its run is removed, the lab is disposed of, or
 * its signal is aborted. An expected failure becomes the lab's problem; a success clears the previous one.
 */
import { signal } from '@preact/signals-core';

import { Ending, isAborted, untilAborted } from '../async.js';
import type { Problem } from '../errors.js';
import { aborted, disposed, toProblem } from '../errors.js';
import type { CommandOptions } from './options.js';
import type { RunList } from './run-list.js';
import type { Run } from './run/run.js';
import { watch } from './waits.js';

/** What aborts a command. */
interface CommandScope extends CommandOptions {
  readonly run?: Run;
}

/** Runs commands until the lab is disposed of. */
export class Commands {
  /** The last expected failure, until a command succeeds. */
  readonly problem = signal<Problem | undefined>(undefined);
  private readonly list: RunList;
  private readonly handleSuccess: () => void;
  /** Ends pending commands once the lab is disposed of. */
  private readonly end = new Ending();
  private isClosed = false;

  constructor(list: RunList, handleSuccess: () => void) {
    this.list = list;
    this.handleSuccess = handleSuccess;
  }

  /** Runs a command; an expected failure is kept in {@link problem} and thrown, a success clears the previous one. */
  async run<Value>(work: () => Promise<Value>, scope: CommandScope = {}): Promise<Value> {
    const before = this.problem.peek();
    try {
      const value = await this.settle(work, scope);
      if (this.problem.peek() === before) this.problem.value = undefined;
      this.handleSuccess();
      return value;
    } catch (error) {
      if (!isAborted(error) && !scope.signal?.aborted) this.problem.value = toProblem(error);
      throw error;
    }
  }

  /** Settles as the work does, or as soon as its run is removed, the lab is disposed of, or its signal is aborted. */
  async settle<Value>(work: () => Promise<Value>, { run, signal }: CommandScope): Promise<Value> {
    if (this.isClosed) throw disposed();
    const removal = run && this.list.driverOf(run).removal;
    const working = this.end.guard(work());
    return untilAborted(removal ? removal.guard(working) : working, signal);
  }

  /** Settles once `look`, which reads signals, returns true; see {@link watch}. */
  async until(look: () => boolean, scope: CommandScope = {}): Promise<void> {
    const { reached, stop } = watch(look);
    try {
      await this.settle(() => reached, scope);
    } finally {
      stop();
    }
  }

  /** Reports the failure of work that no caller awaits, unless its run has been removed. */
  reportLate(error: unknown): void {
    const problem = toProblem(error);
    if (!isAborted(error) && problem.code !== 'run-gone' && !this.isClosed) this.problem.value = problem;
  }

  /** Aborts what is pending and refuses what comes. */
  close(): void {
    this.isClosed = true;
    this.end.end(aborted());
  }
}
