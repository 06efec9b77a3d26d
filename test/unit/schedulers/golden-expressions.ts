/** The functions of the golden cases: each expression, valid in Python and JavaScript alike, as a function. */
const { PI, cos, floor, max, min, sin } = Math;

const functions: Record<string, (x: number) => number> = {
  '0.5': () => 0.5,
  '0.9': () => 0.9,
  '0.95': () => 0.95,
  '0.99': () => 0.99,
  '1': () => 1,
  '1.02': () => 1.02,
  '1.05': () => 1.05,
  '0 * epoch': (epoch) => 0 * epoch,
  '0.9 ** epoch': (epoch) => 0.9 ** epoch,
  '0.95 ** epoch': (epoch) => 0.95 ** epoch,
  '0.97 ** epoch': (epoch) => 0.97 ** epoch,
  '0.99 ** epoch': (epoch) => 0.99 ** epoch,
  '1.1 ** epoch': (epoch) => 1.1 ** epoch,
  '0.5 ** (1 / epoch)': (epoch) => 0.5 ** (1 / epoch),
  '0.5 ** floor(epoch / 6)': (epoch) => 0.5 ** floor(epoch / 6),
  '0.5 * (1 + cos(pi * epoch / 25))': (epoch) => 0.5 * (1 + cos((PI * epoch) / 25)),
  '0.5 * (1 + sin(x * pi / 2))': (x) => 0.5 * (1 + sin((x * PI) / 2)),
  '1 + 0.1 * sin(epoch)': (epoch) => 1 + 0.1 * sin(epoch),
  '1 - 0.5 / (1 + epoch)': (epoch) => 1 - 0.5 / (1 + epoch),
  '1 / (1 + 0.1 * epoch)': (epoch) => 1 / (1 + 0.1 * epoch),
  '1 / (5 ** (x * 0.01))': (x) => 1 / 5 ** (x * 0.01),
  'max(0, 1 - epoch / 20)': (epoch) => max(0, 1 - epoch / 20),
  'min(1, (epoch + 1) / 8)': (epoch) => min(1, (epoch + 1) / 8),
  'min(1, floor(10 / epoch))': (epoch) => min(1, floor(10 / epoch)),
  '16 ** -0.5 * min((epoch + 1) ** -0.5, (epoch + 1) * 8 ** -1.5)': (epoch) =>
    16 ** -0.5 * min((epoch + 1) ** -0.5, (epoch + 1) * 8 ** -1.5),
};

/** The function of an expression of a golden case. */
export function functionOf(expression: string): (x: number) => number {
  if (!Object.hasOwn(functions, expression)) {
    throw new Error(
      `The golden expression ${expression} has no function yet: add it to golden-expressions.ts.`,
    );
  }
  return functions[expression];
}
