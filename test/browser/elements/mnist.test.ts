/** Real MNIST, and files that only pretend to be: through the page's own dialog. The mirror is a stub. */
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import type { LabPage } from '../support/lab-page.js';
import { expect, test } from '../support/lab-page.js';

const folder = (url: string) => fileURLToPath(new URL(url, import.meta.url));
const shared = folder('../../../../shared/data/mnist/');
const own = folder('../../golden/idx/');

/** The real test set where it is available, else a small pair of our own. */
const mnistFolder = existsSync(shared) ? shared : own;
const mnistFiles = readdirSync(mnistFolder)
  .filter((name) => name.includes('ubyte'))
  .map((name) => mnistFolder + name);

const mirror = 'https://cdn.jsdelivr.net/**';

async function openMnist(lab: LabPage): Promise<void> {
  await lab.button(/^Settings: /).click();
  await lab.page.getByLabel('Data', { exact: true }).selectOption('MNIST');
}

async function startAndOpenMnist(lab: LabPage): Promise<void> {
  await lab.embed('<lr-lab model="tiny" batch-size="4"></lr-lab>');
  await lab.button('Start').click();
  await lab.untilStep(3);
  await openMnist(lab);
}

/** The run has not noticed anything. */
async function expectUnharmed(lab: LabPage): Promise<void> {
  const { state, loss } = await lab.run();
  expect(state).toBe('running');
  await lab.untilStep(loss.length + 3);
}

test('a run trains on MNIST from the reader’s own files', async ({ lab }) => {
  await lab.embed('<lr-lab model="tiny" batch-size="4"></lr-lab>');
  await openMnist(lab);
  await lab.page.getByLabel('IDX files…').setInputFiles(mnistFiles);
  await expect(lab.page.getByText('Downloaded and verified.')).toBeVisible();
  await lab.button('Apply').click();
  await expect(lab.page.getByRole('dialog')).toBeHidden();
  await lab.step(10);
  await lab.untilStep(10);
  const { plan, loss } = await lab.run();
  if (mnistFolder === shared) expect(plan.stepsPerEpoch).toBe(9000 / 4);
  expect(loss.every(Number.isFinite)).toBe(true);
});

test('a run trains on letters from the reader’s own files', async ({ lab }) => {
  const count = 130;
  const words = (...values: number[]) => values.flatMap((value) => [0, 0, value >> 8, value & 255]);
  const pixels = Array.from({ length: count * 28 * 28 }, (_, index) => (index * 31) % 256);
  // EMNIST's letters are labelled from 1.
  const labels = Array.from({ length: count }, (_, index) => 1 + (index % 26));
  const files = {
    'emnist-letters-train-images-idx3-ubyte': [...words(2051, count, 28, 28), ...pixels],
    'emnist-letters-train-labels-idx1-ubyte': [...words(2049, count), ...labels],
  };
  await lab.embed('<lr-lab model="tiny" batch-size="4"></lr-lab>');
  await openMnist(lab);
  await lab.page.getByLabel('IDX files…').setInputFiles(
    Object.entries(files).map(([name, bytes]) => ({
      name,
      mimeType: 'application/octet-stream',
      buffer: Buffer.from(bytes),
    })),
  );
  await expect(lab.page.getByText('Downloaded and verified.')).toBeVisible();
  await lab.button('Apply').click();
  await expect(lab.page.getByRole('dialog')).toBeHidden();
  await lab.step(3);
  await lab.untilStep(3);
  const { loss } = await lab.run();
  // That of 27 classes to a network that has learnt nothing; ten digits have 2.3.
  expect(Math.abs(loss[0] - Math.log(27))).toBeLessThan(0.6);
});

const junk: [name: string, files: { name: string; bytes: number[] }[], words: RegExp][] = [
  ['a wrong magic number', [{ name: 'train-images', bytes: [0, 0, 7, 9, 0, 0, 0, 1] }], /0x00000709/],
  [
    'a truncated file',
    [{ name: 'train-images', bytes: [0, 0, 8, 3, 0, 0, 0, 9, 0, 0, 0, 28, 0, 0, 0, 28, 1] }],
    /7072|7056/,
  ],
  ['labels without images', [{ name: 'labels', bytes: [0, 0, 8, 1, 0, 0, 0, 1, 5] }], /images/i],
];

for (const [name, files, words] of junk) {
  test(`files with ${name} are refused in words, and the run trains on`, async ({ lab }) => {
    await startAndOpenMnist(lab);
    await lab.page.getByLabel('IDX files…').setInputFiles(
      files.map(({ name, bytes }) => ({
        name,
        mimeType: 'application/octet-stream',
        buffer: Buffer.from(bytes),
      })),
    );
    await expect(lab.page.getByRole('alert')).toContainText(words);
    await expectUnharmed(lab);
  });
}

test('a page that offers MNIST sends no request before a download is asked for', async ({ lab }) => {
  const requests: string[] = [];
  lab.page.on('request', (request) => requests.push(request.url()));
  await startAndOpenMnist(lab);
  expect(requests.filter((url) => !url.startsWith('http://localhost'))).toEqual([]);
});

test('a download with a wrong hash is refused, and the run trains on', async ({ lab }) => {
  await lab.page.route(mirror, (route) =>
    route.fulfill({ body: Buffer.alloc(2000), headers: { 'access-control-allow-origin': '*' } }),
  );
  await startAndOpenMnist(lab);
  await lab.page.getByRole('button', { name: /^Download MNIST/ }).click();
  await expect(lab.page.getByRole('alert')).toContainText('The download is not the expected file');
  await expectUnharmed(lab);
});

test.describe('offline', () => {
  test.use({ allowedMessages: [/Failed to load resource: net::ERR_INTERNET_DISCONNECTED/] });

  test('a download reports that the mirror cannot be reached, and can be tried again', async ({ lab }) => {
    await lab.page.route(mirror, (route) => route.abort('internetdisconnected'));
    await startAndOpenMnist(lab);
    const download = lab.page.getByRole('button', { name: /^Download MNIST/ });
    await download.click();
    await expect(lab.page.getByRole('alert')).toContainText('The mirror cannot be reached');
    await expect(download).toBeEnabled();
    await expectUnharmed(lab);
  });
});
