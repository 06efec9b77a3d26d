import { effect } from '@preact/signals-core';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { query, state } from 'lit/decorators.js';
import { isAborted } from '../../src/async.js';
import { InputError } from '../../src/errors.js';
import type { Lab, Run, Samples } from '../../src/lab/index.js';
import { customElement } from '../internal/kit/element/custom-element.js';
import { intersectionObserver } from '../internal/kit/observers.js';
import { LabElement } from '../internal/lab/lab-element.js';
import { viewOf } from '../internal/lab/lab-view.js';
import { cardStyles, themeStyles } from '../internal/kit/styles/theme.styles.js';
import { throttle } from '../internal/kit/throttle.js';
import { samplesStyles } from './lr-samples.styles.js';

/** How many images are shown where there is room. */
const shownAtMost = 14;
/** Milliseconds between two forward passes: at most four a second. */
const interval = 250;

/**
 * @summary A strip of validation images with the answers of the selected run, wrong ones marked, and its accuracy. While
 * it is out of sight the network answers nothing.
 *
 * @csspart base - The card around everything.
 * @csspart accuracy - The accuracy on the validation set.
 * @csspart no-lab - The sentence shown without a Lab.
 *
 * @cssprop --lr-surface - Background of the card.
 * @cssprop --lr-success - A right answer.
 * @cssprop --lr-danger - A wrong answer.
 */
@customElement('lr-samples')
export class LrSamples extends LabElement {
  static override styles = [themeStyles, cardStyles, samplesStyles];

  private readonly sight = intersectionObserver((entries) => {
    this.isInSight = entries.at(-1)!.isIntersecting;
    this.askSoon();
  });
  private readonly askSoon = throttle(() => void this.ask(), interval);
  private isInSight = false;
  private isAsking = false;
  private stopWatching: (() => void) | undefined;
  private watched: Lab | undefined;
  /** The run and its step for which the answers were given. */
  private answered: { run: Run; step: number } | undefined;

  /** The last answers; of the selected run. */
  @state() private samples: Samples | undefined;

  @query('.strip') private readonly strip!: HTMLElement | null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.sight.observe(this);
    document.addEventListener('visibilitychange', this.askSoon);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.sight.disconnect();
    document.removeEventListener('visibilitychange', this.askSoon);
    this.askSoon.cancel();
    this.isInSight = false;
    this.watch(undefined);
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (!this.isConnected) return;
    this.watch(this.lab);
    const { samples, strip } = this;
    if (samples === undefined || strip === null || this.answered?.step === undefined) return;
    strip.querySelectorAll('canvas').forEach((canvas, index) => drawImage(canvas, samples, index));
  }

  /** Asks again when the selected run has made steps, without a rendering. */
  private watch(lab: Lab | undefined): void {
    if (lab === this.watched) return;
    this.stopWatching?.();
    this.watched = lab;
    this.samples = undefined;
    this.answered = undefined;
    this.stopWatching =
      lab &&
      effect(() => {
        const run = viewOf(lab).selected.value;
        const { value: step } = run.step;
        const { value: state } = run.state;
        if (state === 'running' || step !== this.answered?.step || run !== this.answered.run) this.askSoon();
      });
  }

  private async ask(): Promise<void> {
    const { lab } = this;
    if (lab === undefined || this.isAsking || !this.isInSight || document.hidden) return;
    const run = viewOf(lab).selected.peek();
    const step = run.step.peek();
    if (this.answered?.run === run && this.answered.step === step) return;
    if (run.state.peek() === 'loading') return;
    if (step === 0 && run.state.peek() !== 'running') {
      this.forget();
      return;
    }
    this.isAsking = true;
    try {
      const samples = await lab.samples(run, shownAtMost);
      if (lab !== this.lab || run !== viewOf(lab).selected.peek()) return;
      this.samples = samples;
      this.answered = { run, step };
    } catch (error) {
      // A run that no worker holds has no answers; those that are shown stay if they are its own.
      if (!isAborted(error) && !(error instanceof InputError)) throw error;
      if (this.answered?.run !== run) this.forget();
    } finally {
      this.isAsking = false;
      // What has happened meanwhile.
      if (this.isConnected && run.step.peek() !== step) this.askSoon();
    }
  }

  private forget(): void {
    this.samples = undefined;
    this.answered = undefined;
  }

  protected override renderLab(lab: Lab): TemplateResult {
    const words = this.localize.terms.samples;
    const run = viewOf(lab).selected.value;
    const accuracy = this.accuracyOf(run);
    return html`<section
      role="group"
      class="card"
      part="base"
      aria-label=${words.label}
      data-state=${run.state.value}
    >
      <p class="accuracy" part="accuracy">
        <b>${accuracy ?? '–'}</b>
        <span>${words.ofUnseen}</span>
      </p>
      ${
        this.samples === undefined
          ? html`<p class="waiting">${words.waiting}</p>
              ${this.renderStrip(undefined, run)}`
          : this.renderStrip(this.samples, run)
      }
    </section>`;
  }

  private accuracyOf(run: Run): string | undefined {
    const accuracy = run.history.evaluations.at(-1)?.accuracy;
    return accuracy === undefined || !Number.isFinite(accuracy)
      ? undefined
      : this.localize.number(accuracy, {
          style: 'percent',
          minimumFractionDigits: 1,
          maximumFractionDigits: 1,
        });
  }

  private renderStrip(samples: Samples | undefined, run: Run): TemplateResult {
    const words = this.localize.terms.samples;
    const nameOf = (label: number): string => String(run.config.classes?.[label] ?? label);
    const count = samples?.labels.length ?? shownAtMost;
    return html`<ul class="strip" aria-hidden=${samples === undefined ? 'true' : nothing}>
      ${Array.from({ length: count }, (_, index) => {
        if (samples === undefined) return html`<li><canvas width="1" height="1"></canvas><span></span></li>`;
        const label = samples.labels[index];
        const answer = samples.answers[index];
        const isRight = answer === label;
        return html`<li class=${isRight ? 'right' : 'wrong'}>
          <canvas
            width=${samples.width}
            height=${samples.height}
            role="img"
            aria-label=${isRight ? words.recognised(nameOf(label)) : words.mistaken(nameOf(label), nameOf(answer))}
          ></canvas>
          <span aria-hidden="true">${nameOf(answer)}<i>${isRight ? '✓' : '✗'}</i></span>
        </li>`;
      })}
    </ul>`;
  }
}

/** Draws one image, grey or in colour. */
function drawImage(canvas: HTMLCanvasElement, samples: Samples, index: number): void {
  const { width, height, channels, images } = samples;
  const context = canvas.getContext('2d');
  if (context === null) return;
  const pixels = context.createImageData(width, height);
  const first = index * width * height * channels;
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let channel = 0; channel < 3; channel++)
      pixels.data[pixel * 4 + channel] = images[first + pixel * channels + (channels === 3 ? channel : 0)];
    pixels.data[pixel * 4 + 3] = 255;
  }
  context.putImageData(pixels, 0, 0);
}

declare global {
  interface HTMLElementTagNameMap {
    'lr-samples': LrSamples;
  }
}
