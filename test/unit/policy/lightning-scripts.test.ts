/** Whole scripts of Lightning: a module is made, and a Trainer fits it. */
import { describe, expect, test } from 'vitest';
import { fromPyTorch } from '../../../src/policy/index.js';

const plan = { steps: 940, stepsPerEpoch: 94, epochs: 10, lr: 0.1 };

const imports = {
  'import pytorch_lightning as pl': 'pl',
  'import lightning as L': 'L',
  'import lightning.pytorch as pl': 'pl',
  'from lightning import pytorch as pl': 'pl',
} as const;

/** A module whose optimizer and scheduler `configure` makes. */
function moduleOf(
  configure: string,
  { name = 'LitModel', base = 'pl', init = 'self.save_hyperparameters()' } = {},
): string {
  const lines = (text: string): string => text.replaceAll(/^/gm, '        ');
  return `class ${name}(${base}.LightningModule):
    def __init__(self, lr=0.1):
        super().__init__()
${lines(init)}
        self.net = nn.Linear(1, 1)
    def training_step(self, batch, index):
        loss = self.net(batch).sum()
        self.log("loss", loss)
        return loss
    def configure_optimizers(self):
${lines(configure)}
`;
}

const cosine =
  'opt = torch.optim.SGD(self.parameters(), lr=self.hparams.lr)\nreturn [opt], [CosineAnnealingLR(opt, T_max=10)]';

function read(code: string) {
  const result = fromPyTorch(code, { plan });
  if (!result.success) throw new Error(JSON.stringify(result));
  return result;
}

describe.each(Object.entries(imports))('with %s', (line, base) => {
  const head = `${line}\nfrom torch.optim.lr_scheduler import CosineAnnealingLR\n${moduleOf(cosine, { base })}`;
  test.each([
    ['a module that is only made', 'model = LitModel()'],
    [
      'a module that is made and fitted',
      `model = LitModel()\ntrainer = ${base}.Trainer(max_epochs=10)\ntrainer.fit(model, loader)`,
    ],
    [
      'a module that is made in the call',
      `trainer = ${base}.Trainer(max_epochs=10)\ntrainer.fit(LitModel(), loader)`,
    ],
    [
      'a Trainer without a name',
      `${base}.Trainer(max_epochs=10).fit(model=LitModel(), train_dataloaders=loader)`,
    ],
    [
      'a function main',
      `def main():\n    trainer = ${base}.Trainer(max_epochs=10)\n    trainer.fit(LitModel(), loader)\n\nif __name__ == "__main__":\n    main()`,
    ],
    [
      'a function main that nothing calls',
      `def main():\n    ${base}.Trainer(max_epochs=10).fit(LitModel(), loader)`,
    ],
    [
      'a compiled module',
      `model = torch.compile(LitModel())\n${base}.Trainer(max_epochs=10).fit(model, loader)`,
    ],
  ])('%s is read by its configure_optimizers', (_, tail) => {
    const { policy, optimizer, notes } = read(`${head}\n${tail}\n`);
    expect(policy).toEqual([
      { scheduler: { type: 'CosineAnnealingLR', tMax: 10 }, interval: 'epoch', frequency: 1 },
    ]);
    expect(optimizer).toEqual({ type: 'SGD', lr: 0.1 });
    expect(notes.map(({ code }) => code)).toContain('lightning');
  });
});

describe('the arguments of the module', () => {
  test.each([
    ['hparams', 'self.save_hyperparameters()', 'self.hparams.lr', 'LitModel(lr=0.05)'],
    ['an attribute', 'self.lr = lr', 'self.lr', 'LitModel(0.05)'],
    ['hparams by their names', 'self.save_hyperparameters("lr")', 'self.hparams["lr"]', 'LitModel(lr=0.05)'],
  ])('reach the optimizer through %s', (_, init, lr, made) => {
    const configure = `opt = torch.optim.Adam(self.parameters(), lr=${lr})\nreturn {"optimizer": opt, "lr_scheduler": StepLR(opt, 3)}`;
    const code = `${moduleOf(configure, { init })}\npl.Trainer(max_epochs=3).fit(${made}, loader)`;
    expect(read(code).optimizer).toEqual({ type: 'Adam', lr: 0.05 });
  });
});

