import { describe, expect, it } from 'vitest';
import {
  addThen,
  addWith,
  canHaveWith,
  canMove,
  childrenOf,
  type DraftEntry,
  type DraftSpec,
  draftSpec,
  type Edit,
  isComposite,
  moveCard,
  type Path,
  cardPositionOf,
  removeCard,
  replaceCard,
  specAt,
  steppedAsUsual,
  treeOf,
  valueAt,
  withValue,
} from '../../../../components/internal/policy/policy-tree.js';
import {
  normalisePolicy,
  parsePolicy,
  type PolicyInput,
  schedulerTypes,
} from '../../../../src/policy/index.js';
import { policies, schedulerSpecs } from '../../policy/arbitraries.js';
import { fc } from '../../../property-runs.js';

type Tree = readonly DraftEntry[];

const leafTypes = schedulerTypes.filter((type) => !isComposite(type));
const tree = (policy: PolicyInput): Tree => treeOf(normalisePolicy(policy));

/** The paths of all cards. */
function cards(tree: Tree): Path[] {
  const inside = (path: Path): Path[] => [
    path,
    ...childrenOf(specAt(tree, path)!).flatMap((_, index) => inside([...path, 'schedulers', index])),
  ];
  return tree.flatMap((_, index) => inside([index, 'scheduler']));
}

/** A policy of all kinds of schedulers, one of its cards, and a scheduler to add. */
const cardsOfPolicies = fc
  .record({ policy: policies(), added: schedulerSpecs(leafTypes, 0), pick: fc.nat(), end: fc.nat(2000) })
  .filter(({ policy }) => policy.length > 0)
  .map(({ policy, added, pick, end }) => {
    const tree = treeOf(policy);
    const paths = cards(tree);
    return { tree, path: paths[pick % paths.length], added: draftSpec(added), end, pick };
  });

function expectValid({ tree }: Edit): void {
  const result = parsePolicy(tree);
  expect(result.success ? [] : result.issues.map(({ message }) => message)).toEqual([]);
}

/** LinearLR or PolynomialLR of length zero, which PyTorch accepts everywhere except at a milestone. */
const isInstant = (spec: DraftSpec): boolean =>
  (spec.type === 'LinearLR' || spec.type === 'PolynomialLR') && spec.totalIters === 0;

describe('a scheduler added after a card', () => {
  it('makes a sequence of the two, with a milestone midway', () => {
    const { tree: made, path } = addThen(
      tree({ type: 'StepLR', stepSize: 3 }),
      [0, 'scheduler'],
      { type: 'ExponentialLR', gamma: 0.9 },
      20,
    );
    expect(made[0].scheduler).toEqual({
      type: 'SequentialLR',
      schedulers: [
        { type: 'StepLR', stepSize: 3 },
        { type: 'ExponentialLR', gamma: 0.9 },
      ],
      milestones: [10],
    });
    expect(path).toEqual([0, 'scheduler', 'schedulers', 1]);
  });

  it('joins the card’s sequence, and later milestones move without space', () => {
    const three = tree({
      type: 'SequentialLR',
      schedulers: ['0.9', '0.8', '0.7', '0.6'].map((gamma) => ({
        type: 'ExponentialLR',
        gamma: Number(gamma),
      })),
      milestones: [4, 5, 6],
    });
    const added = { type: 'ExponentialLR', gamma: 0.1 } as const;
    const milestones = (after: number) =>
      valueAt(addThen(three, [0, 'scheduler', 'schedulers', after], added, 20).tree, [
        0,
        'scheduler',
        'milestones',
      ]);
    expect(milestones(0)).toEqual([2, 4, 5, 6]);
    expect(milestones(1)).toEqual([4, 5, 6, 7]);
    expect(milestones(3)).toEqual([4, 5, 6, 13]);
  });

  it('leaves the original policy when it is removed again', () => {
    fc.assert(
      fc.property(cardsOfPolicies, ({ tree, path, added, end }) => {
        const { parent } = cardPositionOf(tree, path);
        const edit = addThen(tree, path, added, end);
        expectValid(edit);
        expect(specAt(edit.tree, edit.path!)).toEqual(added);
        // A composite of one becomes its member, and milestones may have moved.
        const around = parent && specAt(tree, parent);
        const before = around?.type === 'SequentialLR' ? around : specAt(tree, path);
        if (before?.type === 'SequentialLR') {
          const milestones = before.milestones as number[];
          const hasRoom = milestones.every((at, index) => at - (milestones[index - 1] ?? 0) > 1);
          if (!hasRoom || childrenOf(before).length === 1) return;
        }
        expect(removeCard(edit.tree, edit.path!).tree).toEqual(tree);
      }),
    );
  });
});

