/** Something that whoever runs the benchmark can put right; it is shown as one line. */
export class BenchProblem extends Error {
  override readonly name = 'BenchProblem';
}
