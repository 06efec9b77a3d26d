import { readFileSync } from 'node:fs';

import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';

import { completeConfig } from '../../../src/config/index.js';
import { InputError } from '../../../src/errors.js';
import { idOf } from '../../../src/lab/run-list.js';
import { History } from '../../../src/lab/run/history.js';
import { pack, unpack } from '../../../src/lab/session/packed.js';
import { longestName } from '../../../src/lab/run/run-name.js';
import type { Session, SessionRun } from '../../../src/lab/session/session-file.js';
import { formatSession, parseSession } from '../../../src/lab/session/session-file.js';
import { mostRuns } from '../../../src/lab/session/session-schema.js';
import type { Checkpoint } from '../../../src/training/checkpoint.js';
import { fc, runs as cases } from '../../property-runs.js';
import { sessions, withoutIds } from './sessions.js';

const dataset = {
  images: Uint8Array.from({ length: 3 * 64 }, (_, index) => index),
  labels: Uint8Array.of(0, 1, 1),
  height: 8,
  width: 8,
  channels: 1,
  classes: 2,
  validation: { images: new Uint8Array(64), labels: Uint8Array.of(1) },
};

const run = (changes: Partial<SessionRun> = {}): SessionRun => ({
  id: 'A',
  config: completeConfig({}),
  interventions: [],
  planned: [],
  history: { loss: Float32Array.of(2, 1), lr: [Float64Array.of(0.1, 0.1)], evaluations: [] },
  ...changes,
});

/** A session after it is written to a file and read. */
const reopened = (session: Session): Session => parseSession(JSON.stringify(formatSession(session)));

const bitsOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** The problem with which a session file is refused. */
function problemOf(value: unknown): InputError {
  try {
    parseSession(value);
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error('the session was accepted');
}

/** The file of a session with one run and another value at a path; undefined removes it. */
function fileWith(path: string, value: unknown, session: Session = { runs: [run()] }): unknown {
  const file = JSON.parse(JSON.stringify(formatSession(session))) as Record<string, unknown>;
  const keys = path.split('.');
  const last = keys.pop()!;
  const parent = keys.reduce<Record<string, unknown>>((at, key) => at[key] as Record<string, unknown>, file);
  parent[last] = value;
  return file;
}

/** The file of a run on a data set of the page, with another index for it. */
const withDataset = (index: number): unknown =>
  fileWith('runs.0.config.dataset', index, {
    runs: [run({ config: completeConfig({ dataset, batchSize: 2 }) })],
  });

/** Packed evaluations at these steps. */
const scores = (steps: readonly number[]) => {
  const column = () => pack(Float64Array.from(steps));
  return { step: column(), epoch: column(), loss: column(), accuracy: column() };
};

describe('a session file', () => {
  it('restores every session exactly', () => {
    fc.assert(
      fc.property(sessions, (session) => {
        expect(withoutIds(reopened(session))).toEqual(withoutIds(session));
      }),
    );
  });

  it('gives every intervention an id of its own when it is read', () => {
    fc.assert(
      fc.property(sessions, (session) => {
        const ids = reopened(session).runs.flatMap(({ interventions, planned }) =>
          [...interventions, ...planned].map(({ id }) => id),
        );
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });

  it('keeps every bit of losses and rates, including NaN', () => {
    fc.assert(
      fc.property(sessions, (session) => {
        for (const [index, { history }] of reopened(session).runs.entries()) {
          const before = session.runs[index].history!;
          expect(bitsOf(history!.loss)).toEqual(bitsOf(before.loss));
          expect(history!.lr.map(bitsOf)).toEqual(before.lr.map(bitsOf));
        }
      }),
    );
  });

  it('accepts a live History', () => {
    const history = new History();
    history.append({ first: 0, loss: Float32Array.of(1, NaN), lr: [Float64Array.of(0.1, 1e-9)] }, [
      { step: 2, epoch: 1, loss: Infinity, accuracy: 0.5 },
    ]);
    const back = reopened({ runs: [run({ history })] }).runs[0].history!;
    expect(back).toEqual({ loss: history.loss, lr: history.lr, evaluations: history.evaluations });
    expect(History.from(back).minMax('loss', 0, 2, 1).value[0]).toBe(1);
  });

  it('with 8 runs of 100,000 steps and a score after each step is readable', () => {
    const length = 100_000;
    const history = {
      loss: new Float32Array(length).fill(1),
      lr: [new Float64Array(length).fill(0.1)],
      evaluations: Array.from({ length }, (_, index) => ({
        step: index + 1,
        epoch: index,
        loss: index % 7 === 0 ? NaN : 1 / (index + 1),
        accuracy: 0.1,
      })),
    };
    const runs = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'].map((id) => run({ id, history }));
    const back = reopened({ runs }).runs;
    expect(back.map(({ history: { evaluations } = { evaluations: [] } }) => evaluations.length)).toEqual(
      runs.map(() => length),
    );
    expect(back[7].history!.evaluations.slice(-9)).toEqual(history.evaluations.slice(-9));
  });

  it('holds as many runs as a lab, with the longest names', () => {
    const runs = Array.from({ length: mostRuns }, (_, place) =>
      run({ id: idOf(place), name: '長'.repeat(longestName) }),
    );
    expect(reopened({ runs }).runs).toEqual(runs);
  });

  it('keeps a checkpoint with its infinities', () => {
    const checkpoint = {
      version: 1,
      step: 2,
      weights: { 'conv1/kernel': { shape: [2], values: Float32Array.of(-0, NaN) } },
      rates: { live: { entries: [{ scheduler: { best: Infinity, $odd: -0 } }] } },
    } as unknown as Checkpoint;
    expect(reopened({ runs: [run({ checkpoint })] }).runs[0].checkpoint).toStrictEqual(checkpoint);
  });

  it('holds a data set of the page once for all runs', () => {
    const config = completeConfig({ dataset, model: 'tiny', batchSize: 2 });
    const session = { runs: [run({ config }), run({ id: 'B', config: { ...config, seed: 8 } })] };
    expect(formatSession(session).datasets).toHaveLength(1);
    expect(withoutIds(reopened(session))).toEqual(withoutIds(session));
  });

  it('refuses a model that the page provides', () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] })] });
    const session = { runs: [run({ config: completeConfig({ model }) })] };
    expect(() => formatSession(session)).toThrow(
      `runs.A.config.model is the page's own (tf.LayersModel), which cannot be written`,
    );
    model.dispose();
  });

  it('of version 1 is still readable', () => {
    const file = readFileSync(new URL('../../golden/session/version-1.json', import.meta.url), 'utf8');
    const { runs } = parseSession(file);
    expect(runs.map(({ id, name, parent }) => ({ id, name, parent }))).toEqual([
      { id: 'A', name: 'baseline', parent: undefined },
      { id: 'B', name: undefined, parent: { run: 'A', step: 2 } },
    ]);
    expect(runs[0].history?.loss).toEqual(Float32Array.of(2.5, 1.5, NaN));
    expect(runs[1].interventions).toMatchObject([
      { kind: 'setLr', step: 1, lr: 0.05 },
      {
        kind: 'swap',
        step: 2,
        policy: [{ scheduler: { type: 'StepLR', stepSize: 3 }, interval: 'step', frequency: 1 }],
        handoff: 'restart',
      },
    ]);
    expect(runs[1].config).toMatchObject({ model: 'tiny', seed: 7, optimizer: { type: 'SGD', lr: 0.1 } });
  });
});

