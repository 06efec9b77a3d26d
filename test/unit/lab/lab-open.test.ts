/** A running lab either opens a link or a session file completely, or refuses it with an InputError. */
import { describe, expect, it } from 'vitest';

import { InputError } from '../../../src/errors.js';
import { Lab } from '../../../src/lab/index.js';
import { fc, runs } from '../../property-runs.js';
import { ScriptedWorkers } from './scripted-worker.js';

/** Cases of each kind; the readers of links and files have as many in their own tests. */
const numRuns = Math.max(runs, 5000);

const config = { model: 'tiny', batchSize: 10, stepsPerEpoch: 6, epochs: 4 } as const;

/** A lab that has been trained and can continue, with a fork and a planned change. */
async function livingLab(): Promise<Lab> {
  const lab = new Lab(config, { openWorker: new ScriptedWorkers().open });
  const [run] = lab.runs.value;
  await lab.step(7);
  await lab.fork(run, { lr: 0.01 });
  await lab.swap(run, [], { at: 'epoch' });
  // As every later opening leaves it.
  await lab.open(JSON.stringify(lab));
  return lab;
}

const pictureOf = (lab: Lab): string => JSON.stringify([lab, lab.config.value, lab.state.value]);

/** Texts that begin like the real ones and are wrong later. */
function damaged(text: string): fc.Arbitrary<string> {
  const place = fc.nat(text.length - 1);
  return fc.oneof(
    place.map((end) => text.slice(0, end)),
    fc
      .tuple(place, fc.string({ unit: 'grapheme', maxLength: 4 }))
      .map(([at, inserted]) => text.slice(0, at) + inserted + text.slice(at)),
    fc.tuple(place, place).map(([from, to]) => text.slice(0, Math.min(from, to)) + text.slice(to)),
  );
}

/** Whether the lab refused; any error but an InputError fails the test. */
async function isRefused(work: Promise<void>): Promise<boolean> {
  try {
    await work;
    return false;
  } catch (error) {
    if (error instanceof InputError) return true;
    throw error;
  }
}

describe('a running lab', () => {
  it('is not changed by a text that is not a session file', async () => {
    const lab = await livingLab();
    const text = JSON.stringify(lab);
    const before = pictureOf(lab);
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string({ unit: 'grapheme' }), fc.json(), damaged(text)), async (file) => {
        if (await isRefused(lab.open(file))) expect(pictureOf(lab)).toBe(before);
        // A cut that left a valid session was opened: restores the earlier lab.
        else await lab.open(text);
      }),
      { numRuns },
    );
    await lab.dispose();
  });

  it('is not changed by a text that is not a share link', async () => {
    const lab = await livingLab();
    const text = JSON.stringify(lab);
    const before = pictureOf(lab);
    const { hash } = new URL(await lab.shareLink('https://example.org/'));
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string({ unit: 'grapheme' }), damaged(hash)), async (link) => {
        if (await isRefused(lab.openLink(link))) expect(pictureOf(lab)).toBe(before);
        else await lab.open(text);
      }),
      { numRuns },
    );
    await lab.dispose();
  });
});

it('a link needs the address of a page, which Node does not have', async () => {
  const lab = new Lab(config);
  await expect(lab.shareLink()).rejects.toThrow('base is ""; accepted: an address such as');
  await expect(lab.shareLink('lab.html')).rejects.toThrow('base is "lab.html"; accepted');
});
