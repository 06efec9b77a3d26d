/** How many epochs a pasted program trains. */
import { describe, expect, test } from 'vitest';
import { fromPyTorch } from '../../../src/policy/index.js';

const plan = { steps: 1116, stepsPerEpoch: 93, epochs: 12, lr: 0.1 };

function epochsOf(code: string): number | undefined {
  const result = fromPyTorch(code, { plan });
  if (!result.success) throw new Error(JSON.stringify(result));
  return result.epochs;
}

const build = 'optimizer = torch.optim.SGD(model.parameters(), lr=0.1)\nscheduler = StepLR(optimizer, 3)\n';
const batches = '    for x, y in loader:\n        optimizer.step()\n';

describe('the epochs of a program', () => {
  test.each([
    ['a range', `${build}for epoch in range(10):\n${batches}    scheduler.step()\n`, 10],
    ['a range from 1', `${build}for epoch in range(1, 14 + 1):\n${batches}    scheduler.step()\n`, 14],
    [
      'a name',
      `num_epochs = 7\n${build}for e in tqdm(range(num_epochs)):\n${batches}    scheduler.step()\n`,
      7,
    ],
    ['a loop of another name', `${build}for i in range(6):\n${batches}    scheduler.step()\n`, 6],
    ['steps at every update', `${build}for epoch in range(4):\n${batches}        scheduler.step()\n`, 4],
    [
      'a function that trains an epoch',
      `${build}for epoch in range(5):\n    train_epoch(model, loader)\n    scheduler.step()\n`,
      5,
    ],
    ['no scheduler', `optimizer = torch.optim.Adam(p, lr=0.1)\nfor epoch in range(8):\n${batches}`, 8],
    [
      'the default of argparse',
      `parser = argparse.ArgumentParser()\nparser.add_argument("--epochs", type=int, default=20)\nargs = parser.parse_args()\n${build}for epoch in range(args.epochs):\n${batches}    scheduler.step()\n`,
      20,
    ],
    [
      'max_epochs of Lightning',
      'class Lit(pl.LightningModule):\n    def configure_optimizers(self):\n        return torch.optim.SGD(self.parameters(), lr=0.1)\ntrainer = pl.Trainer(max_epochs=9)\ntrainer.fit(Lit(), loader)\n',
      9,
    ],
  ])('are known from %s', (_, code, epochs) => {
    expect(epochsOf(code)).toBe(epochs);
  });

  test.each([
    ['no loop', build],
    [
      'a loop over updates',
      `${build}for step in range(10000):\n    optimizer.step()\n    scheduler.step()\n`,
    ],
    ['a name without a value', `${build}for epoch in range(num_epochs):\n${batches}    scheduler.step()\n`],
    [
      'a loop that ends by itself',
      `${build}while epoch < last:\n${batches}    scheduler.step()\n    epoch += 1\n`,
    ],
    [
      'an endless Trainer',
      'class Lit(pl.LightningModule):\n    def configure_optimizers(self):\n        return torch.optim.SGD(self.parameters(), lr=0.1)\npl.Trainer(max_epochs=-1).fit(Lit(), loader)\n',
    ],
  ])('are not known from %s', (_, code) => {
    expect(epochsOf(code)).toBeUndefined();
  });

  test('are what other suggestions fit', () => {
    const code = `optimizer = torch.optim.SGD(model.parameters(), lr=0.1)\nscheduler = OneCycleLR(optimizer, 0.1, total_steps=total_steps)\nfor epoch in range(10):\n${batches}        scheduler.step()\n`;
    expect(fromPyTorch(code, { plan })).toMatchObject({
      unknowns: [{ expression: 'total_steps', suggestion: 930 }],
    });
  });
});
