/** Runs scripts in real PyTorch for comparison, and knows how older versions differ. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Policy, SchedulerSpec, SchedulerType } from '../../src/policy/index.js';
import { childrenOf } from '../../src/policy/index.js';
import { parseStateDict } from '../../src/schedulers/index.js';

/** The result of one script. */
export interface ScriptResult {
  readonly updates: readonly { readonly lr: number[]; readonly momentum: number[]; readonly loss: number }[];
  readonly validations: readonly { readonly valLoss: number; readonly valAccuracy: number }[];
  /** The error that ended it, if any. */
  readonly error: string | null;
}

/** Behaviours of PyTorch 2.14 that older versions lack, and whether this version has them. */
type Ways = Readonly<
  Record<'recursiveUndo' | 'updateLr' | 'isInitial' | 'cyclesBetas' | 'keepsMomenta', boolean>
>;

/** The results of all scripts. */
export interface PyTorchResults {
  readonly torch: string;
  readonly has: Ways;
  readonly results: readonly ScriptResult[];
}

/** Runs scripts one after another in one Python process, with the Python that `npm run test:pytorch` has found. */
export function runInPyTorch(scripts: readonly string[]): PyTorchResults {
  const python = process.env.LR_LAB_PYTHON ?? 'python3';
  const output = execFileSync(python, [join(import.meta.dirname, 'run_scripts.py')], {
    input: JSON.stringify(scripts),
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  return parseStateDict(output) as unknown as PyTorchResults;
}

/** Runs one program as a person would, and returns its output. */
export function printedBy(program: string): string {
  const python = process.env.LR_LAB_PYTHON ?? 'python3';
  return execFileSync(python, ['-'], { input: program, encoding: 'utf8', maxBuffer: 2 ** 30 });
}

/** A difference between PyTorch 2.14 and an older version. */
interface Difference {
  /** What is different in the older version. */
  readonly what: string;
  readonly missing: keyof Ways;
  /** Whether it affects a policy with these schedulers at any depth. */
  readonly concerns: (specs: readonly SchedulerSpec[], optimizer: string) => boolean;
}

const differences: readonly Difference[] = [
  {
    what: 'SequentialLR that holds a composite takes back none of the first steps inside it',
    missing: 'recursiveUndo',
    concerns: (specs) => sequenceHolds(specs, ['ChainedScheduler', 'SequentialLR'], 0),
  },
  {
    what: 'SWALR that takes over in SequentialLR counts one step more',
    missing: 'updateLr',
    concerns: (specs) => sequenceHolds(specs, ['SWALR'], 1),
  },
  {
    what: 'MultiplicativeLR that takes over in SequentialLR leaves out its factor for epoch 0',
    missing: 'isInitial',
    concerns: (specs) => sequenceHolds(specs, ['MultiplicativeLR'], 1),
  },
  {
    what: 'CyclicLR cannot cycle the betas of Adam',
    missing: 'cyclesBetas',
    concerns: (specs, optimizer) => optimizer === 'Adam' && cyclesMomentum(specs, 'CyclicLR'),
  },
  {
    what: 'CyclicLR does not put its momenta into the param group, where OneCycleLR would find them',
    missing: 'keepsMomenta',
    concerns: (specs) => cyclesMomentum(specs, 'CyclicLR') && cyclesMomentum(specs, 'OneCycleLR'),
  },
];

/** The difference between a PyTorch with these behaviours and PyTorch 2.14 for a policy, if any. */
export function differenceIn(policy: Policy, optimizer: string, has: Ways): string | undefined {
  const specs = policy.flatMap(({ scheduler }) => withInner(scheduler));
  return differences.find(({ missing, concerns }) => !has[missing] && concerns(specs, optimizer))?.what;
}

function withInner(spec: SchedulerSpec): SchedulerSpec[] {
  return [spec, ...childrenOf(spec).flatMap(withInner)];
}

/** Whether a SequentialLR has one of these types among its children after the first few. */
function sequenceHolds(
  specs: readonly SchedulerSpec[],
  types: readonly SchedulerType[],
  first: number,
): boolean {
  return specs.some(
    (spec) =>
      spec.type === 'SequentialLR' &&
      spec.schedulers.slice(first).some((child) => types.includes(child.type)),
  );
}

function cyclesMomentum(specs: readonly SchedulerSpec[], type: 'CyclicLR' | 'OneCycleLR'): boolean {
  return specs.some((spec) => spec.type === type && spec.cycleMomentum !== false);
}
