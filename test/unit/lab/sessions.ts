/** Random sessions for property tests. */
import { nextInterventionId } from '../../../src/timeline/index.js';

import type { Intervention } from '../../../src/timeline/index.js';
import { completeConfig } from '../../../src/config/index.js';
import type { CompleteConfig, Config } from '../../../src/config/index.js';
import type { Session, SessionRun } from '../../../src/lab/session/session-file.js';
import { normalisePolicy } from '../../../src/policy/index.js';
import { policies } from '../policy/arbitraries.js';
import { fc } from '../../property-runs.js';

const optimizers: fc.Arbitrary<Config['optimizer']> = fc.constantFrom(
  { type: 'SGD', lr: 0.1, momentum: 0.9, nesterov: true },
  { type: 'Adam', lr: 1e-3, betas: [0.9, 0.99], groups: [{ layers: ['conv1'], lr: 0.01 }] },
  { type: 'RMSprop', lr: 1e-300, centered: true },
);

const normalPolicies = policies().map((policy) => normalisePolicy(policy));

const configs: fc.Arbitrary<CompleteConfig> = fc
  .record({
    dataset: fc.constantFrom('digits' as const, 'mnist' as const),
    classes: fc.constantFrom<number[] | undefined>(undefined, [0, 1], [3, 5, 8]),
    model: fc.constantFrom(undefined, 'tiny' as const, 'alexnet' as const),
    optimizer: optimizers,
    policy: normalPolicies,
    batchSize: fc.integer({ min: 1, max: 512 }),
    epochs: fc.integer({ min: 1, max: 1000 }),
    seed: fc.nat(2 ** 32 - 1),
  })
  .map((config) => completeConfig(config));

const interventionAt = (step: number): fc.Arbitrary<Intervention> =>
  fc
    .oneof(
      fc.record({
        kind: fc.constant('swap' as const),
        step: fc.constant(step),
        policy: normalPolicies,
        handoff: fc.constantFrom('continue' as const, 'restart' as const, 'torch' as const),
      }),
      fc.record({ kind: fc.constant('chain' as const), step: fc.constant(step), policy: normalPolicies }),
      fc.record({ kind: fc.constant('adjust' as const), step: fc.constant(step), policy: normalPolicies }),
      fc.record({ kind: fc.constant('unchain' as const), step: fc.constant(step), index: fc.nat(5) }),
      fc.record({
        kind: fc.constant('setLr' as const),
        step: fc.constant(step),
        lr: fc.double({ min: 1e-300, noNaN: true, noDefaultInfinity: true, minExcluded: true }),
      }),
    )
    .map((change) => ({ ...change, id: nextInterventionId() }));

const interventionsBetween = (from: number, to: number): fc.Arbitrary<Intervention[]> =>
  fc
    .uniqueArray(fc.integer({ min: from, max: to }), { maxLength: 3 })
    .chain((steps) => fc.tuple(...steps.sort((a, b) => a - b).map(interventionAt)));

/** Losses of any bits. */
const losses = fc.uint8Array({ maxLength: 400 }).map((bytes) => {
  const values = new Uint8Array(bytes.length - (bytes.length % 4));
  values.set(bytes.subarray(0, values.length));
  return new Float32Array(values.buffer);
});

/** A run with a past. */
const grownRuns = (id: string, parent: string | undefined): fc.Arbitrary<SessionRun> =>
  losses.chain((loss) =>
    fc.record({
      id: fc.constant(id),
      ...(parent && { parent: fc.record({ run: fc.constant(parent), step: fc.nat(loss.length) }) }),
      name: fc.string({ maxLength: 50 }),
      config: configs,
      interventions: interventionsBetween(0, loss.length),
      planned: interventionsBetween(loss.length, loss.length + 1000),
      history: fc.record({
        loss: fc.constant(loss),
        lr: fc.tuple(
          fc
            .array(fc.double(), { minLength: loss.length, maxLength: loss.length })
            .map((rates) => Float64Array.from(rates)),
        ),
        evaluations: fc.array(
          fc.record({ step: fc.nat(loss.length), epoch: fc.nat(), loss: fc.double(), accuracy: fc.double() }),
          { maxLength: 3 },
        ),
      }),
    }),
  );

/** Sessions of up to three runs, each a fork of the first. */
export const sessions: fc.Arbitrary<Session> = fc
  .integer({ min: 1, max: 3 })
  .chain((count) =>
    fc.tuple(
      ...Array.from({ length: count }, (_, index) => grownRuns('ABC'[index], index > 0 ? 'A' : undefined)),
    ),
  )
  .map((runs) => ({ runs }));

/** A session without the ids of its interventions, which are valid only within a page. */
export function withoutIds({ runs }: Session) {
  const strip = (list: readonly Intervention[]) =>
    list.map((intervention) => ({ ...intervention, id: undefined }));
  return {
    runs: runs.map((run) => ({
      ...run,
      interventions: strip(run.interventions),
      planned: strip(run.planned),
    })),
  };
}
