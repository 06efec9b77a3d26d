/**
 * What the address of the lab's page asks for: `?experiment=step-decay&seed=3` opens a guided experiment as a session, and
 * `?controls=run,loss` shows only these parts, for a projector or a lesson.
 */
import type { LrLab } from '../components/index.js';

/** The parts that `controls` may name, each with its element. */
const parts: Readonly<Record<string, string>> = {
  run: 'lr-run-controls',
  loss: 'lr-loss-chart',
  rate: 'lr-rate-chart',
  schedule: 'lr-scheduler-panel',
  runs: 'lr-run-table',
  samples: 'lr-samples',
  report: 'lr-step-report',
  status: 'lr-backend-status',
};

/** Without any other part, the charts remain. */
const fewest = ['loss', 'rate'];

const lab = document.querySelector<LrLab>('lr-lab')!;
const address = new URLSearchParams(location.search);

function showOnly(controls: string): void {
  const names = controls.split(/[\s,]+/).filter((name) => Object.hasOwn(parts, name));
  for (const name of names.length > 0 ? names : fewest) lab.append(document.createElement(parts[name]));
}

/** Opens the experiment as a link does: runs that have trained are replaced only after a question. */
async function openExperiment(name: string, seed: string | null): Promise<void> {
  const { builtInExperiment, experimentLink, recordedOutcome } = await import('../src/experiment/index.js');
  const experiment = builtInExperiment(name);
  // The lab says in place that there is nothing to open.
  if (!experiment) return void (location.hash = 'lab=');
  const recorded = await recordedOutcome(experiment);
  const wanted = seed !== null && /^\d{1,9}$/.test(seed) ? Number(seed) : undefined;
  const link = await experimentLink(experiment, location.href, {
    seed: wanted,
    suggested: recorded?.suggested,
  });
  await customElements.whenDefined('lr-lab');
  location.hash = new URL(link).hash;
}

const controls = address.get('controls');
if (controls !== null) showOnly(controls);
const experiment = address.get('experiment');
if (experiment !== null) await openExperiment(experiment, address.get('seed'));
