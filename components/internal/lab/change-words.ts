import type { Intervention, Run } from '../../../src/lab/index.js';
import type { Terms } from '../../locales/terms.js';
import { formatRate } from '../kit/format.js';
import { policyName } from '../policy/scheduler-text.js';
import { scheduleTitle, titleFrom } from './run-title.js';

/** What a change of a run is about, in a few words: the schedule that was swapped in, the rate that was set. */
export function changeWords(run: Run, change: Intervention, terms: Terms): string {
  switch (change.kind) {
    case 'setLr':
      return formatRate(change.lr);
    case 'swap':
      return titleFrom(run, change.policy, change.step, terms);
    case 'chain':
    case 'adjust':
      return policyName(change.policy);
    case 'unchain':
      return scheduleTitle(run, terms);
  }
}