describe('a malformed session file', () => {
  it.each([
    ['a text that is not JSON', '{"format', undefined],
    ['a list', [], undefined],
    ['nothing', null, undefined],
    ['another format', { format: 'tape' }, undefined],
    ['no version', { format: 'lr-lab session' }, 'version'],
    ['an unknown key', fileWith('sponsor', 1), 'sponsor'],
    ['no run', fileWith('runs', []), 'runs'],
    ['a data set counted from the end', withDataset(-1), 'runs.0.config.dataset'],
    ['the index of a missing data set', withDataset(1), 'runs.0.config.dataset'],
    ['a fractional index of a data set', withDataset(0.5), 'runs.0.config.dataset'],
    [
      'a score at a fractional step',
      fileWith('runs.0.history.evaluations', scores([0.5])),
      'runs.0.history.evaluations.step.0',
    ],
    [
      'more scores than steps with scores',
      fileWith('runs.0.history.evaluations', { ...scores([1]), loss: pack(new Float64Array(2)) }),
      'runs.0.history.evaluations.loss',
    ],
    [
      'a list with a score at a fractional step',
      fileWith('runs.0.history.evaluations', [{ step: 0.5, epoch: 0, loss: 1, accuracy: 1 }]),
      'runs.0.history.evaluations.0.step',
    ],
    ['an id with a comma', fileWith('runs.0.id', 'A,B'), 'runs.0.id'],
    ['a name that is not a text', fileWith('runs.0.name', 3), 'runs.0.name'],
    ['a run that is its own parent', fileWith('runs.0.parent', { run: 'A', step: 0 }), 'runs.0.parent.run'],
    ['a batch size of 0.5', fileWith('runs.0.config.batchSize', 0.5), 'runs.0.config.batchSize'],
    ['an unknown field of the config', fileWith('runs.0.config.magic', 1), 'runs.0.config.magic'],
    [
      'a data set index in a file without data sets',
      fileWith('runs.0.config.dataset', 0),
      'runs.0.config.dataset',
    ],
    [
      'a policy with an unknown scheduler',
      fileWith('runs.0.config.policy', [{ type: 'NoLR' }]),
      'runs.0.config.policy',
    ],
    [
      'losses that are not base64',
      fileWith('runs.0.history.loss', { $float32: '*' }),
      'runs.0.history.loss.$float32',
    ],
    [
      'half of the bytes of a loss',
      fileWith('runs.0.history.loss', { $float32: 'AAA=' }),
      'runs.0.history.loss.$float32',
    ],
    ['losses that are not a typed array', fileWith('runs.0.history.loss', [1, 2]), 'runs.0.history.loss'],
    [
      'fewer rates than losses',
      fileWith('runs.0.history.lr', [{ $float64: 'AAAAAAAAAAA=' }]),
      'runs.0.history.lr.0',
    ],
    ['losses without rates', fileWith('runs.0.history.lr', []), 'runs.0.history.lr'],
    [
      'an intervention that acted after the end of the history',
      fileWith('runs.0.interventions', [{ kind: 'setLr', step: 3, lr: 1 }]),
      'runs.0.interventions.0.step',
    ],
    [
      'a log out of order',
      fileWith('runs.0.interventions', [
        { kind: 'setLr', step: 2, lr: 1 },
        { kind: 'setLr', step: 1, lr: 1 },
      ]),
      'runs.0.interventions.1.step',
    ],
    [
      'a planned change in the past',
      fileWith('runs.0.planned', [{ kind: 'setLr', step: 1, lr: 1 }]),
      'runs.0.planned.0.step',
    ],
    [
      'a rate below 0',
      fileWith('runs.0.planned', [{ kind: 'setLr', step: 2, lr: -1 }]),
      'runs.0.planned.0.lr',
    ],
    [
      'an unknown intervention',
      fileWith('runs.0.planned', [{ kind: 'pray', step: 2 }]),
      'runs.0.planned.0.kind',
    ],
    [
      'a checkpoint after the end of the history',
      fileWith('runs.0.checkpoint', { version: 1, step: 3 }),
      'runs.0.checkpoint.step',
    ],
  ])('is refused with the path of the fault: %s', (_, file, expected) => {
    const { code, path, received, accepted, issues } = problemOf(file);
    expect({ code, path }).toEqual({ code: 'session-file', path: expected });
    expect((received && accepted) ?? issues?.[0].accepted).toBeTruthy();
  });

  it('is refused for two runs with one id', () => {
    const { path, received } = problemOf(formatSession({ runs: [run(), run()] }));
    expect({ path, received }).toEqual({ path: 'runs.1.id', received: '"A"' });
  });

  it('is refused as `session-version` if a newer lr-lab has written it', () => {
    const problem = problemOf(fileWith('version', 2));
    expect(problem).toMatchObject({ code: 'session-version', received: '2', accepted: '1' });
    expect(problem.message).toContain('made by a newer lr-lab');
  });

  it('is refused for a circular value', () => {
    const ring: Record<string, unknown> = { format: 'lr-lab session', version: 1 };
    ring.runs = [ring, ring];
    expect(problemOf(ring).code).toBe('session-file');
  });

  it('is refused with an InputError for any value', () => {
    const check = (value: unknown) => {
      try {
        parseSession(value);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
      }
    };
    const numRuns = Math.max(cases, 5000);
    fc.assert(fc.property(fc.oneof(fc.anything(), fc.json(), fc.string()), check), { numRuns });
    // Almost valid files reach later checks than noise.
    const paths: string[] = [];
    const collect = (value: unknown, path: string) => {
      if (path !== '') paths.push(path);
      if (typeof value === 'object' && value !== null)
        for (const [key, inner] of Object.entries(value))
          collect(inner, path === '' ? key : `${path}.${key}`);
    };
    const whole: Session = {
      runs: [
        run({
          name: 'x',
          interventions: [
            { id: 'i', kind: 'swap', step: 1, policy: completeConfig({}).policy, handoff: 'torch' },
          ],
          planned: [{ id: 'j', kind: 'unchain', step: 2, index: 0 }],
          config: completeConfig({ dataset, model: 'tiny', batchSize: 2 }),
          backend: { name: 'webgpu' },
        }),
      ],
    };
    collect(formatSession(whole), '');
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.anything(), (path, value) =>
        check(fileWith(path, value, whole)),
      ),
      { numRuns },
    );
  });
});

describe('pack', () => {
  const plain = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(null, true, NaN, Infinity, -Infinity, -0),
      fc.double(),
      fc.string(),
      fc.uint8Array(),
      fc.uint32Array(),
      fc.int32Array(),
      fc.float32Array(),
      fc.float64Array(),
      fc.array(tie('value')),
      fc.dictionary(
        fc.oneof(fc.string(), fc.constantFrom('$number', '$object', '$float32', '[object Object]')),
        tie('value'),
        {
          noNullPrototype: true,
        },
      ),
    ),
  })).value;

  it('is the inverse of unpack, through JSON', () => {
    fc.assert(
      fc.property(plain, (value) => {
        expect(unpack(JSON.parse(JSON.stringify(pack(value))), 'session-file')).toStrictEqual(value);
      }),
    );
  });

  it('refuses what it cannot write', () => {
    expect(() => pack({ at: () => 0 })).toThrow('function cannot be packed');
    expect(() => pack(new BigInt64Array(1))).toThrow('BigInt64Array cannot be packed');
  });
});
