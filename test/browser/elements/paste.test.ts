/** PyTorch code as people paste it: its curve, what it leaves open, what was assumed, and a run that trains with it. */
import type { LrLab } from '../../../components/index.js';
import type { LabPage } from '../support/lab-page.js';
import { expect, test } from '../support/lab-page.js';

/** Pastes code into a small lab. */
async function paste(lab: LabPage, code: string) {
  await lab.embed('<lr-lab model="tiny" epochs="2" steps-per-epoch="4" batch-size="4"></lr-lab>');
  await lab.page.getByRole('tab', { name: 'PyTorch' }).click();
  await lab.page.getByLabel('PyTorch code').fill(code);
}

/** Trains the pasted schedule, which is the run's own, to the end; the rate of each update. */
async function train(lab: LabPage): Promise<number[]> {
  await expect(lab.page.getByText(/^Start trains /)).toBeVisible();
  await lab.button('Start').click();
  await lab.untilState('finished');
  return (await lab.run()).lr;
}

const shot = (lab: LabPage, name: string) => {
  const folder = process.env.LR_LAB_SHOTS;
  return folder === undefined
    ? Promise.resolve()
    : lab.page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
};

test('the example of OneCycleLR from PyTorch’s documentation asks for the batches of an epoch', async ({
  lab,
}) => {
  await paste(
    lab,
    `>>> data_loader = torch.utils.data.DataLoader(...)
>>> optimizer = torch.optim.SGD(model.parameters(), lr=1e-4, momentum=0.9)
>>> scheduler = torch.optim.lr_scheduler.OneCycleLR(
...     optimizer, max_lr=0.01, steps_per_epoch=len(data_loader), epochs=10
... )
>>> for epoch in range(10):
>>>     for batch in data_loader:
>>>         train_batch(...)
>>>         optimizer.step()
>>>         scheduler.step()
`,
  );
  const field = lab.page.getByLabel('len(data_loader)');
  await expect(field).toHaveValue('4');
  await expect(lab.page.getByText('Your code uses SGD')).toBeVisible();
  await shot(lab, 'one-cycle');
  await field.fill('8');
  await field.blur();
  expect((await train(lab)).at(0)).toBeCloseTo(0.01 / 25, 12);
});

test('the epochs of the code are taken over with its optimizer', async ({ lab }) => {
  await paste(
    lab,
    `optimizer = torch.optim.SGD(model.parameters(), lr=0.02)
scheduler = OneCycleLR(optimizer, max_lr=0.02, epochs=3, steps_per_epoch=len(loader))
for epoch in range(3):
    for batch in loader:
        optimizer.step()
        scheduler.step()
`,
  );
  const offer = lab.page.getByRole('group', { name: 'Your code uses SGD, lr 0.02.' });
  await expect(offer).toContainText('Your code trains 3 epochs; this run has 2.');
  await offer.getByRole('button', { name: 'Use it too (restarts)' }).click();
  await expect(offer).toBeHidden();
  await expect(lab.page.getByLabel('PyTorch code')).toHaveValue(/^optimizer = /);
  expect(await train(lab)).toHaveLength(12);
});

test('Lightning’s dictionary is a policy entry as it stands', async ({ lab }) => {
  await paste(
    lab,
    `class Model(pl.LightningModule):
    def configure_optimizers(self):
        optimizer = torch.optim.Adam(self.parameters(), lr=3e-4)
        scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.5)
        return {
            "optimizer": optimizer,
            "lr_scheduler": {"scheduler": scheduler, "interval": "step", "frequency": 2},
        }
`,
  );
  await expect(lab.page.getByText('Lightning steps the schedulers')).toBeVisible();
  await expect(lab.page.getByText('Your code uses Adam, lr 3e-4')).toBeVisible();
  await shot(lab, 'lightning');
  await lab.button('Use it too (restarts)').click();
  await expect
    .poll(() => lab.element.evaluate(({ lab: own }: LrLab) => own!.config.value.optimizer))
    .toEqual({ type: 'Adam', lr: 3e-4 });
  const code = lab.page.getByLabel('PyTorch code');
  await expect(code, 'the reader’s own code stays').toHaveValue(/^class Model/);
  await expect(lab.button('Undo')).toBeEnabled();
  await lab.button('Start').click();
  await lab.untilState('finished');
  const { lr } = await lab.run();
  expect(lr.map((rate) => rate / 3e-4)).toEqual([1, 1, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125]);
});

test('a main() with argparse is read with its defaults', async ({ lab }) => {
  await paste(
    lab,
    `import argparse
import torch.optim as optim
from torch.optim.lr_scheduler import StepLR


def train(args, model, loader, optimizer, epoch):
    model.train()
    for batch_idx, (data, target) in enumerate(loader):
        optimizer.zero_grad()
        loss = F.nll_loss(model(data), target)
        loss.backward()
        optimizer.step()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--epochs', type=int, default=14)
    parser.add_argument('--lr', type=float, default=1.0)
    parser.add_argument('--gamma', type=float, default=0.7)
    parser.add_argument('--schedule', default='step')
    args = parser.parse_args()
    optimizer = optim.Adadelta(model.parameters(), lr=args.lr)
    if args.schedule == 'step':
        scheduler = StepLR(optimizer, step_size=1, gamma=args.gamma)
    for epoch in range(1, args.epochs + 1):
        train(args, model, train_loader, optimizer, epoch)
        scheduler.step()


if __name__ == '__main__':
    main()
`,
  );
  await expect(lab.page.getByText("Only this branch is read: args.schedule == 'step'")).toBeVisible();
  await expect(
    lab.page.getByText(
      'Your code uses Adadelta, which is not available here; the schedule is used with SGD, lr 0.1.',
    ),
  ).toBeVisible();
  await expect(
    lab.page.getByRole('group', { name: 'Your code trains 14 epochs; this run has 2.' }),
  ).toBeVisible();
  await shot(lab, 'main');
  const lr = await train(lab);
  expect(lr[4] / lr[0]).toBeCloseTo(0.7, 12);
});

test('a warm-up of Hugging Face asks for its steps and draws at once', async ({ lab }) => {
  await paste(
    lab,
    `from transformers import get_linear_schedule_with_warmup
optimizer = torch.optim.AdamW(model.parameters(), lr=5e-5)
scheduler = get_linear_schedule_with_warmup(optimizer, num_warmup_steps=2, num_training_steps=total_steps)
for epoch in range(num_epochs):
    for batch in train_dataloader:
        loss.backward()
        optimizer.step()
        scheduler.step()
`,
  );
  await expect(lab.page.getByLabel('total_steps')).toHaveValue('8');
  await expect(lab.page.getByText('is read as the LambdaLR that it makes')).toBeVisible();
  await expect(lab.page.getByRole('img', { name: /^Learning rate\. .*planned: 0/ })).toBeVisible();
  await shot(lab, 'hugging-face');
  const lr = await train(lab);
  expect(lr.slice(0, 3).map((rate) => rate / lr[2])).toEqual([0, 0.5, 1]);
});

test('a refusal marks its line and names the way out', async ({ lab }) => {
  await paste(
    lab,
    `optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
scheduler = StepLR(optimizer, 3)
for epoch in range(9):
    scheduler.step()
    train(model)
`,
  );
  await expect(lab.page.getByText('The scheduler is stepped before the update')).toBeVisible();
  await expect(lab.page.locator('.numbers .marked')).toHaveText('4');
  await shot(lab, 'refused');
});
