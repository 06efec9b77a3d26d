import { ContextConsumer, ContextRoot } from '@lit/context';
import { SignalWatcher } from '@lit-labs/preact-signals';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { Problem } from '../../../src/errors.js';
import type { Lab } from '../../../src/lab/index.js';
import { AttributeCheck } from '../kit/element/attribute-check.js';
import { labContext } from './lab-context.js';
import { problemView } from './problem-view.js';
import { TermsController } from '../kit/element/terms-controller.js';
import { en } from '../../locales/en.js';

/** Keeps the requests of elements that are defined before their `<lr-lab>`, and repeats them when it appears. */
const contextRoot = new ContextRoot();

/**
 * The base of every leaf: it has a Lab (its own `lab` property, or that of the `<lr-lab>` around it) and the words of
 * the reader's language, and renders again when a signal that it read has changed. A leaf implements
 * `renderLab(lab)`; without a Lab it shows a sentence.
 *
 * @fires {CustomEvent<{ message: string, code: string }>} lr-error - An attribute that is wrong, also shown in place.
 */
export abstract class LabElement extends SignalWatcher(LitElement) {
  protected readonly localize = new TermsController(this, en);

  private readonly consumer = new ContextConsumer(this, {
    context: labContext,
    subscribe: true,
    callback: () => this.handleContextLab(),
  });

  private readonly check = new AttributeCheck(this, () => this.checkValues());
  private ownLab: Lab | undefined;
  private labBefore: Lab | undefined;

  /** The Lab shown: one set here, or else that of the `<lr-lab>` around this element. */
  @property({ attribute: false })
  get lab(): Lab | undefined {
    return this.ownLab ?? this.consumer.value;
  }
  set lab(lab: Lab | undefined) {
    this.ownLab = lab;
    this.labBefore = this.lab;
  }

  /** What is wrong with the attributes, if anything; `lr-error` reports it too. */
  get problem(): Problem | undefined {
    return this.check.problem;
  }

  override connectedCallback(): void {
    contextRoot.attach(this.ownerDocument.documentElement);
    super.connectedCallback();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.consumer.value = undefined;
    this.handleContextLab();
  }

  private handleContextLab(): void {
    const before = this.labBefore;
    this.labBefore = this.lab;
    this.requestUpdate('lab', before);
  }

  protected override render(): TemplateResult {
    const { lab } = this;
    const { terms } = this.localize;
    if (lab === undefined) return html`<p part="no-lab">${terms.lab.noLab(this.localName)}</p>`;
    const { problem } = this;
    return html`${
      problem === undefined ? nothing : html`<div role="alert">${problemView(problem, terms)}</div>`
    }${this.renderLab(lab)}`;
  }

  /** @throws InputError for an attribute whose value is not accepted */
  protected checkValues(): void {
    // Most have no attribute of their own.
  }

  /** What the element shows of its Lab. */
  protected abstract renderLab(lab: Lab): TemplateResult;
}
