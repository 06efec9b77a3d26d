import { html, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { ifDefined } from 'lit/directives/if-defined.js';
import type { Problem } from '../../src/errors.js';
import type { Lab } from '../../src/lab/index.js';
import { customElement } from '../internal/kit/element/custom-element.js';
import { megabytes } from '../internal/kit/format.js';
import { LabElement } from '../internal/lab/lab-element.js';
import { problemView } from '../internal/lab/problem-view.js';
import { problemStyles } from '../internal/lab/problem.styles.js';
import { ownRefusalOf } from '../internal/lab/refusal.js';
import { buttonStyles, fieldStyles, themeStyles } from '../internal/kit/styles/theme.styles.js';
import { mnistSourceStyles } from './lr-mnist-source.styles.js';

/**
 * @summary Loads real MNIST into the Lab: from a download that the reader starts, or from the reader's own IDX files.
 * A part of `<lr-setup-dialog>`.
 */
@customElement('lr-mnist-source')
export class LrMnistSource extends LabElement {
  static override styles = [themeStyles, buttonStyles, fieldStyles, problemStyles, mnistSourceStyles];

  @state() private abort: AbortController | undefined;
  @state() private refusal: Problem | undefined;
  @state() private isOver = false;

  override connectedCallback(): void {
    super.connectedCallback();
    // Reads the browser's own store, never the network.
    if (this.lab?.mnist.peek() === 'unknown') void this.lab.lookForMnist();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.abort?.abort();
  }

  private async load(lab: Lab, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const abort = new AbortController();
    this.abort = abort;
    this.refusal = undefined;
    this.refusal = await ownRefusalOf(lab, work(abort.signal));
    this.abort = undefined;
  }

  private handleFiles(lab: Lab, files: FileList | null | undefined): void {
    const list = [...(files ?? [])];
    if (list.length > 0) void this.load(lab, (signal) => lab.readMnist(list, { signal }));
  }

  private handleDragOver(event: DragEvent): void {
    event.preventDefault();
    this.isOver = true;
  }

  private handleDrop(event: DragEvent, lab: Lab): void {
    event.preventDefault();
    this.isOver = false;
    this.handleFiles(lab, event.dataTransfer?.files);
  }

  protected override renderLab(lab: Lab): TemplateResult {
    const { terms } = this.localize;
    const mnist = lab.mnist.value;
    return html`<div class="box">
      <p class="state ${mnist}" role="status">${terms.setup.mnistState[mnist]}</p>
      ${
        this.abort === undefined
          ? mnist === 'ready'
            ? nothing
            : html`<div class="field">
                <button
                  class="button"
                  type="button"
                  @click=${() => void this.load(lab, (signal) => lab.fetchMnist({ signal }))}
                >
                  ${terms.setup.download}
                </button>
                <p class="hint">${terms.setup.downloadHint}</p>
              </div>`
          : this.renderLoading(lab, this.abort)
      }
      ${this.refusal === undefined ? nothing : html`<div role="alert">${problemView(this.refusal, terms)}</div>`}
      ${mnist === 'ready' ? nothing : this.renderDrop(lab)}
    </div>`;
  }

  private renderLoading(lab: Lab, abort: AbortController): TemplateResult {
    const terms = this.localize.terms.setup;
    const loading = lab.loading.value;
    const known = loading?.unit === 'bytes' && loading.total > 0 ? loading : undefined;
    const size = (bytes: number) =>
      terms.megabytes(
        this.localize.number(megabytes(bytes), { minimumFractionDigits: 1, maximumFractionDigits: 1 }),
      );
    return html`<div class="loading">
      <progress
        aria-label=${terms.downloadProgress}
        max=${ifDefined(known?.total)}
        value=${ifDefined(known?.done)}
      ></progress>
      <div class="row">
        <span>${known === undefined ? nothing : terms.bytes(size(known.done), size(known.total))}</span>
        <button class="button quiet" type="button" @click=${() => abort.abort()}>
          ${terms.cancelDownload}
        </button>
      </div>
    </div>`;
  }

  private renderDrop(lab: Lab): TemplateResult {
    const terms = this.localize.terms.setup;
    return html`<div
      class="drop ${this.isOver ? 'over' : ''}"
      @dragover=${this.handleDragOver}
      @dragleave=${() => {
        this.isOver = false;
      }}
      @drop=${(event: DragEvent) => this.handleDrop(event, lab)}
    >
      <span>${terms.drop}</span>
      <label class="button">
        ${terms.files}
        <input
          class="visually-hidden"
          type="file"
          multiple
          aria-describedby="drop-hint"
          ?disabled=${this.abort !== undefined}
          @change=${(event: Event) => this.handleFiles(lab, (event.target as HTMLInputElement).files)}
        />
      </label>
      <p class="hint" id="drop-hint">${terms.dropHint}</p>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lr-mnist-source': LrMnistSource;
  }
}
