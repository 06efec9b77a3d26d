import { describe, expect, test } from 'vitest';
import { fromPyTorch } from '../../../src/policy/index.js';
import type { FromPyTorchOptions, Policy, PyTorchResult } from '../../../src/policy/index.js';

const loop = `
for epoch in range(12):
    for batch in loader:
        optimizer.step()
    scheduler.step()
`;

const sgd = 'optimizer = torch.optim.SGD(model.parameters(), lr=0.1)';

const step = `${sgd}\nscheduler = StepLR(optimizer, 4)`;

function messageOf(result: PyTorchResult): string {
  if (result.success) return `read as ${JSON.stringify(result.policy)}`;
  return (result.issues ?? result.unknowns).map(({ message }) => message).join('\n');
}

function read(code: string, options?: FromPyTorchOptions): Policy {
  const result = fromPyTorch(code, options);
  if (!result.success) throw new Error(messageOf(result));
  return result.policy;
}

describe('the optimizer that is stepped is not the one that is scheduled', () => {
  const adam = 'torch.optim.AdamW(model.parameters(), lr=0.003)';

  test.each<[string, string, number]>([
    ['another one under the same name', `${step}\noptimizer = ${adam}${loop}`, 6],
    [
      'another one that a function makes',
      `${step}\ndef make():\n    return ${adam}\noptimizer = make()${loop}`,
      8,
    ],
    ['another one from the start', `${sgd}\nopt2 = ${adam}\nscheduler = StepLR(opt2, 4)${loop}`, 6],
    [
      'another one that a function steps',
      `${step}\nopt2 = ${adam}\ndef train(opt):\n    for batch in loader:\n        opt.step()\nfor epoch in range(9):\n    train(opt2)\n    scheduler.step()`,
      6,
    ],
    [
      'another one that code elsewhere steps',
      `${step}\nopt2 = ${adam}\nfor epoch in range(9):\n    train_epoch(model, opt2)\n    scheduler.step()`,
      5,
    ],
    [
      'another one under mixed precision',
      `${step}\nopt2 = ${adam}\nfor epoch in range(9):\n    for batch in loader:\n        scaler.step(opt2)\n    scheduler.step()`,
      6,
    ],
    [
      'one that the code does not build',
      `${step}\nfor epoch in range(9):\n    for batch in loader:\n        engine.optimizer.step()\n    scheduler.step()`,
      5,
    ],
  ])('%s', (_, code, line) => {
    const result = fromPyTorch(code);
    expect(messageOf(result)).toMatch(/is not the optimizer that the StepLR of line \d changes/);
    expect(result).toMatchObject({ issues: [{ line, code: 'python-stepping', detail: 'other-optimizer' }] });
  });

  test('an optimizer that configure_optimizers does not return', () => {
    const code = `class Model(LightningModule):\n    def configure_optimizers(self):\n        one = SGD(self.parameters(), lr=0.1)\n        two = SGD(self.parameters(), lr=0.2)\n        return [two], [StepLR(one, 4)]`;
    expect(messageOf(fromPyTorch(code))).toMatch(/does not return the optimizer of this StepLR/);
  });

  test('beside a second optimizer without a schedule the scheduled one is read', () => {
    const code = `${step}\nopt_d = ${adam}\nfor epoch in range(9):\n    for batch in loader:\n        opt_d.step()\n        optimizer.step()\n    scheduler.step()`;
    expect(read(code)).toMatchObject([{ scheduler: { type: 'StepLR' }, interval: 'epoch' }]);
  });

  test('of optimizers without a schedule the one that is stepped is read', () => {
    const updates = 'for batch in loader:\n    optimizer.step()';
    expect(fromPyTorch(`${sgd}\noptimizer = ${adam}\n${updates}`)).toMatchObject({
      policy: [],
      optimizer: { type: 'AdamW', lr: 0.003 },
      notes: [],
    });
    expect(fromPyTorch(`${sgd}\nopt2 = ${adam}\n${updates}\n    opt2.step()`)).toMatchObject({
      optimizer: { type: 'SGD' },
      notes: [{ code: 'one-optimizer', value: 'optimizer' }],
    });
  });
});

