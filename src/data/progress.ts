/** The progress of a long task: images drawn, or bytes received. */
export interface Progress {
  /** The part that is done, from 0 to `total`. */
  loaded: number;
  /** The whole. */
  total: number;
}
