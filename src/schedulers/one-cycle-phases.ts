/** The phases of OneCycleLR: the bounds, kept in the param groups, between which learning rate and momentum move. */
import type { ParamGroup, StateDict } from './scheduler.js';
import type { Kind } from './state-fields.js';

/** The group keys between which a phase moves, by PyTorch's names and ours. */
const groupKeys = {
  initial_lr: 'initialLr',
  max_lr: 'maxLr',
  min_lr: 'minLr',
  max_momentum: 'maxMomentum',
  base_momentum: 'baseMomentum',
} as const;

/** PyTorch's name of a key of a param group. */
export type GroupKey = keyof typeof groupKeys;

/** One phase, in the layout in which PyTorch saves it. */
export interface SchedulePhase extends StateDict {
  /** The step at which the phase ends; it may be a fraction. */
  end_step: number;
  start_lr: GroupKey;
  end_lr: GroupKey;
  start_momentum: GroupKey;
  end_momentum: GroupKey;
}

const rise = {
  start_lr: 'initial_lr',
  end_lr: 'max_lr',
  start_momentum: 'max_momentum',
  end_momentum: 'base_momentum',
} as const;

/** The phases of a cycle: up and all the way down, or up, back, and on down. */
export function schedulePhases(totalSteps: number, pctStart: number, threePhase: boolean): SchedulePhase[] {
  const up: SchedulePhase = { end_step: pctStart * totalSteps - 1, ...rise };
  if (!threePhase) {
    const down: SchedulePhase = {
      end_step: totalSteps - 1,
      start_lr: 'max_lr',
      end_lr: 'min_lr',
      start_momentum: 'base_momentum',
      end_momentum: 'max_momentum',
    };
    return [up, down];
  }
  const back: SchedulePhase = {
    end_step: 2 * pctStart * totalSteps - 2,
    start_lr: 'max_lr',
    end_lr: 'initial_lr',
    start_momentum: 'base_momentum',
    end_momentum: 'max_momentum',
  };
  const down: SchedulePhase = {
    end_step: totalSteps - 1,
    start_lr: 'initial_lr',
    end_lr: 'min_lr',
    start_momentum: 'max_momentum',
    end_momentum: 'max_momentum',
  };
  return [up, back, down];
}

/** Our name of a group key, and its value in a group. */
export function groupEntry(group: ParamGroup, key: GroupKey): [string, unknown] {
  return [groupKeys[key], group[groupKeys[key]]];
}

/** The phases as a kind of value in a state dict. */
export const phaseList: Kind<SchedulePhase[]> = {
  accepted: 'a list of phases with end_step and the group keys between which they move',
  test: (value): value is SchedulePhase[] => Array.isArray(value) && value.length > 0 && value.every(isPhase),
};

function isPhase(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const phase = value as Partial<Record<string, unknown>>;
  const keys = ['start_lr', 'end_lr', 'start_momentum', 'end_momentum'];
  return (
    typeof phase.end_step === 'number' && keys.every((key) => Object.hasOwn(groupKeys, String(phase[key])))
  );
}
