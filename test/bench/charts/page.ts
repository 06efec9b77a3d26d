/** The charts of long runs, and of one that trains; the script controls `window.charts`. */
import '../../../components/index.js';
import { Lab, type SessionFile } from '../../../src/lab/index.js';
import { RunRecord } from '../../../src/lab/run/run.js';
import { completeConfig } from '../../../src/config/index.js';
import { formatSession, type SessionRun } from '../../../src/lab/session/session-file.js';

/** The charts that are on the page. */
export type Shown = 'lr-loss-chart' | 'lr-rate-chart';

/** The page's interface. */
export interface ChartBench {
  /** Shows charts of so many runs of so many steps each. */
  show(charts: readonly Shown[], runs: number, steps: number): Promise<void>;
  /** Adds rows to each run, and waits until they are drawn. */
  update(rows: number): Promise<void>;
  /** Presses keys on the loss chart that show other steps, and waits until they are drawn. */
  press(keys: string): Promise<void>;
  /** Begins to train beside all charts. */
  train(): Promise<void>;
  /** Stops training, and returns the number of steps made. */
  pause(): Promise<number>;
}

declare global {
  interface Window {
    charts?: ChartBench;
  }
}

const ahead = 10_000;
const stepsPerEpoch = 1000;

/** The same losses every time: falling, with noise. */
function lossOf(run: number, step: number): number {
  const noise = Math.abs(Math.sin(step * 12.9898 + run * 78.233) * 43758.5453) % 1;
  return (2.3 / (1 + step / (5000 + 1000 * run)) + 0.1) * (0.6 + 0.8 * noise);
}

const rateOf = (run: number, step: number): number =>
  0.1 * (1 + Math.cos((Math.PI * step) / 110_000)) * (1 - run / 20) + 1e-4;

function sessionRun(run: number, steps: number): SessionRun {
  const config = completeConfig({
    model: 'tiny',
    batchSize: 4,
    stepsPerEpoch,
    epochs: (steps + ahead) / stepsPerEpoch,
  });
  return {
    id: 'ABCDEFGH'[run],
    config,
    interventions: [],
    planned: [],
    history: {
      loss: Float32Array.from({ length: steps }, (_, step) => lossOf(run, step)),
      lr: [Float64Array.from({ length: steps }, (_, step) => rateOf(run, step))],
      evaluations: Array.from({ length: steps / stepsPerEpoch }, (_, epoch) => ({
        step: (epoch + 1) * stepsPerEpoch,
        epoch: epoch + 1,
        loss: lossOf(run, epoch * stepsPerEpoch),
        accuracy: 1 - 0.9 / (1 + epoch / 10),
      })),
    },
  };
}

const report = { lr: [0.1], evaluations: [], interventions: [], problems: [] };

function addRows(run: RunRecord, index: number, count: number): void {
  const first = run.history.length;
  const loss = Float32Array.from({ length: count }, (_, row) => lossOf(index, first + row));
  const lr = [Float64Array.from({ length: count }, (_, row) => rateOf(index, first + row))];
  run.append({ ...report, rows: { first, loss, lr } });
}

function planAhead(run: RunRecord, index: number): void {
  const from = run.history.length;
  const { steps } = run.plan.peek();
  const lr = [Float64Array.from({ length: steps - from }, (_, row) => rateOf(index, from + row))];
  run.append({
    ...report,
    rates: { entries: run.entries.peek(), preview: { from, lr, isGuess: false }, planned: [] },
  });
}

/** The runs as the Lab keeps them, which may be written to. */
const recordsOf = ({ runs }: Lab): RunRecord[] =>
  runs.value.filter((run): run is RunRecord => run instanceof RunRecord);

const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));

async function drawn(): Promise<void> {
  await frame();
  await frame();
}

let lab: Lab | undefined;

async function showLab(charts: readonly Shown[], next: Lab): Promise<void> {
  await lab?.dispose();
  lab = next;
  document.body.replaceChildren(
    ...charts.map((name) => Object.assign(document.createElement(name), { lab: next })),
  );
  await drawn();
  await drawn();
}

window.charts = {
  async show(charts, runs, steps) {
    const session = { runs: Array.from({ length: runs }, (_, run) => sessionRun(run, steps)) };
    const opened = Lab.fromJSON(formatSession(session) satisfies SessionFile);
    await frame();
    recordsOf(opened).forEach(planAhead);
    await showLab(charts, opened);
  },
  async update(rows) {
    if (rows > 0) recordsOf(lab!).forEach((run, index) => addRows(run, index, rows));
    await drawn();
  },
  async press(keys) {
    const area = document.querySelector('lr-loss-chart')!.shadowRoot!.querySelector<HTMLElement>('.u-over')!;
    for (const key of keys) area.dispatchEvent(new KeyboardEvent('keydown', { key }));
    await drawn();
  },
  async train() {
    const training = new Lab({ model: 'tiny', batchSize: 16, epochs: 1000, stepsPerEpoch: 100 });
    await showLab(['lr-loss-chart', 'lr-rate-chart'], training);
    await training.start();
  },
  async pause() {
    await lab!.pause();
    return lab!.runs.value[0].history.length;
  },
};
