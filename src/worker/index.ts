/** What the page knows of the worker: its protocol, as types alone. */
export type {
  Held,
  LabWorker,
  LoadListener,
  RateState,
  Ready,
  Report,
  Result,
  Rows,
  RunListener,
  Start,
} from './protocol.js';
