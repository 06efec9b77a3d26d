import { describe, expect, it } from 'vitest';

import { completeConfig } from '../../../src/config/index.js';
import { InputError } from '../../../src/errors.js';
import type { Session } from '../../../src/lab/session/session-file.js';
import { runsFrom } from '../../../src/lab/session/lab-session.js';
import { formatSession } from '../../../src/lab/session/session-file.js';
import { decodeLink, encodeLink, hasLink, longestLink } from '../../../src/lab/session/share-link.js';
import { normalisePolicy, usualWork } from '../../../src/policy/index.js';
import { fc, runs as cases } from '../../property-runs.js';
import { sessions, withoutIds } from './sessions.js';

const plain: Session = {
  runs: [{ id: 'A', config: completeConfig({}), interventions: [], planned: [] }],
};

async function problemOf(hash: string): Promise<InputError> {
  const error: unknown = await decodeLink(hash).then(
    () => new Error('the link was accepted'),
    (reason: unknown) => reason,
  );
  if (error instanceof InputError) return error;
  throw error instanceof Error ? error : new Error(String(error));
}

/** A link with any content. */
async function linkOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const deflated = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  return `#lab=${Buffer.from(await new Response(deflated).arrayBuffer()).toString('base64url')}`;
}

describe('a share link', () => {
  it('restores config and log of every run, without a history', async () => {
    await fc.assert(
      fc.asyncProperty(sessions, async (session) => {
        const { runs } = withoutIds(await decodeLink(await encodeLink(session)));
        expect(runs).toEqual(withoutIds(session).runs.map((run) => ({ ...run, history: undefined })));
      }),
      { numRuns: Math.ceil(cases / 2) },
    );
  });

  it('is short, and has only characters that a URL may hold', async () => {
    const link = await encodeLink(plain);
    expect(link).toMatch(/^#lab=[A-Za-z0-9_-]+$/);
    expect(link.length).toBeLessThan(400);
  });

  it('is found among other parts of the hash', async () => {
    const link = await encodeLink(plain);
    expect(hasLink(link)).toBe(true);
    expect(hasLink('#chapter-2')).toBe(false);
    expect(await decodeLink(`#chapter-2&${link.slice(1)}`)).toEqual(await decodeLink(link));
  });

  it('cannot hold a data set of the page', async () => {
    const images = new Uint8Array(128);
    const labels = Uint8Array.of(0, 1);
    const dataset = {
      images,
      labels,
      height: 8,
      width: 8,
      channels: 1,
      classes: 2,
      validation: { images, labels },
    };
    const own = {
      runs: [{ ...plain.runs[0], config: completeConfig({ dataset, model: 'tiny', batchSize: 2 }) }],
    };
    await expect(encodeLink(own)).rejects.toMatchObject({
      code: 'session-own-data',
      path: 'runs.A.config.dataset',
      accepted: '"digits" | "mnist"',
    });
  });

  it('is refused if the log is too long', async () => {
    // Rates without a pattern do not deflate.
    const planned = Array.from({ length: 5000 }, (_, step) => ({
      id: `i${step}`,
      kind: 'setLr' as const,
      step,
      lr: Math.abs(Math.sin(step + 1)),
    }));
    await expect(encodeLink({ runs: [{ ...plain.runs[0], planned }] })).rejects.toMatchObject({
      code: 'share-link',
      accepted: `≤ ${longestLink} characters`,
    });
  });
});

describe('the runs of a link', () => {
  const exponential = { scheduler: { type: 'ExponentialLR', gamma: 0.999 }, interval: 'step' } as const;

  const runOf = (id: string, epochs: number, schedulers: number): Session['runs'][number] => {
    const policy = normalisePolicy(Array<typeof exponential>(schedulers).fill(exponential));
    return { id, config: completeConfig({ policy, epochs }), interventions: [], planned: [] };
  };

  it('are played ahead within one budget of steps, and each shows some of its rates', async () => {
    const asked = Array.from({ length: 10 }, (_, index) => runOf(`R${index}`, 1e6, 100));
    const played = runsFrom(await decodeLink(await encodeLink({ runs: asked })));
    const steps = played.map(({ preview }) => preview.value.lr[0].length);
    expect(Math.min(...steps)).toBeGreaterThan(900);
    expect(steps.reduce((sum, each) => sum + each * 100)).toBeLessThanOrEqual(usualWork);
  });

  it('are shown whole where others leave the budget to them', async () => {
    const asked = [runOf('A', 1, 1), runOf('B', 1, 1), runOf('C', 1000, 3)];
    const [, , long] = runsFrom(await decodeLink(await encodeLink({ runs: asked })));
    expect(long.preview.value.lr[0].length).toBe(long.plan.value.steps);
  });

  it('are played ahead within the budget where everything is planned', () => {
    const planned = Array.from({ length: 100_000 }, (_, step) => ({
      id: `i${step}`,
      kind: 'setLr' as const,
      step,
      lr: 0.1,
    }));
    const [run] = runsFrom({ runs: [{ ...runOf('A', 1e6, 1), planned }] });
    expect(run.preview.value.lr[0].length).toBeLessThan(planned.length);
    expect(run.planned.value).toHaveLength(planned.length);
  });
});

describe('a broken link', () => {
  it.each([
    ['no session', '#chapter-2'],
    ['nothing', '#lab='],
    ['other characters', '#lab=%20%20'],
    ['what was never deflated', '#lab=____'],
    ['too many characters', `#lab=${'A'.repeat(longestLink + 1)}`],
  ])('is refused: %s', async (_, hash) => {
    expect((await problemOf(hash)).code).toBe('share-link');
  });

  it('is refused if its end is missing', async () => {
    const link = await encodeLink(plain);
    expect((await problemOf(link.slice(0, -20))).code).toBe('share-link');
  });

  it('is refused if it holds something else', async () => {
    expect(
      await problemOf(await linkOf(new TextEncoder().encode('{"format":"lr-lab session","version":1}'))),
    ).toMatchObject({
      code: 'share-link',
      path: 'runs',
    });
  });

  it('is refused as `session-version` if a newer lr-lab has made it', async () => {
    const file = JSON.stringify({ ...formatSession(plain), version: 9 });
    expect((await problemOf(await linkOf(new TextEncoder().encode(file)))).code).toBe('session-version');
  });

  it('is refused without reading all of it if it inflates to far more than a session', async () => {
    // 20 kB of deflated zeros, 20 MB of text.
    const bomb = await linkOf(new Uint8Array(20_000_000));
    expect(bomb.length).toBeLessThan(longestLink);
    expect(await problemOf(bomb)).toMatchObject({ code: 'share-link', received: '> 4000000 bytes' });
  });

  it('is refused with an InputError for any text', async () => {
    const link = await encodeLink(plain);
    const letter = fc.constantFrom('A', 'B', 'z', '0', '9', '-', '_');
    const letters = fc.string({ unit: letter });
    const hashes = fc.oneof(
      fc.string(),
      letters.map((text) => `#lab=${text}`),
      // A real link with one changed letter.
      fc
        .tuple(fc.integer({ min: 5, max: link.length - 1 }), letter)
        .map(([index, letter]) => link.slice(0, index) + letter + link.slice(index + 1)),
    );
    await fc.assert(
      fc.asyncProperty(hashes, async (hash) => {
        await decodeLink(hash).catch((error: unknown) => {
          if (!(error instanceof InputError)) throw error;
        });
      }),
      { numRuns: Math.max(cases, 3000) },
    );
  });
});