describe('a scheduler that is changed through what it keeps', () => {
  const within = (change: string, scheduler = 'LambdaLR(optimizer, lambda e: 0.9 ** e)'): string =>
    `${sgd}\nscheduler = ${scheduler}\n${change}${loop}`;
  const sequence =
    'SequentialLR(optimizer, [ConstantLR(optimizer, 0.1, 3), ExponentialLR(optimizer, 0.9)], [3])';

  test.each<[string, string?]>([
    ['scheduler.base_lrs[0] = 0.5'],
    ['scheduler.base_lrs[0] *= 0.5'],
    ['scheduler.base_lrs[:] = [0.5]'],
    ['scheduler.base_lrs = [0.5]'],
    ['rates = scheduler.base_lrs\nrates[0] = 0.5'],
    ['for i in range(len(scheduler.base_lrs)):\n    scheduler.base_lrs[i] *= 0.5'],
    ['for i, base in enumerate(scheduler.base_lrs):\n    scheduler.base_lrs[i] = base / 2'],
    ['def halve(rates):\n    rates[0] /= 2\nhalve(scheduler.base_lrs)'],
    ['scheduler.lr_lambdas[0] = lambda e: 0.5 ** e'],
    ['scheduler.lr_lambdas.clear()'],
    ['getattr(scheduler, "base_lrs")[0] = 0.5'],
    ['change(scheduler.base_lrs)'],
    ['random.shuffle(scheduler.base_lrs)'],
    ['scheduler.milestones[9] = 1', 'MultiStepLR(optimizer, [3, 6])'],
    ['scheduler.milestones.update({9: 1})', 'MultiStepLR(optimizer, [3, 6])'],
    ['del scheduler.milestones[3]', 'MultiStepLR(optimizer, [3, 6])'],
    ['scheduler._schedulers[1].gamma = 0.5', sequence],
    ['scheduler._schedulers[1].base_lrs[0] = 0.5', sequence],
    ['for s in scheduler._schedulers:\n    s.gamma = 0.5', sequence],
    ['for i, s in enumerate(scheduler._schedulers):\n    s.gamma = 0.5', sequence],
    ['setattr(scheduler._schedulers[1], "gamma", 0.5)', sequence],
    ['scheduler._milestones[0] = 5', sequence],
    ['scheduler.__dict__.update(gamma=0.5)', 'ExponentialLR(optimizer, 0.9)'],
    ['scheduler.__dict__["gamma"] = 0.5', 'ExponentialLR(optimizer, 0.9)'],
    ['setattr(scheduler, "gamma", 0.5)', 'ExponentialLR(optimizer, 0.9)'],
    ['del scheduler.gamma', 'ExponentialLR(optimizer, 0.9)'],
    ['scheduler.__init__(optimizer, 0.5)', 'ExponentialLR(optimizer, 0.9)'],
    ['scheduler._update_lr()', 'ExponentialLR(optimizer, 0.9)'],
    ['optimizer.param_groups[0]["initial_lr"] = 0.5'],
    ['optimizer.__dict__["param_groups"] = []'],
  ])('%s', (change, scheduler) => {
    const result = fromPyTorch(within(change, scheduler));
    expect(result.success).toBe(false);
    expect(messageOf(result)).toMatch(
      /changed by hand|change param groups by hand|to a scheduler cannot be|loop over schedulers/,
    );
  });

  test('a rate that is set before there is a scheduler', () => {
    const before = (rate: string): string =>
      `${sgd}\nfor group in optimizer.param_groups:\n    group.setdefault("initial_lr", ${rate})\nscheduler = StepLR(optimizer, 4)${loop}`;
    expect(messageOf(fromPyTorch(before('0.5')))).toMatch(/by hand/);
    expect(read(before('0.1'))).toHaveLength(1);
    expect(read(before('group["lr"]'))).toHaveLength(1);
  });

  test.each([
    'print(scheduler.base_lrs[0], scheduler.last_epoch)',
    'top = max(scheduler.base_lrs)\nwriter.add_scalar("base", scheduler.base_lrs[0])',
    'rates = list(scheduler.base_lrs)\nrates[0] = 1',
    'log.append(scheduler.base_lrs[0])',
    'rates = torch.tensor(scheduler.base_lrs)',
    'rates = copy.copy(scheduler.base_lrs)',
    'rate = getattr(scheduler, "last_epoch")',
    'report(scheduler.last_epoch)',
    'for group in optimizer.param_groups:\n    group.setdefault("initial_lr", group["lr"])',
    'count = len(scheduler.lr_lambdas)',
  ])('reading one is no change: %s', (look) => {
    expect(read(within(look))).toMatchObject([{ scheduler: { type: 'LambdaLR' } }]);
  });
});

