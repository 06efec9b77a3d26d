/** A run before its start, as far as its config tells: its length and its rates. */
import type { CompleteConfig } from '../../config/index.js';
import { expectedGroups } from '../../config/index.js';
import { digitsDefaults } from '../../data/index.js';
import { InputError } from '../../errors.js';
import { previewPolicy } from '../../policy/index.js';
import type { Plan } from '../../timeline/index.js';
import { planOf, RateDriver } from '../../timeline/index.js';

/** The number of training images of the named data sets, for use before they are loaded. */
const expectedImages = { digits: digitsDefaults.training, mnist: 60_000 };

/** The length of a run according to its config, before any data is loaded. */
export function expectedPlan(config: CompleteConfig): Plan {
  const { dataset, classes } = config;
  const whole = typeof dataset === 'string' ? expectedImages[dataset] : dataset.labels.length;
  const available = typeof dataset === 'string' ? 10 : dataset.classes;
  return planOf(config, classes ? (whole * classes.length) / available : whole);
}

/** The rate driver of a run that has not begun, on the param groups expected from its config. */
export function driverAtStart({ policy, optimizer }: CompleteConfig): RateDriver {
  const paramGroups = expectedGroups(optimizer);
  try {
    return new RateDriver({ paramGroups }, policy);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    // The worker refuses it on the real groups; here only an invalid policy is refused.
    previewPolicy(policy, { lr: optimizer.lr, steps: 0 });
    return new RateDriver({ paramGroups }, []);
  }
}
