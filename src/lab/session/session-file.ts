/**
 * A session as a file: the runs of a lab as JSON. Config and log are enough to make a run again; its history and its
 * last checkpoint save time. Every version ever written stays readable: each has a reader.
 */
import * as v from 'valibot';

import type { CompleteConfig } from '../../config/index.js';
import type { Intervention } from '../../timeline/index.js';
import { completeConfig } from '../../config/index.js';
import { checkChange, lengthAlong, nextInterventionId } from '../../timeline/index.js';
import type { Dataset } from '../../data/index.js';
import { validateDataset } from '../../data/index.js';
import { InputError } from '../../errors.js';
import type { RequiredBackend } from '../../gpu/names.js';
import { modelNames } from '../../models/names.js';
import type { PolicyInput } from '../../policy/index.js';
import { normalisePolicy } from '../../policy/index.js';
import { printValue } from '../../policy/index.js';
import type { Checkpoint } from '../../training/index.js';
import type { Evaluation } from '../../training/index.js';
import type { Held } from '../../worker/index.js';
import type { HistoryData } from '../run/history.js';
import type { Json } from './packed.js';
import { malformed, pack, unpack } from './packed.js';
import type { WrittenRun } from './session-schema.js';
import { sessionSchema } from './session-schema.js';

/** A run as a session keeps it. */
export interface SessionRun {
  /** Letters, digits and hyphens; each run has its own. */
  id: string;
  name?: string;
  /** The run that it was forked from, which may have been removed, and the step from which on they differ. */
  parent?: { run: string; step: number };
  config: CompleteConfig;
  /** The interventions that have acted, in order. */
  interventions: readonly Intervention[];
  /** The interventions that have not acted yet. */
  planned: readonly Intervention[];
  /** Left out if the run is made again from step 0. */
  history?: HistoryData;
  checkpoint?: Checkpoint;
  /** Where its past was made: only the same backend repeats it bit for bit. */
  backend?: RequiredBackend;
  held?: Held;
}

/** All runs of a lab, parents before their forks. */
export interface Session {
  runs: readonly SessionRun[];
}

/** A session as JSON. */
export interface SessionFile {
  format: 'lr-lab session';
  version: 1;
  /** Data sets that the page provided; a config names one by its index. */
  datasets?: Json[];
  runs: Json[];
}

/**
 * Writes a session, bit for bit. A data set that the page provides is part of it, once for all runs that train on it.
 *
 * @throws InputError `session-own-data` for a model that the page provides: reading its weights takes time, and the page
 * can provide it again
 */
export function formatSession({ runs }: Session): SessionFile {
  const datasets: Dataset[] = [];
  const packed = runs.map(({ config, history, interventions, planned, ...run }) => {
    const { model, dataset } = config;
    if (typeof model === 'object') throw ownData(run.id, 'model', 'tf.LayersModel', modelNames);
    if (typeof dataset === 'object' && !datasets.includes(dataset)) datasets.push(dataset);
    return pack({
      ...run,
      interventions: interventions.map(withoutId),
      planned: planned.map(withoutId),
      config: { ...config, dataset: typeof dataset === 'object' ? datasets.indexOf(dataset) : dataset },
      // Only the data of a History.
      history: history && {
        loss: history.loss,
        lr: history.lr,
        evaluations: columnsOf(history.evaluations),
      },
    });
  });
  return {
    format: 'lr-lab session',
    version: 1,
    ...(datasets.length > 0 && { datasets: datasets.map(pack) }),
    runs: packed,
  };
}

/** The error for a model or data set that the page provides and that cannot be written. */
export function ownData(
  run: string,
  field: 'model' | 'dataset',
  received: string,
  names: readonly string[],
): InputError {
  const path = `runs.${run}.config.${field}`;
  const accepted = names.map((name) => `"${name}"`).join(' | ');
  const message = `${path} is the page's own (${received}), which cannot be written; accepted: ${accepted}.`;
  return new InputError({ code: 'session-own-data', message, path, received, accepted });
}