test('a module that is made and fitted on one side of a condition keeps its arguments', () => {
  const code = `${moduleOf(cosine)}
def train(**options):
    trainer = pl.Trainer(max_epochs=4)
    if os.path.isfile("saved.ckpt"):
        model = LitModel.load_from_checkpoint("saved.ckpt")
    else:
        model = LitModel(**options)
        trainer.fit(model, loader)
    trainer.test(model, loader)
train(lr=0.02)
`;
  const { optimizer, epochs } = read(code);
  expect(optimizer).toEqual({ type: 'SGD', lr: 0.02 });
  expect(epochs).toBe(4);
});

describe('what the module asks of its Trainer', () => {
  const onecycle = (steps: string): string =>
    moduleOf(
      `opt = torch.optim.SGD(self.parameters(), lr=0.1)\nsched = OneCycleLR(opt, 0.1, total_steps=${steps})\nreturn [opt], [{"scheduler": sched, "interval": "step"}]`,
    );

  test('max_epochs is the one of the Trainer', () => {
    const configure =
      'opt = torch.optim.SGD(self.parameters(), lr=0.1)\nreturn [opt], [CosineAnnealingLR(opt, self.trainer.max_epochs)]';
    const code = `${moduleOf(configure)}\ntrainer = pl.Trainer(max_epochs=7)\ntrainer.fit(LitModel(), loader)`;
    expect(read(code).policy[0].scheduler).toMatchObject({ tMax: 7 });
  });

  test('estimated_stepping_batches is the max_steps of the Trainer', () => {
    const code = `${onecycle('self.trainer.estimated_stepping_batches')}\npl.Trainer(max_steps=500).fit(LitModel(), loader)`;
    expect(read(code).policy[0].scheduler).toMatchObject({ totalSteps: 500 });
  });

  test('estimated_stepping_batches is asked for, and suggested for the epochs of the Trainer', () => {
    const code = `${onecycle('self.trainer.estimated_stepping_batches')}\npl.Trainer(max_epochs=5).fit(LitModel(), loader)`;
    const result = fromPyTorch(code, { plan });
    expect(result).toMatchObject({
      unknowns: [{ expression: 'self.trainer.estimated_stepping_batches', suggestion: 470 }],
    });
  });
});

describe('more than one module', () => {
  const one = moduleOf(cosine);
  const other = moduleOf(cosine, { name: 'Other' });

  test.each([
    [
      'two classes',
      `${one}${other}\npl.Trainer().fit(LitModel(), a)\npl.Trainer().fit(Other(), b)`,
      'LitModel, Other',
    ],
    [
      'two objects of a class',
      `${one}\npl.Trainer().fit(LitModel(0.1), a)\npl.Trainer().fit(LitModel(0.01), b)`,
      'LitModel',
    ],
    ['two that are only made', `${one}${other}\nfirst = LitModel()\nsecond = Other()`, 'LitModel, Other'],
  ])('is refused: %s', (_, code, received) => {
    expect(fromPyTorch(code)).toMatchObject({
      success: false,
      issues: [{ code: 'python-unsupported', detail: 'two-trainings', received }],
    });
  });

  test('of which one is fitted is read by that one', () => {
    const step = moduleOf('opt = torch.optim.SGD(self.parameters(), 0.1)\nreturn [opt], [StepLR(opt, 3)]', {
      name: 'Other',
    });
    const { policy } = read(
      `${one}${step}\na = LitModel()\nb = Other()\npl.Trainer(max_epochs=2).fit(b, loader)`,
    );
    expect(policy.map(({ scheduler }) => scheduler.type)).toEqual(['StepLR']);
  });
});

test('a scheduler that configure_optimizers does not return is refused with the way out', () => {
  const code = moduleOf('opt = torch.optim.SGD(self.parameters(), 0.1)\ns = StepLR(opt, 3)\nreturn opt');
  expect(fromPyTorch(`${code}\nLitModel()`)).toMatchObject({
    issues: [{ code: 'python-stepping', detail: 'not-returned', line: 12 }],
  });
});