describe('a scheduler added to act together with a card', () => {
  it('is another entry beside an entry, with the same interval', () => {
    const { tree: made, path } = addWith(
      tree({ scheduler: { type: 'StepLR', stepSize: 3 }, interval: 'step' }),
      [0, 'scheduler'],
      { type: 'ExponentialLR', gamma: 0.9 },
    );
    expect(made.map(({ interval, scheduler }) => [interval, scheduler.type])).toEqual([
      ['step', 'StepLR'],
      ['step', 'ExponentialLR'],
    ]);
    expect(path).toEqual([1, 'scheduler']);
  });

  it('is the first entry of an empty policy', () => {
    const edit = addWith([], undefined, { type: 'ExponentialLR', gamma: 0.9 });
    expectValid(edit);
    expect(edit.path).toEqual([0, 'scheduler']);
  });

  it('leaves the original policy when it is removed again', () => {
    fc.assert(
      fc.property(cardsOfPolicies, ({ tree, path, added }) => {
        if (!canHaveWith(tree, path)) return;
        const edit = addWith(tree, path, added);
        expectValid(edit);
        expect(specAt(edit.tree, edit.path!)).toEqual(added);
        const { parent, count } = cardPositionOf(tree, path);
        if (count === 1 && parent && specAt(tree, parent)!.type === 'ChainedScheduler') return;
        expect(removeCard(edit.tree, edit.path!).tree).toEqual(tree);
      }),
    );
  });

  it('is not offered if it would be a composite at a milestone', () => {
    const sequence = tree({
      type: 'SequentialLR',
      schedulers: [
        { type: 'LinearLR', totalIters: 5 },
        { type: 'ExponentialLR', gamma: 0.9 },
      ],
      milestones: [5],
    });
    expect([0, 1].map((index) => canHaveWith(sequence, [0, 'scheduler', 'schedulers', index]))).toEqual([
      true,
      false,
    ]);
  });
});

describe('a card that is moved', () => {
  it('forth and back leaves the original policy, which stays valid in between', () => {
    fc.assert(
      fc.property(cardsOfPolicies, ({ tree, path, pick }) => {
        const { index, count, parent } = cardPositionOf(tree, path);
        const to = pick % count;
        const edit = moveCard(tree, path, to);
        expect(specAt(edit.tree, edit.path!)).toEqual(specAt(tree, path));
        expect(moveCard(edit.tree, edit.path!, index).tree).toEqual(tree);
        const inside = parent ? childrenOf(specAt(tree, parent)!) : [];
        if (!canMove(tree, path, to) || inside.some(isInstant)) return;
        expectValid(edit);
        expect(canMove(edit.tree, edit.path!, index)).toBe(true);
      }),
    );
  });

  it('never moves a composite away from the start of a sequence', () => {
    const sequence = tree({
      type: 'SequentialLR',
      schedulers: [
        { type: 'ChainedScheduler', schedulers: [{ type: 'ExponentialLR', gamma: 0.9 }] },
        { type: 'LinearLR', totalIters: 5 },
        { type: 'ExponentialLR', gamma: 0.9 },
      ],
      milestones: [5, 9],
    });
    const allowed = (from: number) =>
      [-1, 0, 1, 2, 3].filter((to) => canMove(sequence, [0, 'scheduler', 'schedulers', from], to));
    expect(allowed(0)).toEqual([]);
    expect(allowed(1)).toEqual([2]);
    expect(allowed(2)).toEqual([1]);
  });

  it('can leave a position that PyTorch refuses', () => {
    const first = { type: 'LinearLR', totalIters: 5 } as const;
    const chain = { type: 'ChainedScheduler', schedulers: [{ type: 'ExponentialLR', gamma: 0.9 }] } as const;
    const sequence = { type: 'SequentialLR', schedulers: [first, chain], milestones: [5] } as const;
    const wrong: Tree = [{ scheduler: sequence, interval: 'epoch', frequency: 1 }];
    const path = [0, 'scheduler', 'schedulers', 1];
    expect(canMove(wrong, path, 0)).toBe(true);
    expectValid(moveCard(wrong, path, 0));
  });
});