/**
 * Reads a session file: its text, or its parsed JSON.
 *
 * @throws InputError `session-file` naming the first value that is not accepted, `session-version` for a file of an
 * unknown version
 */
export function parseSession(value: unknown): Session {
  return readSession(typeof value === 'string' ? parseJson(value, 'session-file') : value, 'session-file');
}

/**
 * Reads JSON from outside.
 *
 * @throws InputError with this code for a text that is not JSON
 */
export function parseJson(text: string, code: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const received = error instanceof Error ? error.message : String(error);
    throw new InputError({ code, message: `this is not JSON: ${received}`, received, accepted: 'JSON' });
  }
}

/** The most entries in the live policies of all runs, one policy after each change. */
const mostListed = 4_000_000;

/** The reader of each version. */
const readers: Partial<Record<string, (file: unknown, code: string) => Session>> = { 1: readVersion1 };

/**
 * Reads a session of any known version.
 *
 * @param code of the InputError for what is malformed
 */
export function readSession(value: unknown, code: string): Session {
  const isObject = typeof value === 'object' && value !== null;
  if (!isObject || !('format' in value) || value.format !== 'lr-lab session') {
    const received = isObject && 'format' in value ? printValue(value.format) : printValue(value);
    throw malformed(code, [], received, '{ "format": "lr-lab session", … }');
  }
  const version = 'version' in value ? value.version : undefined;
  if (typeof version !== 'number') throw malformed(code, ['version'], printValue(version), 'number');
  const read = Object.hasOwn(readers, version) ? readers[version] : undefined;
  if (read) return read(unpack(value, code), code);
  throw unknownVersion(version, Object.keys(readers).join(', '));
}

/** The error for a session of an unknown version. */
export function unknownVersion(version: number, accepted: string): InputError {
  return new InputError({
    code: 'session-version',
    message: `the session is of version ${version}, made by a newer lr-lab; this one reads: ${accepted}.`,
    path: 'version',
    received: String(version),
    accepted,
  });
}

function readVersion1(file: unknown, code: string): Session {
  const result = v.safeParse(sessionSchema, file, { abortEarly: true });
  if (!result.success) {
    const [issue] = result.issues;
    const accepted = issue.expected === 'never' ? 'undefined' : (issue.expected ?? issue.message);
    throw malformed(code, [v.getDotPath(issue) ?? ''], printValue(issue.input), accepted);
  }
  const { datasets, runs } = result.output;
  const given = datasets.map((dataset, index) =>
    within(code, `datasets.${index}`, () => validateDataset(dataset)),
  );
  const seen = new Set<string>();
  let listed = 0;
  return {
    runs: runs.map((record, index) => {
      const path = `runs.${index}`;
      const known = [...seen].map((id) => `"${id}"`).join(', ') || '∅';
      if (seen.has(record.id)) throw malformed(code, [path, 'id'], printValue(record.id), `≠ ${known}`);
      seen.add(record.id);
      const { parent } = record;
      // A parent must come before its forks, so that there are no cycles; it may be missing.
      if (runs.slice(index).some(({ id }) => id === parent?.run))
        throw malformed(code, [path, 'parent.run'], printValue(parent?.run), known);
      const run = readRun(record, given, code, path);
      listed += lengthAlong(run.config.policy, [...run.interventions, ...run.planned]);
      if (listed > mostListed)
        throw malformed(
          code,
          [path, 'interventions'],
          `> ${mostListed} schedulers in all policies`,
          `≤ ${mostListed}`,
        );
      return run;
    }),
  };
}

