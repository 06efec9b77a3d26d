/** What a reader looks at and considers doing, which the Lab does not know; all elements of a Lab share it. */
import { computed, type ReadonlySignal, signal, type Signal } from '@preact/signals-core';
import type { Lab, RangeTest, Run, RatePreview } from '../../../src/lab/index.js';
import type { Policy, PresetPlan } from '../../../src/policy/index.js';
import { type ChartWindow, whole } from '../plot/chart-window.js';
import { SharedCursor } from '../plot/cursor/shared-cursor.js';

/** The rates of a run after a change that is not made yet. */
export interface Draft {
  readonly run: Run;
  readonly preview: RatePreview;
}

/** The view of one Lab. */
export class LabView {
  /** The run that receives commands: the selected one while it is in the lab, otherwise the first. */
  readonly selected: ReadonlySignal<Run>;
  /** Runs that the charts do not draw. */
  readonly hidden: ReadonlySignal<ReadonlySet<Run>>;
  /** What the proposed change would do; drawn before it is made. */
  readonly draft: Signal<Draft | undefined> = signal(undefined);
  /** The last range test, which advice about rates goes by. */
  readonly rangeTest: Signal<RangeTest | undefined> = signal(undefined);
  /** The steps that all charts show. */
  readonly window: Signal<ChartWindow> = signal(whole);
  /** Shows an entry of the selected run's live policy, by its index, where something on the page can. */
  readonly showEntry: Signal<((index: number) => void) | undefined> = signal(undefined);
  /** The policy that is picked or edited, for a new run with this plan, where something on the page can say. */
  readonly picked: Signal<((plan: PresetPlan) => Policy | undefined) | undefined> = signal(undefined);
  /** The cursor that all charts share. */
  readonly cursor = new SharedCursor();
  /** Whether an element around the buttons listens to their letters. */
  readonly hasShortcuts: Signal<boolean> = signal(false);
  /** The step on which the reader has pinned it. */
  readonly pinned: Signal<number | undefined> = signal(undefined);
  private readonly choice: Signal<Run | undefined> = signal(undefined);
  private readonly left: Signal<ReadonlySet<Run>> = signal(new Set<Run>());

  constructor(lab: Lab) {
    this.selected = computed(() => {
      const runs = lab.runs.value;
      return runs.find((run) => run === this.choice.value) ?? runs[0];
    });
    this.hidden = computed(() => new Set(lab.runs.value.filter((run) => this.left.value.has(run))));
  }

  /** Selects the run that receives commands. */
  select(run: Run): void {
    this.choice.value = run;
  }

  /** Hides a run from the charts, or shows it again. */
  setHidden(run: Run, isHidden: boolean): void {
    const left = new Set(this.left.peek());
    if (isHidden) left.add(run);
    else left.delete(run);
    this.left.value = left;
  }
}

const views = new WeakMap<Lab, LabView>();

/** The view that the elements of a Lab share. */
export function viewOf(lab: Lab): LabView {
  const view = views.get(lab) ?? new LabView(lab);
  views.set(lab, view);
  return view;
}