describe('a card that is removed', () => {
  it('leaves a valid policy, down to an empty one', () => {
    fc.assert(
      fc.property(policies(), fc.array(fc.nat(), { minLength: 30, maxLength: 30 }), (policy, picks) => {
        let tree = treeOf(policy);
        for (const pick of picks) {
          const paths = cards(tree);
          if (paths.length === 0) break;
          const edit = removeCard(tree, paths[pick % paths.length]);
          expectValid(edit);
          expect(cards(edit.tree).length).toBeLessThan(paths.length);
          if (edit.path === undefined) expect(edit.tree).toEqual([]);
          else expect(specAt(edit.tree, edit.path)).toBeDefined();
          tree = edit.tree;
        }
      }),
    );
  });

  it('takes passMetrics with it if no other scheduler takes a metric', () => {
    const chain = tree({
      type: 'ChainedScheduler',
      schedulers: [
        { type: 'ExponentialLR', gamma: 0.9 },
        { type: 'StepLR', stepSize: 3 },
        { type: 'ReduceLROnPlateau' },
      ],
      passMetrics: true,
    });
    const { tree: left } = removeCard(chain, [0, 'scheduler', 'schedulers', 2]);
    expect(left[0].scheduler).not.toHaveProperty('passMetrics');
  });
});

describe('a policy built from cards', () => {
  it('is valid and can be taken apart again, however deeply it is nested', () => {
    const leaf = { type: 'ExponentialLR', gamma: 0.9 } as const;
    const start = tree(leaf);
    const trees = [start];
    let path: Path = [0, 'scheduler'];
    for (let depth = 0; depth < 12; depth += 1) {
      const last = trees.at(-1)!;
      const edit =
        depth % 2 === 0 ? addThen(last, path, { ...leaf, gamma: 0.5 }, 30) : addWith(last, path, leaf);
      expectValid(edit);
      trees.push(edit.tree);
      // Only the first of a sequence can be a chain, and every member of a chain can be a sequence.
      path = depth % 2 === 0 ? [...edit.path!.slice(0, -1), 0] : edit.path!;
    }
    expect(path).toHaveLength(2 + 2 * 12);
    for (let depth = 11; depth >= 0; depth -= 1) {
      const added: Path = depth % 2 === 0 ? [...path.slice(0, -1), 1] : path;
      const { tree: left } = removeCard(trees[depth + 1], added);
      expect(left).toEqual(trees[depth]);
      path = path.slice(0, -2);
    }
  });

  it('passes the metric to a scheduler that takes one, from every composite around it', () => {
    const nested = tree({
      type: 'SequentialLR',
      schedulers: [
        {
          type: 'ChainedScheduler',
          schedulers: [
            { type: 'ExponentialLR', gamma: 0.9 },
            { type: 'StepLR', stepSize: 3 },
          ],
        },
        { type: 'ExponentialLR', gamma: 0.9 },
      ],
      milestones: [5],
    });
    const edit = replaceCard(nested, [0, 'scheduler', 'schedulers', 0, 'schedulers', 1], {
      type: 'ReduceLROnPlateau',
    });
    expectValid(edit);
    expect(edit.tree[0].scheduler).toMatchObject({
      passMetrics: true,
      schedulers: [{ passMetrics: true }, { gamma: 0.9 }],
    });
  });

  it('accepts any scheduler instead of another', () => {
    fc.assert(
      fc.property(cardsOfPolicies, ({ tree, path, added }) => {
        const edit = replaceCard(tree, path, added);
        expectValid(edit);
        expect(specAt(edit.tree, path)).toEqual(added);
      }),
    );
  });
});

describe('a value of a policy', () => {
  it('is set in a copy of the policy, and undefined removes it', () => {
    const before = tree({ type: 'StepLR', stepSize: 3, gamma: 0.5 });
    const copy = structuredClone(before);
    const set = withValue(before, [0, 'scheduler', 'stepSize'], '3x');
    expect(valueAt(set, [0, 'scheduler', 'stepSize'])).toBe('3x');
    expect(withValue(before, [0, 'scheduler', 'gamma'], undefined)[0].scheduler).toEqual({
      type: 'StepLR',
      stepSize: 3,
    });
    expect(before).toEqual(copy);
  });
});

describe('the interval of another type', () => {
  const step: Tree = tree([{ scheduler: { type: 'StepLR', stepSize: 4 }, interval: 'epoch', frequency: 2 }]);
  const path: Path = [0, 'scheduler'];

  it('is every batch for a cycle, and every epoch after it', () => {
    const [cycle] = steppedAsUsual(step, path, 'OneCycleLR');
    expect(cycle).toMatchObject({ interval: 'step', frequency: 1 });
    const built = tree([{ scheduler: { type: 'CyclicLR', baseLr: 0.01, maxLr: 0.1 }, interval: 'step' }]);
    expect(steppedAsUsual(built, path, 'StepLR')[0]).toMatchObject({ interval: 'epoch', frequency: 1 });
  });

  it('stays for a type that is stepped alike', () => {
    expect(steppedAsUsual(step, path, 'ExponentialLR')).toBe(step);
  });
});