function readRun(record: WrittenRun, datasets: readonly Dataset[], code: string, path: string): SessionRun {
  const refuse: Refuse = (field, received, accepted) => {
    throw malformed(code, [path, field], received, accepted);
  };
  const { config, history: written, checkpoint, interventions, planned, ...rest } = record;
  const history = written && { ...written, evaluations: readEvaluations(written.evaluations, refuse) };
  const { dataset } = config;
  if (typeof dataset === 'number' && !Object.hasOwn(datasets, dataset))
    refuse('config.dataset', String(dataset), datasets.length > 0 ? `0 … ${datasets.length - 1}` : '∅');
  const given = typeof dataset === 'number' ? { ...config, dataset: datasets[dataset] } : config;

  const { length } = history?.loss ?? [];
  if (history) {
    if (length > 0 && history.lr.length === 0) refuse('history.lr', '[]', '[Float64Array, …]');
    for (const [group, rates] of history.lr.entries())
      if (rates.length !== length)
        refuse(`history.lr.${group}`, `${rates.length} values`, `${length} values`);
  }
  if (checkpoint && history && checkpoint.step > length)
    refuse('checkpoint.step', String(checkpoint.step), `≤ ${length}`);

  for (const [index, { step }] of interventions.entries()) {
    const least = index > 0 ? interventions[index - 1].step : 0;
    if (step < least || (history && step > length))
      refuse(`interventions.${index}.step`, String(step), `${least} … ${history ? length : ''}`);
  }
  for (const [index, { step }] of planned.entries())
    if (step < length) refuse(`planned.${index}.step`, String(step), `≥ ${length}`);

  const readList = (name: 'interventions' | 'planned') =>
    record[name].map((intervention, index) =>
      within(code, `${path}.${name}.${index}`, () => readIntervention(intervention)),
    );
  return {
    ...rest,
    config: within(code, `${path}.config`, () => completeConfig(given)),
    interventions: readList('interventions'),
    planned: readList('planned'),
    ...(history && { history }),
    ...(checkpoint && { checkpoint }),
  };
}

/** Evaluations as a column for each of their numbers: a history may hold a hundred thousand of them. */
function columnsOf(evaluations: readonly Evaluation[]): Record<keyof Evaluation, Float64Array> {
  const column = (key: keyof Evaluation) => Float64Array.from(evaluations, (evaluation) => evaluation[key]);
  return { step: column('step'), epoch: column('epoch'), loss: column('loss'), accuracy: column('accuracy') };
}

/** Without its id, which is valid only within a page. */
const withoutId = (intervention: Intervention): object => ({ ...intervention, id: undefined });

type Refuse = (field: string, received: string, accepted: string) => never;

function readEvaluations(
  given: NonNullable<WrittenRun['history']>['evaluations'],
  refuse: Refuse,
): readonly Evaluation[] {
  if (Array.isArray(given)) return given;
  const { step, epoch, loss, accuracy } = given;
  for (const [name, column] of Object.entries(given))
    if (column.length !== step.length)
      refuse(`history.evaluations.${name}`, `${column.length} values`, `${step.length} values`);
  for (const [name, column] of Object.entries({ step, epoch }))
    for (const [index, count] of column.entries())
      if (!Number.isSafeInteger(count) || count < 0)
        refuse(`history.evaluations.${name}.${index}`, String(count), 'integer ≥ 0');
  return Array.from(step, (made, index) => ({
    step: made,
    epoch: epoch[index],
    loss: loss[index],
    accuracy: accuracy[index],
  }));
}

function readIntervention(record: WrittenRun['interventions'][number]): Intervention {
  const id = nextInterventionId();
  const intervention =
    'policy' in record
      ? { ...record, id, policy: normalisePolicy(record.policy as PolicyInput) }
      : { ...record, id };
  checkChange(intervention);
  return intervention;
}

/** Reads a part of the file; its error becomes one of the file, at this path. */
function within<Value>(code: string, path: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const { received, accepted, issues } = error;
    throw new InputError({
      code,
      message: `${path}: ${error.message}`,
      path: error.path === undefined ? path : `${path}.${error.path}`,
      received,
      accepted,
      issues,
    });
  }
}
