/** The files that a lab and its runs export: names and contents. */
import {
  formatHistoryCsv,
  formatRunsTable,
  loadProgramWriter,
  tfjsFiles,
} from '../../../src/export/index.js';
import type { Lab, Run } from '../../../src/lab/index.js';
import type { Download } from '../kit/download.js';

/** A lab with everything it holds. @throws InputError `session-own-data` */
export function sessionFile(lab: Lab): Download[] {
  const content = JSON.stringify(lab.toJSON());
  return [{ name: 'lr-lab-session.json', type: 'application/json', content }];
}

/** The losses and rates of one run, or of all runs of a lab. */
export function historyFile(given: Run | readonly Run[]): Download[] {
  const [runs, of] = 'history' in given ? [[given], `-${given.id}`] : [given, ''];
  const content = formatHistoryCsv(runs);
  return [{ name: `lr-lab-history${of}.csv`, type: 'text/csv', content }];
}

/** The losses and rates of all runs in one table: a row for each step, columns for each run. */
export function tableFile(runs: readonly Run[]): Download[] {
  return [{ name: 'lr-lab-runs.csv', type: 'text/csv', content: formatRunsTable(runs) }];
}

/** The run as a PyTorch program. @throws InputError `program-model` */
export async function programFile(lab: Lab, run: Run): Promise<Download[]> {
  const { config } = run;
  const own = typeof config.model === 'object' ? 'custom' : config.model;
  const model = run.origin?.modelName ?? own ?? lab.modelName.peek() ?? 'lenet';
  const interventions = [...run.interventions.peek(), ...run.planned.peek()];
  const pytorchProgram = await loadProgramWriter();
  const content = pytorchProgram({ config, model, plan: run.plan.peek(), interventions });
  return [{ name: `lr-lab-run-${run.id}.py`, type: 'text/x-python', content }];
}

/** The trained network as tf.js loads it: `model.json` and `weights.bin`. */
export async function weightsFiles(lab: Lab, run: Run): Promise<Download[]> {
  const files = tfjsFiles(await lab.artifacts(run));
  return [
    { name: 'model.json', type: 'application/json', content: files['model.json'] },
    { name: 'weights.bin', type: 'application/octet-stream', content: files['weights.bin'] },
  ];
}
