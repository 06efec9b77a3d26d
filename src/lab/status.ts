/** What a Lab knows of its worker and its training, in signals that its elements show. */
import { signal } from '@preact/signals-core';

import type { BackendReport, LoadProgress } from '../training/index.js';
import type { Ready } from '../worker/index.js';
import { RecentSpeed } from './drive/recent-speed.js';

/** The signals, and what changes them. */
export class LabStatus {
  readonly modelName = signal<string | undefined>(undefined);
  readonly fallbackModel = signal(false);
  readonly backend = signal<BackendReport | undefined>(undefined);
  readonly loading = signal<LoadProgress | undefined>(undefined);
  readonly speed = signal(0);
  readonly speedLimit = signal<number | undefined>(undefined);
  readonly recoveries = signal(0);
  private readonly recentSpeed = new RecentSpeed();
  /** The number of steps reported, of all runs together. */
  private stepsMade = 0;

  /** The progress of a preparation or a download; the end of a preparation does not end a download. */
  progress(progress: LoadProgress | undefined): void {
    if (progress ?? this.loading.value?.unit !== 'bytes') this.loading.value = progress;
  }

  /** A download has ended. */
  endDownload(): void {
    if (this.loading.value?.unit === 'bytes') this.loading.value = undefined;
  }

  /** The worker holds a run. */
  ready({ modelName, fallbackModel }: Ready): void {
    this.modelName.value = modelName;
    this.fallbackModel.value = fallbackModel;
  }

  /** The runs are replaced by others, whose network is not known yet. */
  forgetModel(): void {
    this.modelName.value = undefined;
    this.fallbackModel.value = false;
  }

  /** Measures the speed from now on. */
  restartSpeed(): void {
    this.recentSpeed.restart();
  }

  /** Counts steps that have been reported. */
  count(steps: number, isRunning: boolean): void {
    this.stepsMade += steps;
    if (isRunning) this.speed.value = this.recentSpeed.mark(this.stepsMade);
  }
}
