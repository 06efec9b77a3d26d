/** A run before its start: its length, its rates, and its config after a change. */
import type { CompleteConfig } from '../../config/index.js';
import { completeConfig, expectedGroups } from '../../config/index.js';
import { digitsDefaults } from '../../data/index.js';
import { InputError } from '../../errors.js';
import type { Policy } from '../../policy/index.js';
import { previewPolicy } from '../../policy/index.js';
import type { Change, Plan } from '../../timeline/index.js';
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

/**
 * The config after a change before step 0: a swap or an adjustment replaces its policy, a chain appends to it, an unchain
 * removes an entry, and a rate becomes the optimizer's.
 *
 * @throws InputError for a change that the config's own policy refuses
 */
export function editedConfig(config: CompleteConfig, change: Change): CompleteConfig {
  const { optimizer } = config;
  if (change.kind === 'setLr') return completeConfig({ optimizer: { ...optimizer, lr: change.lr } }, config);
  const edited = completeConfig({ policy: editedPolicy(config, change) }, config);
  // Throws what its schedulers refuse.
  new RateDriver({ paramGroups: expectedGroups(optimizer) }, edited.policy);
  return edited;
}

function editedPolicy(config: CompleteConfig, change: Exclude<Change, { kind: 'setLr' }>): Policy {
  switch (change.kind) {
    case 'swap':
      return change.policy;
    case 'chain':
      return [...config.policy, ...change.policy];
    case 'adjust':
    case 'unchain': {
      // The live policy checks which times may change, and which entries exist.
      const driver = driverAtStart(config);
      driver.change(change);
      return [...driver.entries];
    }
  }
}
