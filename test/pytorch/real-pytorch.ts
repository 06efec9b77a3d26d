/** Real PyTorch, to compare with: runs scripts in Python, and knows what older versions do in another way. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Policy, SchedulerSpec, SchedulerType } from '../../src/policy/index.js';
import { childrenOf } from '../../src/policy/index.js';
import { parseStateDict } from '../../src/schedulers/index.js';

/** What one script did. */
export interface ScriptResult {
  readonly updates: readonly { readonly lr: number[]; readonly momentum: number[]; readonly loss: number }[];
  readonly validations: readonly { readonly valLoss: number; readonly valAccuracy: number }[];
  /** What ended it, if not its last line. */
  readonly error: string | null;
}

/** The ways of PyTorch 2.14 that older versions lack, and whether this one has them. */
type Ways = Readonly<
  Record<'recursiveUndo' | 'updateLr' | 'isInitial' | 'cyclesBetas' | 'keepsMomenta', boolean>
>;

/** What PyTorch did. */
export interface PyTorchResults {
  readonly torch: string;
  readonly has: Ways;
  readonly results: readonly ScriptResult[];
}

/** Runs scripts one after another in one Python, the one that `npm run test:pytorch` has found. */
export function runInPyTorch(scripts: readonly string[]): PyTorchResults {
  const python = process.env.LR_LAB_PYTHON ?? 'python3';
  const output = execFileSync(python, [join(import.meta.dirname, 'run_scripts.py')], {
    input: JSON.stringify(scripts),
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  return parseStateDict(output) as unknown as PyTorchResults;
}

/** Runs one program as a person would, and gives what it prints. */
export function printedBy(program: string): string {
  const python = process.env.LR_LAB_PYTHON ?? 'python3';
  return execFileSync(python, ['-'], { input: program, encoding: 'utf8', maxBuffer: 2 ** 30 });
}

/** Something that PyTorch 2.14 does otherwise than a version before it. */
interface Difference {
  /** What is different in the older version. */
  readonly what: string;
  readonly missing: keyof Ways;
  /** Whether a policy meets it, which holds these schedulers at whatever depth. */
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

/** In what a PyTorch with these ways does something else than PyTorch 2.14 with a policy; if in anything. */
export function differenceIn(policy: Policy, optimizer: string, has: Ways): string | undefined {
  const specs = policy.flatMap(({ scheduler }) => withInner(scheduler));
  return differences.find(({ missing, concerns }) => !has[missing] && concerns(specs, optimizer))?.what;
}

function withInner(spec: SchedulerSpec): SchedulerSpec[] {
  return [spec, ...childrenOf(spec).flatMap(withInner)];
}

/** Whether a SequentialLR has one of these types among its children, not counting the first few. */
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
