/** What the buttons of a card do to a policy: new schedulers get values that are useful in the run. */
import type { Config, Plan } from '../../src/lab/index.js';
import type { SchedulerType } from '../../src/policy/index.js';
import {
  addThen,
  addWith,
  childrenOf,
  type DraftEntry,
  type DraftSpec,
  draftSpec,
  type Edit,
  isComposite,
  newEntry,
  type Path,
  replaceCard,
  specAt,
  steppedAsUsual,
} from '../internal/policy/policy-tree.js';
import { stepsOf } from './card-curves.js';
import { beginningOf, type Measure } from './parameter-form.js';

/** The run that new cards are fitted to. */
export interface FittedRun {
  readonly plan: Plan;
  readonly optimizer: Config['optimizer'];
}

type Tree = readonly DraftEntry[];

/** The rate at which an entry's schedulers begin, and how often they are stepped. */
export function measureOf(entry: DraftEntry, { plan, optimizer }: FittedRun): Measure {
  return { lr: optimizer.lr, count: stepsOf(entry, plan) };
}

function entryOf(tree: Tree, path: Path): DraftEntry {
  return tree[Number(path[0])];
}

function addition(entry: DraftEntry, type: SchedulerType, run: FittedRun): DraftSpec {
  return draftSpec(beginningOf(type, measureOf(entry, run)));
}

/** Adds a scheduler to a policy that has none. */
export function withFirst(tree: Tree, run: FittedRun): Edit {
  const entry = newEntry({ type: 'ExponentialLR' });
  return addWith(tree, undefined, addition(entry, 'CosineAnnealingLR', run));
}

/** Adds a scheduler that comes after a card. */
export function withLater(tree: Tree, path: Path, run: FittedRun): Edit {
  const entry = entryOf(tree, path);
  return addThen(tree, path, addition(entry, 'CosineAnnealingLR', run), stepsOf(entry, run.plan));
}

/** Adds a scheduler that acts together with a card. */
export function withPartner(tree: Tree, path: Path, run: FittedRun): Edit {
  return addWith(tree, path, addition(entryOf(tree, path), 'ExponentialLR', run));
}

/** Makes another scheduler of a card; a composite contains the one before it. */
export function withType(tree: Tree, path: Path, type: SchedulerType, run: FittedRun): Edit {
  const before = specAt(tree, path)!;
  const stepped = steppedAsUsual(tree, path, type);
  const entry = entryOf(stepped, path);
  const fresh = addition(entry, type, run);
  if (!isComposite(type)) return replaceCard(stepped, path, fresh);
  const children = childrenOf(before);
  const schedulers = children.length > 1 ? children : [before, childrenOf(fresh)[1]];
  const { count } = measureOf(entry, run);
  const milestones = schedulers
    .slice(1)
    .map((_, index) => Math.max(index + 1, Math.round(((index + 1) * count) / schedulers.length)));
  return replaceCard(stepped, path, {
    ...fresh,
    schedulers,
    ...(type === 'SequentialLR' && { milestones }),
  });
}
