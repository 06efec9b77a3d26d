import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Lab, Plan, RatePreview, Run } from '../../src/lab/index.js';
import type { Policy } from '../../src/policy/index.js';
import { type LabView, viewOf } from '../internal/lab/lab-view.js';
import { type ChangePreview, PreviewRequest, type ProposedChange } from '../internal/lab/preview-request.js';
import { previewDraft } from '../internal/policy/preview-draft.js';
import type { Aim } from './schedule-changes.js';

/** The rates of what is proposed, or why it cannot be made. */
export type DraftFound = ChangePreview & { readonly aim: Aim; readonly run: Run };

/** Milliseconds between two previews while the run trains: more for a long run. */
const interval = ({ steps }: Plan): number => Math.max(400, steps / 50);

/** Previews what is picked and not applied yet, draws it as the draft of the charts, and renders its host again. */
export class DraftPreview implements ReactiveController {
  private readonly host: ReactiveControllerHost;
  private readonly request = new PreviewRequest();
  private latest: DraftFound | undefined;
  private drawnView: LabView | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private answeredAt = -Infinity;
  private key = '';
  private step = -1;
  /** Whether the last request has not been answered. */
  private isPending = false;

  constructor(host: ReactiveControllerHost) {
    this.host = host;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.clear();
  }

  /** What the proposed change would do, or why it cannot be made; undefined until it is known. */
  get found(): DraftFound | undefined {
    return this.latest;
  }

  /** Previews a change of a run: at once when it is another, now and then while the run trains. */
  showChange(lab: Lab, aim: Aim, proposed: ProposedChange): void {
    const { run, change, at } = proposed;
    const step = run.history.length;
    const plan = run.plan.value;
    const isRunning = run.state.value === 'running';
    const key = JSON.stringify([run.id, change, at, plan, run.interventions.value.length, run.planned.value]);
    if (isRunning) this.repeat(plan);
    if (key === this.key) {
      if (step === this.step || this.isPending) return;
      if (isRunning && performance.now() - this.answeredAt < interval(plan)) return;
    } else {
      // The words of the last preview stay until the next one arrives, so that they do not flicker.
      this.request.cancel();
      if (this.latest?.run !== run) this.clear();
    }
    this.key = key;
    this.step = step;
    this.isPending = true;
    this.request.send(lab, proposed, (result) => {
      this.isPending = false;
      this.answeredAt = performance.now();
      this.latest = result && { ...result, aim, run };
      this.draw(lab, run, result?.preview);
      this.host.requestUpdate();
    });
  }

  /** Shows the rates of a new run with a policy, from step 0. */
  showRace(lab: Lab, run: Run, policy: Policy): void {
    const plan = run.plan.value;
    const { optimizer } = run.config;
    const key = JSON.stringify(['race', run.id, policy, plan, optimizer]);
    if (key === this.key) return;
    this.clear();
    this.key = key;
    const drawn = previewDraft(policy, optimizer.lr, plan, optimizer);
    if ('code' in drawn) {
      this.latest = { problem: drawn, aim: 'race', run };
      return;
    }
    const preview: RatePreview = { from: 0, lr: [drawn.lr], isGuess: drawn.needsLoss };
    this.latest = { preview, aim: 'race', run };
    this.draw(lab, run, preview);
  }

  /** Shows nothing, and drops what has been requested. */
  clear(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.request.cancel();
    this.isPending = false;
    this.key = '';
    this.latest = undefined;
    if (this.drawnView) this.drawnView.draft.value = undefined;
    this.drawnView = undefined;
  }

  private repeat(plan: Plan): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.host.requestUpdate();
    }, interval(plan));
  }

  private draw(lab: Lab, run: Run, preview: RatePreview | undefined): void {
    this.drawnView = viewOf(lab);
    this.drawnView.draft.value = preview && { run, preview };
  }
}
