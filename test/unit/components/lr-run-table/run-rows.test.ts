import { describe, expect, it } from 'vitest';
import { figuresOf, forkTree } from '../../../../components/lr-run-table/run-rows.js';
import { Lab, type Run } from '../../../../src/lab/index.js';
import { RunRecord } from '../../../../src/lab/run/run.js';
import { ScriptedWorkers } from '../../lab/scripted-worker.js';

const config = { model: 'tiny', batchSize: 10, stepsPerEpoch: 6, epochs: 4 } as const;

function runs(...parents: [id: string, parent?: string][]): Run[] {
  const complete = new Lab(config).config.peek();
  return parents.map(
    ([id, run]) => new RunRecord(id, complete, { parent: run ? { run, step: 3 } : undefined }),
  );
}

describe('the tree of runs', () => {
  it('puts each run’s forks after it, and keeps the index that decides its colour', () => {
    const tree = forkTree(runs(['A'], ['B', 'A'], ['C'], ['D', 'B'], ['E', 'A']));
    expect(tree.map(({ run, depth, index }) => [run.id, depth, index])).toEqual([
      ['A', 0, 0],
      ['B', 1, 1],
      ['D', 2, 3],
      ['E', 1, 4],
      ['C', 0, 2],
    ]);
  });

  it('shows a run whose parent was removed at the root', () => {
    const tree = forkTree(runs(['B', 'A'], ['C', 'B']));
    expect(tree.map(({ run, depth }) => [run.id, depth])).toEqual([
      ['B', 0],
      ['C', 1],
    ]);
  });
});

describe('a run’s figures', () => {
  it('are a mean of the last losses, the last accuracy and the best', async () => {
    const lab = new Lab(config, { openWorker: new ScriptedWorkers().open });
    await lab.step(13);
    const [run] = lab.runs.value;
    const { loss } = run.history;
    expect(figuresOf(run)).toEqual({
      step: 13,
      steps: 24,
      loss: loss.reduce((sum, value) => sum + value, 0) / 13,
      lr: run.lr.value[0],
      accuracy: 0.5,
      best: { accuracy: 0.5, epoch: 1 },
    });
  });

  it('are undefined before the first step', () => {
    const [run] = runs(['A']);
    expect(figuresOf(run)).toMatchObject({ step: 0, loss: undefined, accuracy: undefined, best: undefined });
  });
});
