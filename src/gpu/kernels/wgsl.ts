/**
 * Helpers for writing shaders. Sizes that a model fixes are written into the code, loops over them are unrolled, and each
 * thread keeps a tile of results in registers: fewer loads make a shader faster, on a GPU and on a CPU that emulates one.
 * What changes from step to step is always read from a buffer.
 */

import { mostWorkgroups } from '../webgpu-backend.js';

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

/** Whether a value is NaN, by its bits: a shader compiler may assume that comparisons never see a NaN. */
export const isNaN = (width: VectorWidth, value: string): string => {
  const integer = width === 1 ? 'u32' : `vec${width}<u32>`;
  return `((bitcast<${integer}>(${value}) & ${integer}(0x7fffffffu)) > ${integer}(0x7f800000u))`;
};

/** The ReLU of a value; a NaN is passed on, as in PyTorch. */
export const relu = (width: VectorWidth, value: string): string =>
  `select(max(${value}, ${vectorType(width)}()), ${value}, ${isNaN(width, value)})`;

/** Whether a value replaces the largest one so far; a NaN does, and is never replaced. */
export const isLarger = (width: VectorWidth, value: string, largest: string): string =>
  `((${value} > ${largest}) & !${isNaN(width, largest)}) | ${isNaN(width, value)}`;

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

/** The entry point: `thread` counts up from 0 without a bound; the body returns if there is nothing to do. */
export const main = (body: string): string => `
@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let thread = id.x + id.y * ${mostWorkgroups * workgroupSize}u;
  ${body}
}`;

/** Workgroups for at least that many threads, over two axes if one is too short. */
export function workgroupsFor(threads: number): [number, number] {
  const count = Math.ceil(threads / workgroupSize);
  return [Math.min(count, mostWorkgroups), Math.ceil(count / mostWorkgroups)];
}

/**
 * Splits a thread's number into coordinates, the first named varying fastest; the last has no bound.
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

/** The divisors of `size` up to `most`, largest first. */
export const divisors = (size: number, most: number): number[] =>
  upTo(Math.min(size, most))
    .map((index) => index + 1)
    .filter((divisor) => size % divisor === 0)
    .reverse();
