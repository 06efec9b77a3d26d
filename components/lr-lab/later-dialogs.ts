import { signal, type Signal } from '@preact/signals-core';
import type { ReactiveElement } from 'lit';
import { type Problem, toProblem } from '../../src/errors.js';

/** Dialogs that few readers open, each with what loads it. */
const loaders = {
  experiments: () => import('../lr-experiments-dialog/lr-experiments-dialog.js'),
  keyboard: () => import('../lr-keyboard-dialog/lr-keyboard-dialog.js'),
  range: () => import('../lr-range-dialog/lr-range-dialog.js'),
  setup: () => import('../lr-setup-dialog/lr-setup-dialog.js'),
  share: () => import('../lr-share-dialog/lr-share-dialog.js'),
};

/** One of the dialogs that load when they are first asked for. */
export type LaterDialog = keyof typeof loaders;

/** Opens the dialogs in an element that load when they are first asked for. */
export class LaterDialogs {
  /** Why the last one could not be loaded. */
  readonly problem: Signal<Problem | undefined> = signal(undefined);
  private readonly element: ReactiveElement;
  private readonly prepare: () => void;

  /** @param prepare called just before a dialog opens */
  constructor(element: ReactiveElement, prepare: () => void) {
    this.element = element;
    this.prepare = prepare;
  }

  /** Opens a dialog, once it has loaded. */
  async open(kind: LaterDialog): Promise<void> {
    this.problem.value = undefined;
    try {
      await loaders[kind]();
      this.prepare();
      const dialog = this.element.renderRoot.querySelector<HTMLElement & { show(): unknown }>(
        `lr-${kind}-dialog`,
      );
      void dialog?.show();
    } catch (error) {
      this.problem.value = toProblem(error);
    }
  }
}
