/** The training that PyTorch code makes besides its schedule: what of it a run can take over, and what it cannot. */
import { type Config, optimizerTypes } from '../../src/config/index.js';
import { countRange, isCount } from '../../src/config/names.js';
import type { OptimizerOption, PyTorchOptimizer } from '../../src/policy/index.js';
import { formatRate } from '../internal/kit/format.js';
import type { CodeReading } from '../internal/policy/policy-draft.js';
import type { Terms } from '../locales/terms.js';

/** What of a program's training is not yet the run's. */
export interface CodeSettings {
  readonly optimizer?: Config['optimizer'];
  readonly epochs?: number;
}

/** What is said about a program's training. */
interface CodeTraining {
  /** What a run can take over; undefined where it has all of it already. */
  readonly offered: CodeSettings | undefined;
  /** What it says about that, in sentences. */
  readonly offers: readonly string[];
  /** What is not taken over, in sentences. */
  readonly remarks: readonly string[];
}

/** The options of the lab's optimizers that code may give. */
const options = [
  ...['momentum', 'dampening', 'weightDecay', 'nesterov', 'betas', 'eps', 'amsgrad', 'alpha', 'centered'],
  ...['lrDecay', 'initialAccumulatorValue'],
];

/** Compares what code trains with what a run has. */
export function codeTraining(
  { optimizer, epochs }: Pick<CodeReading, 'optimizer' | 'epochs'>,
  current: { readonly optimizer: Config['optimizer']; readonly epochs: number },
  words: Terms['panel']['code'],
  format: (count: number) => string,
): CodeTraining {
  const offers: string[] = [];
  const remarks: string[] = [];
  let own: Config['optimizer'] | undefined;
  if (optimizer !== undefined) {
    const { type, groups = [] } = optimizer;
    const rates = ratesOf(optimizer);
    const lr = optimizer.lr ?? (rates.length === 1 ? rates[0] : undefined);
    const known = optimizerTypes.find((candidate) => candidate === type);
    const inPlace = named(current.optimizer.type, current.optimizer.lr);
    if (known === undefined) remarks.push(words.unavailable(type, inPlace));
    else if (lr === undefined)
      remarks.push((rates.length > 1 ? words.severalRates : words.unknownRate)(type, inPlace));
    else {
      const given = { type: known, lr, ...ownOptions(optimizer) };
      if (!isSameOptimizer(given, current.optimizer)) {
        own = given;
        offers.push(words.offer(named(type, lr)));
      }
    }
    if (groups.length > 1)
      remarks.push(words.groups(String(groups.length), rates.map(formatRate).join(', ')));
  }
  const isOther = epochs !== undefined && epochs !== current.epochs;
  const isAccepted = isOther && isCount(epochs);
  if (isAccepted) offers.push(words.epochs(format(epochs), format(current.epochs)));
  else if (isOther) remarks.push(words.tooManyEpochs(format(epochs), countRange));
  const offered = { ...(own && { optimizer: own }), ...(isAccepted && { epochs }) };
  return { offered: offers.length > 0 ? offered : undefined, offers, remarks };
}

const named = (type: string, lr: number): string => `${type}, lr ${formatRate(lr)}`;

function ownOptions(optimizer: PyTorchOptimizer): Record<string, OptimizerOption> {
  return Object.fromEntries(Object.entries(optimizer).filter(([name]) => options.includes(name))) as Record<
    string,
    OptimizerOption
  >;
}

/** The distinct learning rates of the param groups, as far as they are known. */
function ratesOf({ lr, groups = [] }: PyTorchOptimizer): number[] {
  const rates = groups.map((group) => ('lr' in group ? group.lr : lr));
  return [...new Set(rates.filter((rate) => typeof rate === 'number'))];
}

/** Whether an optimizer is the same as another, as far as the first one says. */
function isSameOptimizer(one: Config['optimizer'], other: Config['optimizer']): boolean {
  return Object.entries(one).every(
    ([name, value]) => JSON.stringify(value) === JSON.stringify((other as Record<string, unknown>)[name]),
  );
}