describe('the Trainer of Hugging Face', () => {
  const imports = `from transformers import Trainer, TrainingArguments\n${sgd}\n`;
  const args = (more = ''): string => `args = TrainingArguments(output_dir='x', num_train_epochs=3${more})\n`;

  test.each([
    `${imports}${args(", lr_scheduler_type='cosine', warmup_ratio=0.1")}Trainer(model, args).train()`,
    `${imports}${args(", lr_scheduler_type='cosine'")}trainer = Trainer(model=model, args=args, optimizers=(optimizer, None))\ntrainer.train()`,
    `${imports}${args()}Trainer(model, args, optimizers=(optimizer, None)).train()`,
    `${imports}Trainer(model).train()`,
    `${imports}scheduler = StepLR(optimizer, 4)\n${args()}Trainer(model, args).train()`,
    `import transformers\n${sgd}\ntransformers.Seq2SeqTrainer(model).train()`,
    `from trl import SFTTrainer\n${sgd}\nSFTTrainer(model).train()`,
  ])('a schedule of its own is refused: %s', (code) => {
    const result = fromPyTorch(code);
    expect(messageOf(result)).toMatch(/comes from the Trainer of Hugging Face/);
    expect(result).toMatchObject({ issues: [{ detail: 'other-library' }] });
  });

  test('a scheduler that it is given is stepped once an update', () => {
    const code = `${imports}scheduler = CosineAnnealingLR(optimizer, 300)\n${args()}trainer = Trainer(model, args, optimizers=(optimizer, scheduler))\n`;
    const expected = [{ scheduler: { type: 'CosineAnnealingLR', tMax: 300 }, interval: 'step' }];
    expect(read(code)).toMatchObject(expected);
    expect(read(`${code}trainer.train()`)).toMatchObject(expected);
  });

  test('ReduceLROnPlateau, which it steps after an evaluation, is refused', () => {
    const code = `${imports}scheduler = ReduceLROnPlateau(optimizer)\nTrainer(model, args, optimizers=(optimizer, scheduler)).train()`;
    expect(messageOf(fromPyTorch(code))).toMatch(/after each evaluation/);
  });

  test('a rate that stays the same, and a loop of the code, are read', () => {
    const constant = `${imports}${args(", lr_scheduler_type='constant'")}Trainer(model, args, optimizers=(optimizer, None)).train()`;
    expect(read(constant)).toEqual([]);
    expect(read(`${imports}${args()}for batch in loader:\n    optimizer.step()`)).toEqual([]);
  });
});

describe('the metric of ReduceLROnPlateau', () => {
  const program = (metric: string, before = '', mode = 'min'): string =>
    `${sgd}\nscheduler = ReduceLROnPlateau(optimizer, mode='${mode}', patience=2)\nfor epoch in range(12):\n    train()\n    val_acc, elbo = evaluate()\n    ${before}\n    scheduler.step(${metric})`;

  test.each<[string, string?, string?]>([
    ['-val_acc'],
    ['1 - val_acc'],
    ['1.0 - val_acc.item()'],
    ['float(-val_acc)'],
    ['(-val_acc).item()'],
    ['100 - acc'],
    ['1 / val_acc'],
    ['val_acc * -1'],
    ['torch.neg(val_acc)'],
    ['metric', 'metric = -val_acc'],
    ['error', 'error = 1 - val_acc'],
    ['self.metric', 'self.metric = -val_acc'],
    ['-val_loss', '', 'max'],
    ['metric', 'metric = -val_loss', 'max'],
  ])('a metric with its sign turned around is refused: %s, %s', (metric, before, mode) => {
    const result = fromPyTorch(program(metric, before, mode));
    expect(messageOf(result)).toMatch(/falls where the metric rises/);
    expect(result).toMatchObject({ issues: [{ code: 'python-metric', line: 7 }] });
  });

  test.each<[string, string?]>([
    ['val_loss', 'val_loss = -elbo.mean()'],
    ['loss', 'loss = -scores.mean()'],
    ['-elbo'],
    ['val_acc', ''],
    ['metric', 'metric = val_acc / 100'],
    ['metric', 'metric = 1e-3 * val_loss'],
  ])('any other is read or asked about: %s, %s', (metric, before) => {
    const result = fromPyTorch(program(metric, before));
    expect(result.success || result.unknowns).toBeTruthy();
  });
});

