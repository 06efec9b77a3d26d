/**
 * Words for writing shaders. Sizes that a model fixes are written into the code, loops over them are unrolled, and each
 * thread keeps a tile of results in registers: what a shader saves in loads it gains in speed, on a GPU as on a CPU that
 * plays one. What changes from step to step is always read from a buffer.
 */

/** The numbers from 0 to `count` - 1. */
export const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Lines of code, one for each number from 0 to `count` - 1. */
export const unroll = (count: number, line: (index: number) => string): string =>
  upTo(count).map(line).join('\n');

/** How many of `size` neighbouring numbers are handled as one vector. */
export type VectorWidth = 1 | 2 | 4;

/** The widest vector that `size` divides into. */
export const vectorWidth = (size: number): VectorWidth => (size % 4 === 0 ? 4 : size % 2 === 0 ? 2 : 1);

/** A type of WGSL: `f32`, `vec2<f32>` or `vec4<f32>`, or the same of another scalar type. */
export const vectorType = (width: VectorWidth, scalar: 'f32' | 'i32' = 'f32'): string =>
  width === 1 ? scalar : `vec${width}<${scalar}>`;

/** The sum of the products of two vectors. */
export const dot = (width: VectorWidth, left: string, right: string): string =>
  width === 1 ? `${left} * ${right}` : `dot(${left}, ${right})`;

/** Declares storage buffers in the order of their bindings: results first, then what is only read. */
export function bindings(results: Record<string, string>, read: Record<string, string>): string {
  const lines = [
    ...Object.entries(results).map(([name, type]) => `var<storage, read_write> ${name}: array<${type}>;`),
    ...Object.entries(read).map(([name, type]) => `var<storage, read> ${name}: array<${type}>;`),
  ];
  return lines.map((line, index) => `@group(0) @binding(${index}) ${line}`).join('\n');
}

/** Threads in a workgroup. */
const workgroupSize = 64;

/** The most workgroups along one axis that every device grants. */
const mostWorkgroups = 65535;

/** The entry point: `thread` counts up from 0 without an end; the body returns where there is nothing to do. */
export const main = (body: string): string => `
@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let thread = id.x + id.y * ${mostWorkgroups * workgroupSize}u;
  ${body}
}`;

/** Workgroups for at least that many threads, spread over two axes where one is too short. */
export function workgroupsFor(threads: number): [number, number] {
  const count = Math.ceil(threads / workgroupSize);
  return [Math.min(count, mostWorkgroups), Math.ceil(count / mostWorkgroups)];
}

/**
 * Takes a thread's number apart into coordinates, the first named varying fastest; the last has no bound.
 *
 * @param sizes the sizes of all coordinates but the last
 */
export function coordinates(sizes: Record<string, number>, last: string): string {
  let divisor = 1;
  const lines = Object.entries(sizes).map(([name, size]) => {
    const quotient = divisor === 1 ? 'thread' : `thread / ${divisor}u`;
    divisor *= size;
    return size === 1 ? `let ${name} = 0;` : `let ${name} = i32((${quotient}) % ${size}u);`;
  });
  return [...lines, `let ${last} = i32(thread / ${divisor}u);`].join('\n');
}

/** Enough threads to keep a device busy; larger tiles are taken only while this many are left. */
const busy = 1024;

/** The first of the candidates, largest tile first, that leaves enough threads; else the last. */
export function largestTile<Tile>(candidates: readonly Tile[], threads: (tile: Tile) => number): Tile {
  return candidates.find((tile) => threads(tile) >= busy) ?? candidates.at(-1)!;
}

/** How many parts a job of `threads` threads must be cut into to keep a device busy. */
export const partsFor = (threads: number): number => Math.max(1, Math.ceil(busy / threads));

/** The divisors of `size` up to `most`, largest first. */
export const divisors = (size: number, most: number): number[] =>
  upTo(Math.min(size, most))
    .map((index) => index + 1)
    .filter((divisor) => size % divisor === 0)
    .reverse();
