/** What one update did and cost, measured on request; a report costs a few small dispatches, no report costs nothing. */
import * as tf from '@tensorflow/tfjs-core';

import type { Optimizer } from '../optimizers/index.js';
import type { MemoryReport } from './memory.js';
import type { Execution, StepOutcome, StepOptions } from './step/train-step.js';

/** What one update did to one weight tensor. */
export interface WeightReport {
  /** Such as `conv1/kernel`. */
  name: string;
  /** The Euclidean norm of the gradient. */
  gradientNorm: number;
  /** The norm of what the update changed over the norm of the weights before it; Infinity for weights of 0. */
  updateRatio: number;
}

/** One update, as it was. */
export interface StepReport {
  step: number;
  loss: number;
  /** The learning rate of each param group as the device read it: a float32 on WebGPU. */
  lr: number[];
  /** Likewise the momentum, β₁ for Adam and AdamW; 0 for an optimizer without. */
  momentum: number[];
  weights: WeightReport[];
  /** Over the latest steps; 0 before two losses have been read back. */
  stepsPerSecond: number;
  /** Submits per step, over the latest steps: less than one where several steps share one. */
  submits: number;
  /** Milliseconds per step that JavaScript took to plan and submit, over the latest steps, without reading back. */
  javascriptMs: number;
  /** Milliseconds from this update's first dispatch to its last; browsers round it. Undefined where it is unknown. */
  gpuMs?: number;
  /** Whether updates are replayed: then what each issues, in one submit; else why not. */
  execution: Execution;
  memory: MemoryReport;
}

type Measured = Pick<StepReport, 'lr' | 'momentum' | 'weights' | 'gpuMs'>;

/** A report that has been requested and is not ready yet. */
export class ReportRequest {
  readonly report: Promise<StepReport>;
  resolve: (report: Promise<StepReport>) => void = () => undefined;
  reject: (reason: unknown) => void = () => undefined;

  constructor() {
    this.report = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // The caller may have stopped listening.
    this.report.catch(() => undefined);
  }
}

/** Measures one update. */
export class Inspection {
  private readonly optimizer: Optimizer;
  private readonly before: tf.Tensor[];
  private readonly groups: { lr: number; momentum: number }[];
  private readonly gpuMs: Promise<number | undefined>;
  private norms?: tf.Tensor;
  /** Passed to the update. */
  readonly options: StepOptions;

  /** Begins just before the update. */
  constructor(optimizer: Optimizer) {
    this.optimizer = optimizer;
    // Copies: a clone would share the buffer that the update writes.
    this.before = optimizer.parameters.map(({ variable }) => tf.tidy(() => tf.mul(variable, 1)));
    this.groups = optimizer.paramGroups.map(({ lr, momentum, betas }) => ({
      lr,
      momentum: typeof momentum === 'number' ? momentum : Array.isArray(betas) ? Number(betas[0]) : 0,
    }));
    let reportGpuMs: (milliseconds: number | undefined) => void = () => undefined;
    this.gpuMs = new Promise((resolve) => (reportGpuMs = resolve));
    this.options = { onGpuTime: reportGpuMs, onGradients: (gradients) => this.measure(gradients) };
  }

  /** What was measured, once the update's outcome is known. */
  async measured({ used }: StepOutcome): Promise<Measured> {
    const values = await this.norms!.data();
    return {
      lr: this.groups.map(({ lr }, index) => used?.[2 * index] ?? lr),
      momentum: this.groups.map(({ momentum }, index) => used?.[2 * index + 1] ?? momentum),
      weights: this.optimizer.parameters.map(({ name }, index) => {
        const [gradientNorm, change, size] = values.subarray(3 * index, 3 * index + 3);
        return { name, gradientNorm, updateRatio: change === 0 ? 0 : change / size };
      }),
      gpuMs: await this.gpuMs,
    };
  }

  /** Frees what was kept for the comparison. */
  dispose(): void {
    tf.dispose([...this.before, this.norms ?? []]);
  }

  private measure(gradients: readonly (tf.Tensor | null)[]): void {
    const norm = (tensor: tf.Tensor) => tf.sqrt(tf.sum(tf.square(tensor)));
    this.norms = tf.tidy(() =>
      tf.keep(
        tf.stack(
          this.optimizer.parameters.flatMap(({ variable }, index) => {
            const gradient = gradients[index];
            const before = this.before[index];
            return [gradient ? norm(gradient) : tf.scalar(0), norm(tf.sub(variable, before)), norm(before)];
          }),
        ),
      ),
    );
  }
}