describe('decorators', () => {
  const built = `${sgd}\nscheduler = ExponentialLR(optimizer, 0.9)\n`;
  const passes = `\nfor epoch in range(12):\n    for batch in loader:\n        optimizer.step()\n    advance()`;
  const decorated = (decorator: string): string =>
    `${built}${decorator}\ndef advance():\n    scheduler.step()${passes}`;
  const twice = 'def twice(f):\n    def both():\n        f()\n        f()\n    return both\n';
  const timer =
    'def timer(f):\n    @functools.wraps(f)\n    def wrapper(*args, **kwargs):\n        result = f(*args, **kwargs)\n        print(f.__name__)\n        return result\n    return wrapper\n';

  test.each<[string, string]>([
    ['one that calls the function twice', `${twice}@twice`],
    [
      'a class of which the function becomes an object',
      'class Twice:\n    def __init__(self, f):\n        self.f = f\n    def __call__(self):\n        self.f()\n        self.f()\n@Twice',
    ],
    [
      'one that calls the function in some epochs only',
      'def late(f):\n    def maybe():\n        if epoch > 3:\n            f()\n    return maybe\n@late',
    ],
    [
      'one with an argument',
      `def many(n):\n    def take(f):\n        def call():\n            for i in range(n):\n                f()\n        return call\n    return take\n@many(3)`,
    ],
  ])('%s is followed, and the program refused', (_, decorator) => {
    expect(fromPyTorch(decorated(decorator))).toMatchObject({ issues: [{ code: 'python-stepping' }] });
  });

  test.each(['@retry', '@retry(stop=3)', '@tools.repeat(2)'])(
    'what %s makes of a function is not known',
    (decorator) => {
      const result = fromPyTorch(decorated(decorator));
      expect(messageOf(result)).toMatch(/what @re\w+ makes of advance is not known/);
      expect(result).toMatchObject({ issues: [{ code: 'python-unsupported', detail: 'elsewhere' }] });
    },
  );

  test.each([
    '@torch.no_grad()',
    '@record',
    '@log_time',
    `${timer}@timer`,
    `def same(f):\n    return f\n@same`,
    `${timer}@torch.inference_mode()\n@timer`,
  ])('a decorator that only looks changes nothing: %s', (decorator) => {
    expect(read(decorated(decorator))).toMatchObject([{ interval: 'epoch', frequency: 1 }]);
  });

  test('a decorator that counts is followed, and its condition refused', () => {
    const third =
      'count = 0\ndef third(f):\n    def call():\n        global count\n        count += 1\n        if count % 3 == 0:\n            f()\n    return call\n@third';
    expect(fromPyTorch(decorated(third))).toMatchObject({ issues: [{ detail: 'condition' }] });
  });

  test('a program whose functions nothing calls is read with its decorators', () => {
    const code = `${timer}@timer\ndef main():\n    optimizer = SGD(model.parameters(), 0.1)\n    scheduler = StepLR(optimizer, 3)\n    for epoch in range(9):\n        train(optimizer)\n        scheduler.step()`;
    expect(read(code)).toMatchObject([{ scheduler: { type: 'StepLR' }, interval: 'epoch' }]);
  });

  test('the function of a LambdaLR is read as its decorators make it', () => {
    const formula = (decorator: string): string =>
      `${sgd}\ndef half(f):\n    return lambda e: f(e) / 2\n${decorator}\ndef rule(epoch):\n    return 0.9 ** epoch\nscheduler = LambdaLR(optimizer, rule)`;
    expect(read(formula('@half'))).toMatchObject([{ scheduler: { lrLambda: '0.9 ** epoch / 2' } }]);
    expect(read(formula('@functools.lru_cache'))).toMatchObject([
      { scheduler: { lrLambda: '0.9 ** epoch' } },
    ]);
    expect(messageOf(fromPyTorch(formula('@smooth')))).toMatch(/what @smooth makes of rule/);
  });
});

describe('the rate of the optimizer', () => {
  const built = (rate: string): string => `optimizer = SGD(m, ${rate})\nscheduler = StepLR(optimizer, 3)`;

  test.each(['lr=torch.tensor(0.3)', 'torch.tensor(0.3, device="cuda")', 'lr=torch.as_tensor(0.3)'])(
    'that is given as a tensor is read: %s',
    (rate) => {
      expect(fromPyTorch(built(rate))).toMatchObject({ optimizer: { type: 'SGD', lr: 0.3 } });
    },
  );

  test('that the code does not tell is noted, unless it is answered', () => {
    const result = fromPyTorch(built('lr=cfg.lr'));
    expect(result).toMatchObject({
      optimizer: { type: 'SGD' },
      notes: [{ code: 'rate-unknown', line: 1, value: 'cfg.lr' }, { code: 'per-epoch' }],
    });
    expect(fromPyTorch(built('lr=cfg.lr'), { assume: { 'cfg.lr': 0.2 } })).toMatchObject({
      optimizer: { lr: 0.2 },
      notes: [{ code: 'per-epoch' }],
    });
  });

  test('of one param group that the code does not tell is noted', () => {
    const code = 'optimizer = SGD([{"params": a, "lr": cfg.head}, {"params": b}], lr=0.1)';
    expect(fromPyTorch(code)).toMatchObject({ notes: [{ code: 'rate-unknown', value: 'cfg.head' }] });
  });
});
