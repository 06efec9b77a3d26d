/**
 * A preview has no losses for ReduceLROnPlateau. It plays a training that always improves: every such scheduler gets
 * endless patience, and then accepts any metric.
 */
import type { StateDict } from '../../schedulers/index.js';
import type { LivePolicyState } from './live-policy.js';
import type { SchedulerSpec } from '../policy.js';

const endless = Number.MAX_SAFE_INTEGER;

/** The scheduler with endless patience. */
export function neverPlateau(spec: SchedulerSpec): SchedulerSpec {
  if (spec.type === 'ReduceLROnPlateau') return { ...spec, patience: endless };
  if (spec.type === 'ChainedScheduler' || spec.type === 'SequentialLR') {
    return { ...spec, schedulers: spec.schedulers.map(neverPlateau) };
  }
  return spec;
}

/** The state with endless patience, in its entries and in its schedulers' state dicts. */
export function neverPlateauFrom(state: LivePolicyState): LivePolicyState {
  return {
    entries: state.entries.map(({ entry, scheduler, losses }) => ({
      entry: { ...entry, scheduler: neverPlateau(entry.scheduler) },
      scheduler: patientState(scheduler),
      losses,
    })),
  };
}

function patientState(state: StateDict): StateDict {
  const patient: StateDict = { ...state };
  if ('patience' in state) patient.patience = endless;
  if (Array.isArray(state._schedulers)) {
    patient._schedulers = state._schedulers.map((child) => patientState(child as StateDict));
  }
  return patient;
}
