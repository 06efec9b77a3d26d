/** Programs as people write them, each of which runs under real PyTorch with the stubs of {@link stubs}. */

/** A program, what the code leaves open, and how long an epoch is. */
export interface PastedProgram {
  readonly style: string;
  readonly code: string;
  /** What stubs give where the code leaves it open. */
  readonly assume?: Readonly<Record<string, number | boolean | string>>;
  /** The updates of an epoch; 5 by default. */
  readonly perEpoch?: number;
}

/** A model, data, training functions and PyTorch's names, for programs that take them for granted. */
export const stubs = `
import argparse, functools, math, sys
import torch
import torch.nn as nn
import torch.optim as optim
from torch.optim import SGD, Adam, AdamW, lr_scheduler
from torch.optim.lr_scheduler import *
sys.argv = ["train.py"]
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 2)
    def forward(self, x):
        return self.layer(x)
model = Net()
loader = train_loader = data_loader = [(torch.ones(1, 2), torch.ones(1, 2)) for _ in range(5)]
loss_fn = nn.MSELoss()
def tqdm(x, **options):
    return x
`;

/** The schedulers that each style is tried with, and what else they need. */
const schedulers: readonly [string, string][] = [
  ['StepLR', 'StepLR(OPT, step_size=3, gamma=0.5)'],
  ['ExponentialLR', 'torch.optim.lr_scheduler.ExponentialLR(OPT, 0.9)'],
  ['CosineAnnealingLR', 'lr_scheduler.CosineAnnealingLR(OPT, T_max=12)'],
  ['LambdaLR', 'LambdaLR(OPT, lambda e: min(1.0, (e + 1) / 4) * 0.97 ** (e // 2))'],
  [
    'SequentialLR',
    'SequentialLR(OPT, [LinearLR(OPT, 0.1, total_iters=4), CosineAnnealingLR(OPT, 20)], milestones=[4])',
  ],
];

const update = (optimizer: string): string[] => [
  'loss = loss_fn(model(x), y)',
  'loss.backward()',
  `${optimizer}.step()`,
  `${optimizer}.zero_grad()`,
];

const indented = (lines: readonly string[]): string[] => lines.map((line) => `    ${line}`);

/** A style of program: how a scheduler is built and stepped. */
const styles: readonly [string, (build: (optimizer: string) => string) => PastedProgram['code']][] = [
  [
    'a script per epoch',
    (build) =>
      [
        'optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)',
        `scheduler = ${build('optimizer')}`,
        'for epoch in range(6):',
        ...indented(['for x, y in loader:', ...indented(update('optimizer')), 'scheduler.step()']),
      ].join('\n'),
  ],
  [
    'a script per batch',
    (build) =>
      [
        'opt = optim.Adam(model.parameters(), lr=0.01)',
        `sched = ${build('opt')}`,
        'for e in tqdm(range(6)):',
        ...indented(['for i, (x, y) in enumerate(loader):', ...indented([...update('opt'), 'sched.step()'])]),
      ].join('\n'),
  ],
  [
    'main() with argparse and a training function',
    (build) =>
      [
        'def train(args, model, loader, optimizer, epoch):',
        ...indented([
          'model.train()',
          'for batch_idx, (x, y) in enumerate(loader):',
          ...indented(update('optimizer')),
        ]),
        'def main():',
        ...indented([
          'parser = argparse.ArgumentParser()',
          "parser.add_argument('--epochs', type=int, default=6)",
          "parser.add_argument('--lr', type=float, default=0.1)",
          'args = parser.parse_args()',
          'optimizer = optim.SGD(model.parameters(), lr=args.lr)',
          `scheduler = ${build('optimizer')}`,
          'for epoch in range(1, args.epochs + 1):',
          ...indented(['train(args, model, train_loader, optimizer, epoch)', 'scheduler.step()']),
        ]),
        'if __name__ == "__main__":',
        '    main()',
      ].join('\n'),
  ],
  [
    'a class with methods',
    (build) =>
      [
        'class Trainer:',
        ...indented([
          'def __init__(self, model, loader, epochs=6):',
          ...indented([
            'self.model, self.loader, self.epochs = model, loader, epochs',
            'self.optimizer = AdamW(model.parameters(), lr=0.05)',
            `self.scheduler = ${build('self.optimizer')}`,
          ]),
          'def train_epoch(self):',
          ...indented(['for x, y in self.loader:', ...indented(update('self.optimizer'))]),
          'def fit(self):',
          ...indented([
            'for epoch in range(self.epochs):',
            ...indented(['self.train_epoch()', 'self.scheduler.step()']),
          ]),
        ]),
        'trainer = Trainer(model, loader)',
        'trainer.fit()',
      ].join('\n'),
  ],
  [
    'every second epoch',
    (build) =>
      [
        'optimizer = SGD(model.parameters(), lr=0.1)',
        `scheduler = ${build('optimizer')}`,
        'num_epochs = 8',
        'for epoch in range(num_epochs):',
        ...indented([
          'for x, y in loader:',
          ...indented(update('optimizer')),
          'if (epoch + 1) % 2 == 0:',
          '    scheduler.step()',
        ]),
      ].join('\n'),
  ],
  [
    'gradient accumulation',
    (build) =>
      [
        'optimizer = SGD(model.parameters(), lr=0.1)',
        `scheduler = ${build('optimizer')}`,
        'accum = 2',
        'for epoch in range(6):',
        ...indented([
          'for i, (x, y) in enumerate(loader):',
          ...indented([
            'loss = loss_fn(model(x), y) / accum',
            'loss.backward()',
            'if (i + 1) % accum == 0:',
            ...indented(['optimizer.step()', 'scheduler.step()', 'optimizer.zero_grad()']),
          ]),
        ]),
      ].join('\n'),
  ],
  [
    'a loop over updates',
    (build) =>
      [
        'optimizer = SGD(model.parameters(), lr=0.1)',
        `scheduler = ${build('optimizer')}`,
        'x, y = loader[0]',
        'for t in range(30):',
        ...indented([
          'for p in model.parameters(): p.grad = None',
          ...update('optimizer'),
          'scheduler.step()',
        ]),
      ].join('\n'),
  ],
  [
    'schedulers in a dictionary of a config class',
    (build) =>
      [
        'class CFG:',
        '    epochs = 6',
        '    lr = 0.1',
        'optimizer = SGD(model.parameters(), lr=CFG.lr)',
        `parts = {"scheduler": ${build('optimizer')}}`,
        'scheduler = parts["scheduler"]',
        'for epoch in range(CFG.epochs):',
        ...indented([
          'for phase in ["train", "val"]:',
          ...indented([
            'for x, y in loader:',
            ...indented(['if phase == "train":', ...indented(update('optimizer'))]),
            'if phase == "train" and scheduler is not None:',
            '    scheduler.step()',
          ]),
        ]),
      ].join('\n'),
  ],
  [
    'helpers that step, and a loop that ends early',
    (build) =>
      [
        'def one_step(x, y):',
        ...indented([...update('optimizer'), 'scheduler.step()']),
        'optimizer = SGD(model.parameters(), lr=0.1)',
        `scheduler = ${build('optimizer')}`,
        'done = 0',
        'while done < 22:',
        ...indented([
          'for x, y in loader:',
          ...indented(['one_step(x, y)', 'done += 1', 'if done >= 22:', '    break']),
        ]),
      ].join('\n'),
  ],
];

