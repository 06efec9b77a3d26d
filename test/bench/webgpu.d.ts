/** The part of npm's `webgpu` (Dawn for Node) that is used; it is installed only for `npm run bench:gpu`. */
declare module 'webgpu' {
  /** Makes what browsers have as `navigator.gpu`; options are `name=value`. */
  export function create(options: string[]): GPU;
  /** The classes and constants that browsers have as globals. */
  export const globals: Record<string, unknown>;
}
