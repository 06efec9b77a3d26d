/** The link that opens an experiment in a lab, and how it is shared: copied, or as a code for a phone. */
import { html, nothing, type ReactiveElement, type TemplateResult } from 'lit';
import { noop } from '../../src/async.js';
import { type Experiment, experimentLink, type Outcome } from '../../src/experiment/index.js';
import { type QrCode, qrCode, qrView } from '../internal/kit/qr-code.js';
import { experimentTerms } from '../locales/experiments.js';
import type { Terms } from '../locales/terms.js';
import type { Count } from './experiment-text.js';

/** What a link is made of. */
export interface LinkedExperiment {
  readonly experiment: Experiment;
  readonly outcome: Outcome | undefined;
  /** The page that is linked; without one there is no link. */
  readonly page: URL | undefined;
  /** The name under which that page knows the experiment as it is here. */
  readonly name: string | undefined;
}

/** Makes the link and shows it. */
export class ExperimentLink {
  private readonly host: ReactiveElement;
  /** Undefined until it is made; empty where there is none. */
  private href: string | undefined;
  /** What the link is made of. */
  private linked: LinkedExperiment | undefined;
  private qr: QrCode | undefined;
  private shared: 'copied' | 'byHand' | undefined;

  constructor(host: ReactiveElement) {
    this.host = host;
  }

  /** Whether a link has to be made. */
  get isMissing(): boolean {
    return this.href === undefined;
  }

  /** Forgets the link: what it is made of has changed. */
  forget(): void {
    this.href = undefined;
    this.linked = undefined;
    this.host.requestUpdate();
  }

  /** Makes the link. */
  async make(linked: LinkedExperiment): Promise<void> {
    this.linked = linked;
    this.qr = undefined;
    this.shared = undefined;
    this.show('');
    const { experiment, outcome, page, name } = linked;
    if (page === undefined) return;
    const seed = outcome?.seed ?? experiment.seed;
    if (name !== undefined) {
      page.searchParams.set('experiment', name);
      if (seed !== experiment.seed) page.searchParams.set('seed', String(seed));
      this.show(page.href);
      return;
    }
    const suggested = outcome?.suggested;
    const link = await experimentLink(experiment, page.href, { seed, suggested }).catch(noop);
    if (this.linked === linked && link !== undefined) this.show(link);
  }

  /** The link and its controls; nothing without one. */
  view(terms: Pick<Terms, 'experiments' | 'share'>, count: Count): TemplateResult | typeof nothing {
    const experiments = experimentTerms(terms);
    if (!this.href) return nothing;
    return html`<div class="links">
      <a href=${this.href}>${experiments.openInLab}</a>
      <button class="plain" type="button" @click=${this.handleShare}>${experiments.share}</button>
      <button class="plain" type="button" aria-expanded=${this.qr !== undefined} @click=${this.handleQr}>
        ${terms.share.qr}
      </button>
      <span role="status"
        >${
          this.shared === undefined
            ? nothing
            : this.shared === 'copied'
              ? experiments.copied
              : experiments.copyByHand
        }</span
      >
      ${
        this.shared === 'byHand'
          ? html`<input class="input" readonly aria-label=${experiments.link} .value=${this.href} />`
          : nothing
      }
      ${this.qr === undefined ? nothing : qrView(this.qr, terms, count)}
    </div>`;
  }

  private show(href: string): void {
    this.href = href;
    this.host.requestUpdate();
  }

  private readonly handleShare = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(this.href ?? '');
      this.shared = 'copied';
    } catch {
      this.shared = 'byHand';
    }
    this.host.requestUpdate();
  };

  private readonly handleQr = async (): Promise<void> => {
    const { href } = this;
    if (!href) return;
    const qr = await qrCode(href);
    if (this.href !== href) return;
    this.qr = this.qr === undefined ? qr : undefined;
    this.host.requestUpdate();
  };
}
