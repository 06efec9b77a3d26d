import { isAborted } from '../../../src/async.js';
import { type Problem, toProblem } from '../../../src/errors.js';
import type { At, Change, Lab, Run, RatePreview } from '../../../src/lab/index.js';

/** The rates that a run would use after a change, or why the change cannot be made. */
export type ChangePreview =
  { preview: RatePreview; problem?: undefined } | { preview?: undefined; problem: Problem };

/** A change that is not made yet. */
export interface ProposedChange {
  readonly run: Run;
  readonly change: Change;
  readonly at: At;
}

/** Requests previews from a lab: one at a time, and of those that wait only the last. */
export class PreviewRequest {
  private waiting: (() => Promise<void>) | undefined;
  private isBusy = false;
  /** How often requests were cancelled; a preview requested before that is dropped. */
  private cancellations = 0;

  /**
   * Requests the preview of a change. `onPreview` is called unless {@link cancel} comes first, in the order of the
   * requests, with undefined for a preview that is unavailable.
   */
  send(
    lab: Pick<Lab, 'preview'>,
    { run, change, at }: ProposedChange,
    onPreview: (preview: ChangePreview | undefined) => void,
  ): void {
    const { cancellations } = this;
    this.waiting = async () => {
      const result = await lab.preview(run, change, { at }).then(
        (preview): ChangePreview | undefined => preview && { preview },
        (error: unknown): ChangePreview | undefined =>
          isAborted(error) ? undefined : { problem: toProblem(error) },
      );
      if (cancellations === this.cancellations) onPreview(result);
    };
    void this.work();
  }

  /** Drops all requests. */
  cancel(): void {
    this.waiting = undefined;
    this.cancellations += 1;
  }

  private async work(): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    try {
      for (let next = this.waiting; next !== undefined; next = this.waiting) {
        this.waiting = undefined;
        await next();
      }
    } finally {
      this.isBusy = false;
    }
  }
}
