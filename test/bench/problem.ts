/** A problem that the person who runs the benchmark can correct; it is shown as one line. */
export class BenchProblem extends Error {
  override readonly name = 'BenchProblem';
}
