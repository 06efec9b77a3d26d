/** GPU commands as data, and their replay: as few calls as WebGPU allows, without look-ups. */

/** One run of a compute pipeline, with its bind groups. */
export interface Dispatch {
  kind: 'dispatch';
  pipeline: GPUComputePipeline;
  bindGroups: readonly (GPUBindGroup | null | undefined)[];
  workgroups: readonly [x: number, y: number, z: number];
}

/** A copy between buffers; offsets and size in bytes. */
export interface Copy {
  kind: 'copy';
  source: GPUBuffer;
  sourceOffset: number;
  target: GPUBuffer;
  targetOffset: number;
  size: number;
}

/** A range of a buffer set to zero; offset and size in bytes. */
export interface Clear {
  kind: 'clear';
  buffer: GPUBuffer;
  offset: number;
  size: number | undefined;
}

/** A command of a captured step. */
export type Command = Dispatch | Copy | Clear;

/** A copy of a whole buffer. */
export function wholeCopy(source: GPUBuffer, target: GPUBuffer): Copy {
  return { kind: 'copy', source, sourceOffset: 0, target, targetOffset: 0, size: source.size };
}

/** Runs copies at once, in the order given. */
export function copyNow(device: GPUDevice, copies: readonly Copy[]): void {
  if (copies.length === 0) return;
  const encoder = device.createCommandEncoder();
  new CommandList(copies).encode(encoder);
  device.queue.submit([encoder.finish()]);
}

/** Where a replay writes the time at which its passes begin (entry 0) and end (entry 1). */
export interface Clock {
  querySet: GPUQuerySet;
  /** Whether this list is the first, and the last, of those that are timed together. */
  begins: boolean;
  ends: boolean;
}

/** A dispatch within a pass; it sets only what differs from the previous dispatch. */
interface PassStep {
  pipeline: GPUComputePipeline | undefined;
  /** By index; undefined where the previous dispatch's stays. */
  bindGroups: readonly (GPUBindGroup | null | undefined)[];
  x: number;
  y: number;
  z: number;
}

interface Pass {
  kind: 'pass';
  steps: PassStep[];
}

/** Commands prepared for replay; consecutive dispatches share one pass. */
export class CommandList {
  readonly dispatches: number;
  readonly copies: number;
  readonly passes: number;
  private readonly segments: readonly (Pass | Copy | Clear)[];
  private readonly firstPass: number;
  private readonly lastPass: number;

  constructor(commands: readonly Command[]) {
    this.segments = segmentsOf(commands);
    const count = (kind: (Command | Pass)['kind'], list: readonly { kind: string }[]) =>
      list.filter((entry) => entry.kind === kind).length;
    this.dispatches = count('dispatch', commands);
    this.copies = count('copy', commands);
    this.passes = count('pass', this.segments);
    this.firstPass = this.segments.findIndex(({ kind }) => kind === 'pass');
    this.lastPass = this.segments.findLastIndex(({ kind }) => kind === 'pass');
  }

  /** Appends all commands to an encoder that has no pass open. */
  encode(encoder: GPUCommandEncoder, clock?: Clock): void {
    for (let index = 0; index < this.segments.length; index++) {
      const segment = this.segments[index];
      switch (segment.kind) {
        case 'pass':
          encodePass(encoder, segment, clock && this.stamp(clock, index));
          break;
        case 'copy':
          encoder.copyBufferToBuffer(
            segment.source,
            segment.sourceOffset,
            segment.target,
            segment.targetOffset,
            segment.size,
          );
          break;
        case 'clear':
          encoder.clearBuffer(segment.buffer, segment.offset, segment.size);
          break;
      }
    }
  }

  private stamp({ querySet, begins, ends }: Clock, index: number): GPUComputePassDescriptor | undefined {
    const isFirst = begins && index === this.firstPass;
    const isLast = ends && index === this.lastPass;
    if (!isFirst && !isLast) return undefined;
    return {
      timestampWrites: {
        querySet,
        ...(isFirst && { beginningOfPassWriteIndex: 0 }),
        ...(isLast && { endOfPassWriteIndex: 1 }),
      },
    };
  }
}

function encodePass(
  encoder: GPUCommandEncoder,
  { steps }: Pass,
  descriptor?: GPUComputePassDescriptor,
): void {
  const pass = encoder.beginComputePass(descriptor);
  for (const { pipeline, bindGroups, x, y, z } of steps) {
    if (pipeline !== undefined) pass.setPipeline(pipeline);
    // Pairs of index and group would be unpacked at every step, which takes longer than the calls.
    for (let index = 0; index < bindGroups.length; index++) {
      const group = bindGroups[index];
      if (group !== undefined) pass.setBindGroup(index, group);
    }
    pass.dispatchWorkgroups(x, y, z);
  }
  pass.end();
}

function segmentsOf(commands: readonly Command[]): (Pass | Copy | Clear)[] {
  const segments: (Pass | Copy | Clear)[] = [];
  let before: Dispatch | undefined;
  for (const command of commands) {
    if (command.kind !== 'dispatch') {
      segments.push(command);
      before = undefined;
      continue;
    }
    let pass = segments.at(-1);
    if (pass?.kind !== 'pass') segments.push((pass = { kind: 'pass', steps: [] }));
    pass.steps.push(passStep(command, before));
    before = command;
  }
  return segments;
}

function passStep({ pipeline, bindGroups, workgroups: [x, y, z] }: Dispatch, before?: Dispatch): PassStep {
  const changed = bindGroups.map((group, index) => (group === before?.bindGroups[index] ? undefined : group));
  return { pipeline: pipeline === before?.pipeline ? undefined : pipeline, bindGroups: changed, x, y, z };
}
