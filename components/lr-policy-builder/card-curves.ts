/** The small curves on the cards: what each scheduler does to the rate by itself, in its own part of the run. */
import type { Config, Plan } from '../../src/lab/index.js';
import { parsePolicy } from '../../src/policy/index.js';
import { type DraftEntry, type DraftSpec, childrenOf } from '../internal/policy/policy-tree.js';
import { previewDraft } from '../internal/policy/preview-draft.js';

/** The run of the curves. */
export interface CurveSetting {
  readonly lr: number;
  readonly plan: Plan;
  readonly optimizer: Config['optimizer'];
}

/** A part of a run, in updates. */
export interface RunPart {
  readonly from: number;
  readonly to: number;
}

/** A longer run has no curves on its cards. */
const longestRun = 300_000;

/** Computes curves and keeps them, because one edit changes one card. */
export class CardCurves {
  private known = new Map<string, Float64Array | undefined>();
  private setting = '';

  /** The rates of a scheduler that is alone in an entry; undefined for an invalid one. */
  curve(spec: DraftSpec, entry: DraftEntry, setting: CurveSetting): Float64Array | undefined {
    const { lr, plan, optimizer } = setting;
    if (plan.steps > longestRun) return undefined;
    const now = JSON.stringify([lr, plan, optimizer]);
    if (now !== this.setting || this.known.size > 200) this.known.clear();
    this.setting = now;
    const key = JSON.stringify([entry.interval, entry.frequency, spec]);
    if (!this.known.has(key)) this.known.set(key, draw(spec, entry, setting));
    return this.known.get(key);
  }
}

function draw(
  spec: DraftSpec,
  { interval, frequency }: DraftEntry,
  { lr, plan, optimizer }: CurveSetting,
): Float64Array | undefined {
  const parsed = parsePolicy([{ scheduler: spec, interval, frequency }]);
  if (!parsed.success) return undefined;
  const preview = previewDraft(parsed.policy, lr, plan, optimizer);
  return 'lr' in preview && preview.isWhole ? preview.lr : undefined;
}

/** How many updates lie between two steps of an entry's scheduler. */
function updatesPerStep({ interval, frequency }: DraftEntry, { stepsPerEpoch }: Plan): number {
  const times = typeof frequency === 'number' && frequency >= 1 ? frequency : 1;
  return interval === 'epoch' ? times * stepsPerEpoch : times;
}

/** How often an entry's scheduler is stepped in a run. */
export function stepsOf(entry: DraftEntry, plan: Plan): number {
  return Math.max(1, Math.floor(plan.steps / updatesPerStep(entry, plan)));
}

/** The part of the run that belongs to a child of a sequence; undefined for invalid milestones. */
export function partOf(
  sequence: DraftSpec,
  index: number,
  entry: DraftEntry,
  plan: Plan,
): RunPart | undefined {
  const { milestones } = sequence;
  if (!Array.isArray(milestones)) return undefined;
  const updates = updatesPerStep(entry, plan);
  const at = (position: number): number => Number(milestones[position]) * updates;
  const from = index === 0 ? 0 : at(index - 1);
  const to = index === childrenOf(sequence).length - 1 ? plan.steps : Math.min(at(index), plan.steps);
  return from < to ? { from, to } : undefined;
}
