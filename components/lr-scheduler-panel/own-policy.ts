/** The reader's own policy: the last one that was no preset, to return to, with the curve of its tile. */
import type { Run } from '../../src/lab/index.js';
import type { Policy } from '../../src/policy/index.js';
import type { PolicyDraft } from '../internal/policy/policy-draft.js';
import { previewDraft } from '../internal/policy/preview-draft.js';

/** A longer run has no curve on the tile. */
const longestCurve = 300_000;

/** Keeps the reader's own policy, and draws its curve once. */
export class OwnPolicy {
  private latest: PolicyDraft | undefined;
  private drawn: { policy: Policy; lr: Float64Array } | undefined;

  /** The last policy of the reader, if there is one. */
  get draft(): PolicyDraft | undefined {
    return this.latest;
  }

  /** Remembers what the reader has written. */
  keep(draft: PolicyDraft): void {
    this.latest = draft;
  }

  /** The rates that it gives in a run; the last ones that could be computed while it has errors. */
  curve(run: Run): Float64Array | undefined {
    const policy = this.latest?.policy;
    if (policy === undefined) return this.latest && this.drawn?.lr;
    if (this.drawn?.policy !== policy) {
      const plan = run.plan.peek();
      const { optimizer } = run.config;
      const drawn =
        plan.steps > longestCurve ? undefined : previewDraft(policy, optimizer.lr, plan, optimizer);
      const isDrawn = drawn !== undefined && 'lr' in drawn && drawn.isWhole;
      this.drawn = { policy, lr: isDrawn ? drawn.lr : new Float64Array(1) };
    }
    return this.drawn.lr;
  }
}
