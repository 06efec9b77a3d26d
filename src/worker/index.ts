/** What the page knows of the worker: its protocol, as types alone. */
export type {
  Held,
  LabWorker,
  LoadListener,
  Ready,
  Report,
  Result,
  Rows,
  RunListener,
  Start,
} from './protocol.js';
