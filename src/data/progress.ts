/** How far something long has come: images drawn, or bytes received. */
export interface Progress {
  /** How much is done, from 0 to `total`. */
  loaded: number;
  /** How much there is to do. */
  total: number;
}
