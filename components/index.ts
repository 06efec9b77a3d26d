/** Registers every element of lr-lab but `<lr-experiment>`, which brings its own words and results. `<lr-lab>` comes first, because it provides the Lab to the leaves. */
export { LrLab } from './lr-lab/lr-lab.js';
export type { LabEventDetails, StepRow } from './lr-lab/lab-events.js';
export { LrBackendStatus } from './lr-backend-status/lr-backend-status.js';
export { LrLossChart } from './lr-loss-chart/lr-loss-chart.js';
export { LrRateChart } from './lr-rate-chart/lr-rate-chart.js';
export { LrRunControls } from './lr-run-controls/lr-run-controls.js';
export { LrRunTable } from './lr-run-table/lr-run-table.js';
export { LrSchedulerPanel } from './lr-scheduler-panel/lr-scheduler-panel.js';
export { LrSamples } from './lr-samples/lr-samples.js';
export { LrScheduleCurve } from './lr-schedule-plot/lr-schedule-curve.js';
export { LrSchedulePlot } from './lr-schedule-plot/lr-schedule-plot.js';
export { LrStepReport } from './lr-step-report/lr-step-report.js';
