/** The used part of npm's `webgpu` (Dawn for Node), which is installed only for `npm run bench:gpu`. */
declare module 'webgpu' {
  /** Makes the object that browsers have as `navigator.gpu`; options are `name=value`. */
  export function create(options: string[]): GPU;
  /** The classes and constants that browsers have as globals. */
  export const globals: Record<string, unknown>;
}