const combined = styles.flatMap(([style, write]) =>
  schedulers.map(([, call]): PastedProgram => ({
    style,
    code: write((optimizer) => call.replaceAll('OPT', optimizer)),
    ...(style === 'gradient accumulation' && { perEpoch: 2 }),
  })),
);

const perBatch = (head: string): string =>
  [
    head,
    'for epoch in range(6):',
    ...indented(['for x, y in loader:', ...indented([...update('optimizer'), 'scheduler.step()'])]),
  ].join('\n');

const adam = 'optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)\n';

/** Formulas and values in the ways people write them. */
const values: readonly string[] = [
  'scheduler = LambdaLR(optimizer, lambda s: 0.9 ** ((s / 100) // 0.1))',
  'scheduler = StepLR(optimizer, int(0.5 // 0.1))',
  'ms = [30, 8]; ms[0] = 3\nscheduler = MultiStepLR(optimizer, sorted(ms))',
  'ms = [3, 8, 9]; del ms[0]; ms.append(12)\nscheduler = MultiStepLR(optimizer, ms, gamma=math.exp(-0.1))',
  'scheduler = MultiStepLR(optimizer, [*range(4, 20, 4)], gamma=0.5)',
  'scheduler = MultiStepLR(optimizer, [i * 5 for i in range(1, 5)])',
  'scheduler = CosineAnnealingLR(optimizer, round(0.5 * 30))',
  'def f(e: int) -> float:\n    if e < 5:\n        return (e + 1) / 5\n    t = (e - 5) / 25\n    return 0.5 * (1 + math.cos(math.pi * t))\nscheduler = LambdaLR(optimizer, f)',
  'def f(e):\n    lr = 1.0\n    for m in [3, 9, 20]:\n        if e >= m:\n            lr *= 0.5\n    return lr\nscheduler = LambdaLR(optimizer, f)',
  'ms = [4, 9]\nscheduler = LambdaLR(optimizer, lambda e: 0.1 ** sum(e >= m for m in ms))',
  'def rule(e, n): return 0.5 ** (e // n)\nscheduler = LambdaLR(optimizer, functools.partial(rule, n=4))',
  'def make(n):\n    def f(step):\n        return min(1.0, (step + 1) / n)\n    return f\nscheduler = LambdaLR(optimizer, make(5))',
  'scheduler = MultiplicativeLR(optimizer, lr_lambda=lambda epoch: 0.95 if epoch % 3 == 0 else 1)',
  'scheduler = LambdaLR(optimizer, lambda e: max(0.01, 1 - e / 20) if 2 <= e < 15 else 0.3)',
  'm = torch.optim.lr_scheduler\nscheduler = m.ConstantLR(optimizer, factor=0.5, total_iters=7)',
  'scheduler = PolynomialLR(optimizer, 20, 2.0) if True else None',
  'scheduler = OneCycleLR(optimizer, max_lr=0.1, epochs=6, steps_per_epoch=len(loader), cycle_momentum=False)',
  'scheduler = CosineAnnealingWarmRestarts(optimizer, T_0=4, T_mult=2, eta_min=1e-4)',
  'scheduler = ChainedScheduler([ConstantLR(optimizer, 0.5, 4), ExponentialLR(optimizer, 0.9)])',
  'kwargs = dict(step_size=4, gamma=0.3)\nscheduler = StepLR(optimizer, **kwargs)',
];

/** All programs. */
export const pastedPrograms: readonly PastedProgram[] = [
  ...combined,
  ...values.map((head): PastedProgram => ({
    style: 'values and functions',
    code: perBatch(adam + head),
    assume: { 'len(loader)': 5 },
  })),
];
