import { describe, expect, it } from 'vitest';
import { codeTraining } from '../../../../components/lr-policy-editor/code-program.js';
import { en } from '../../../../components/locales/en.js';
import { zhCn } from '../../../../components/locales/zh-cn.js';
import { fromPyTorch } from '../../../../src/policy/index.js';

const current = { optimizer: { type: 'SGD', lr: 0.1 }, epochs: 12 } as const;

/** What the editor says about code, in one language. */
function said(code: string, { panel } = en) {
  const result = fromPyTorch(code);
  if (!result.success) throw new Error(JSON.stringify(result));
  const { optimizer, epochs } = result;
  return codeTraining({ optimizer, epochs }, current, panel.code, (count) => count.toLocaleString('en'));
}

const scheduler = 'scheduler = StepLR(optimizer, 3)\n';
const built = (optimizer: string): string => `optimizer = ${optimizer}\n${scheduler}`;
const loop = (epochs: number): string =>
  `for epoch in range(${epochs}):\n    for x in loader:\n        optimizer.step()\n    scheduler.step()\n`;

describe('the optimizer of pasted code', () => {
  it.each([
    ['optim.Adadelta(model.parameters(), lr=1.0)', 'Adadelta'],
    ['torch.optim.NAdam(model.parameters(), lr=2e-3)', 'NAdam'],
    ['torch.optim.LBFGS(model.parameters())', 'LBFGS'],
  ])('is named where there is none like it: %s', (optimizer, name) => {
    const { offered, remarks } = said(built(optimizer));
    expect(offered).toBeUndefined();
    expect(remarks).toEqual([
      `Your code uses ${name}, which is not available here; the schedule is used with SGD, lr 0.1.`,
    ]);
    expect(said(built(optimizer), zhCn).remarks).toEqual([
      `代码使用 ${name}，这里没有这个优化器；策略将配合 SGD, lr 0.1 使用。`,
    ]);
  });

  it.each([
    ['torch.optim.Adam(model.parameters(), lr=3e-4)', { type: 'Adam', lr: 3e-4 }],
    ['torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)', { type: 'SGD', lr: 0.1, momentum: 0.9 }],
  ])('is offered where it is another: %s', (optimizer, offered) => {
    const training = said(built(optimizer));
    expect(training.offered).toEqual({ optimizer: offered });
    expect(training.remarks).toEqual([]);
  });

  it('is not mentioned where the run has it', () => {
    expect(said(built('torch.optim.SGD(p, lr=0.1)'))).toEqual({
      offered: undefined,
      offers: [],
      remarks: [],
    });
  });

  it('is named where its learning rate is not in the code', () => {
    const { offered, remarks } = said('optimizer = torch.optim.Adam(p, lr=args.lr)\n' + scheduler);
    expect(offered).toBeUndefined();
    expect(remarks).toEqual([
      'The learning rate of Adam is not in your code; the schedule is used with SGD, lr 0.1.',
    ]);
  });
});

describe('the param groups of pasted code', () => {
  const groups = (first: string, second: string, rest = ''): string =>
    built(`torch.optim.SGD([{"params": a${first}}, {"params": b${second}}]${rest})`);

  it('are named with their rates where these differ', () => {
    const { offered, remarks } = said(groups(', "lr": 1e-3', ', "lr": 0.01', ', momentum=0.9'));
    expect(offered).toBeUndefined();
    expect(remarks).toEqual([
      'Your code uses SGD with several learning rates; the schedule is used with SGD, lr 0.1.',
      'The 2 param groups of your code (lr 0.001, 0.01) are not used here.',
    ]);
  });

  it('leave the rate of the optimizer on offer', () => {
    const { offered, remarks } = said(groups('', ', "lr": 0.01', ', lr=0.05'));
    expect(offered).toEqual({ optimizer: { type: 'SGD', lr: 0.05 } });
    expect(remarks).toEqual(['The 2 param groups of your code (lr 0.05, 0.01) are not used here.']);
  });

  it('that share a rate have it on offer', () => {
    const { offered } = said(groups(', "lr": 0.05', ', "lr": 0.05, "weight_decay": 0'));
    expect(offered).toEqual({ optimizer: { type: 'SGD', lr: 0.05 } });
  });
});

describe('the epochs of pasted code', () => {
  const sgd = built('torch.optim.SGD(p, lr=0.1)');

  it.each([
    [10, 'Your code trains 10 epochs; this run has 12.', '代码训练 10 个 epoch，当前运行是 12 个。'],
    [1, 'Your code trains 1 epoch; this run has 12.', '代码训练 1 个 epoch，当前运行是 12 个。'],
  ])('are offered where the run has another number: %i', (epochs, english, chinese) => {
    const { offered, offers } = said(sgd + loop(epochs));
    expect(offered).toEqual({ epochs });
    expect(offers).toEqual([english]);
    expect(said(sgd + loop(epochs), zhCn).offers).toEqual([chinese]);
  });

  it('are offered with the optimizer', () => {
    const { offered } = said(built('torch.optim.Adam(p, lr=0.01)') + loop(10));
    expect(offered).toEqual({ optimizer: { type: 'Adam', lr: 0.01 }, epochs: 10 });
  });

  it('are offered beside an optimizer that there is not', () => {
    const { offered, remarks } = said(built('torch.optim.NAdam(p, lr=0.01)') + loop(10));
    expect(offered).toEqual({ epochs: 10 });
    expect(remarks).toHaveLength(1);
  });

  it('are not mentioned where the run has as many', () => {
    expect(said(sgd + loop(12)).offered).toBeUndefined();
  });

  it('are refused where a run cannot have so many', () => {
    const { offered, remarks } = said(sgd + loop(2_000_000));
    expect(offered).toBeUndefined();
    expect(remarks).toEqual([
      'Your code trains 2,000,000 epochs, which is too many here (1 ≤ integer ≤ 1000000).',
    ]);
  });
});
