/** The formats in which a run can be exported, besides its session. */
export { formatHistoryCsv } from './history-csv.js';
export type { CsvRun } from './history-csv.js';
export { formatRunsTable } from './runs-table.js';
export { pytorchProgram } from './pytorch-program.js';
export { loadProgramWriter } from './load-program-writer.js';
export type { ProgramRun } from './pytorch-program.js';
export { tfjsFiles } from './tfjs-files.js';
export type { TfjsFiles } from './tfjs-files.js';
