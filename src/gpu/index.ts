export { chooseBackend } from './backend.js';
export type { BackendReport, Refusal } from './backend.js';
