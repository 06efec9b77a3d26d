import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { keyed } from 'lit/directives/keyed.js';
import { live } from 'lit/directives/live.js';
import type { Config, Plan } from '../../src/lab/index.js';
import {
  type Answer,
  loadPyTorchReader,
  type Policy,
  type PolicyIssue,
  type PyTorchReader,
  toPyTorch,
} from '../../src/policy/index.js';
import { customElement } from '../internal/kit/element/custom-element.js';
import { FocusKeeper } from '../internal/kit/element/focus-keeper.js';
import { redoIcon, undoIcon } from '../internal/kit/icons.js';
import {
  draftOfCode,
  draftOfPolicy,
  draftOfText,
  draftOfTree,
  issueDelay,
  type PolicyDraft,
  textOfDraft,
  treeOfDraft,
} from '../internal/policy/policy-draft.js';
import { issuesView } from '../internal/lab/problem-view.js';
import { problemStyles } from '../internal/lab/problem.styles.js';
import { TermsController } from '../internal/kit/element/terms-controller.js';
import { en } from '../locales/en.js';
import { buttonStyles, cardStyles, fieldStyles, themeStyles } from '../internal/kit/styles/theme.styles.js';
import '../lr-policy-builder/lr-policy-builder.js';
import type { TreeChange } from '../lr-policy-builder/lr-policy-builder.js';
import type { CodeSettings } from './code-program.js';
import { codeReadingStyles, lineNumbers, readingView } from './code-reading.js';
import { policyEditorStyles } from './lr-policy-editor.styles.js';
import type { DraftEntry } from '../internal/policy/policy-tree.js';

const views = ['build', 'pytorch', 'json'] as const;

/** The ways to write a policy. */
type View = (typeof views)[number];

/** A changed policy; consecutive changes of one kind are undone together. */
export interface DraftChange {
  readonly draft: PolicyDraft;
  readonly kind?: string;
}

/** The optimizer and the epochs of pasted code, as far as they are to be taken over, and its schedule. */
export interface CodeProgram extends CodeSettings {
  readonly policy: Policy;
}

/**
 * @summary Edits a policy with cards, as PyTorch code or as JSON, with errors in place. A part of
 * `<lr-scheduler-panel>`; it has no Lab and only reports changes.
 *
 * @fires {CustomEvent<DraftChange>} lr-policy-draft - The reader changed the policy.
 * @fires {CustomEvent<'undo'
 * 'redo'>} lr-policy-undo - The reader wants to undo or redo a change.
 * @fires {CustomEvent<CodeProgram>} lr-policy-program - The reader wants the optimizer and the epochs of pasted code too.
 */
@customElement('lr-policy-editor')
export class LrPolicyEditor extends LitElement {
  static override styles = [
    themeStyles,
    cardStyles,
    buttonStyles,
    fieldStyles,
    problemStyles,
    policyEditorStyles,
    codeReadingStyles,
  ];

  private readonly localize = new TermsController(this, en);

  /** The policy being edited. */
  @property({ attribute: false }) draft: PolicyDraft = draftOfPolicy([]);

  /** The run that new cards are fitted to. */
  @property({ attribute: false }) plan: Plan = { steps: 1, stepsPerEpoch: 1, epochs: 1 };

  /** The initial rate of the curves on the cards. */
  @property({ type: Number }) lr = 0.1;

  /** The optimizer of the run. */
  @property({ attribute: false }) optimizer: Config['optimizer'] = { type: 'SGD', lr: 0.1 };

  @property({ type: Boolean }) canUndo = false;

  @property({ type: Boolean }) canRedo = false;

  @state() private view: View = 'build';

  /** Whether the draft's errors are shown; not while they are typed. */
  @state() private showsIssues = false;

  @state() private isCopied = false;

  /** Whether the reader wants only the schedule of the code, not its optimizer and epochs. */
  @state() private isOfferDismissed = false;

  /** Reads PyTorch code; loaded when it is first needed. */
  private codeReader: PyTorchReader | undefined;

  private issueTimer: ReturnType<typeof setTimeout> | undefined;
  private copyTimer: ReturnType<typeof setTimeout> | undefined;
  /** The last cards without an error in the text; shown until the text is right again. */
  private lastTree: readonly DraftEntry[] = [];

  constructor() {
    super();
    // An undo may remove the cards; the next key must still arrive here.
    new FocusKeeper(this, '*', '.view');
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.issueTimer);
    clearTimeout(this.copyTimer);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const { draft } = this;
    this.lastTree = treeOfDraft(draft) ?? this.lastTree;
    if (this.view === 'pytorch' && this.codeReader === undefined) void this.loadReader();
    if (changed.has('draft')) {
      this.isCopied = false;
      clearTimeout(this.issueTimer);
      if (draft.policy !== undefined) this.showsIssues = false;
      else if (!this.showsIssues) {
        this.issueTimer = setTimeout(() => {
          this.showsIssues = true;
        }, issueDelay);
      }
    }
  }

  private change(draft: PolicyDraft, kind?: string): void {
    this.dispatchEvent(new CustomEvent<DraftChange>('lr-policy-draft', { detail: { draft, kind } }));
  }

  private handleTree({ detail }: CustomEvent<TreeChange>): void {
    this.change(draftOfTree(detail.tree), detail.kind);
  }

  private handleText(event: InputEvent): void {
    this.change(draftOfText((event.target as HTMLTextAreaElement).value), this.view);
  }

  private handleCode(event: InputEvent): void {
    this.isOfferDismissed = false;
    const { source } = this.draft;
    const answers = source.kind === 'pytorch' ? source.answers : {};
    void this.readCode((event.target as HTMLTextAreaElement).value, answers);
  }

  private handleAnswer(expression: string, answer: Answer): void {
    const { source } = this.draft;
    if (source.kind !== 'pytorch') return;
    void this.readCode(source.code, { ...source.answers, [expression]: answer });
  }

  private async readCode(code: string, answers: Readonly<Record<string, Answer>>): Promise<void> {
    // Once the reader is there, what is typed is read at once.
    const read = this.codeReader ?? (await this.loadReader());
    this.change(draftOfCode(read, code, { ...this.plan, lr: this.optimizer.lr }, answers), 'pytorch');
  }

  private async loadReader(): Promise<PyTorchReader> {
    const read = await loadPyTorchReader();
    this.codeReader = read;
    return read;
  }

  /** The code's own optimizer, epochs and schedule, from the first step on. */
  private handleSettings(settings: CodeSettings): void {
    const { policy } = this.draft;
    if (policy === undefined) return;
    this.isOfferDismissed = true;
    const detail: CodeProgram = { ...settings, policy };
    this.dispatchEvent(new CustomEvent('lr-policy-program', { detail }));
  }

  private handleScroll(event: Event): void {
    const area = event.target as HTMLElement;
    const numbers = area.previousElementSibling;
    if (numbers) numbers.scrollTop = area.scrollTop;
  }

  private handleBlur(): void {
    this.showsIssues = this.draft.policy === undefined;
  }

  private handleUndo(detail: 'undo' | 'redo'): void {
    this.dispatchEvent(new CustomEvent('lr-policy-undo', { detail }));
  }

  private handleKey(event: KeyboardEvent): void {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = event.key.toLowerCase();
    if (key !== 'z' && !(key === 'y' && event.ctrlKey)) return;
    event.preventDefault();
    this.handleUndo(key === 'y' || event.shiftKey ? 'redo' : 'undo');
  }

  private handleTabKey(event: KeyboardEvent): void {
    const steps: Partial<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1, Home: -9, End: 9 };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const index = views.indexOf(this.view) + step;
    const isTurn = Math.abs(step) === 1;
    const next = isTurn ? (index + views.length) % views.length : step < 0 ? 0 : views.length - 1;
    this.view = views[next];
    void this.updateComplete.then(() => {
      this.renderRoot.querySelector<HTMLElement>('[role="tab"][aria-selected="true"]')?.focus();
    });
  }

  private async handleCopy(text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      this.isCopied = true;
      clearTimeout(this.copyTimer);
      this.copyTimer = setTimeout(() => {
        this.isCopied = false;
      }, 4000);
    } catch {
      // If the page may not write to the clipboard, the selected text is ready for the reader's own copy command.
      this.renderRoot.querySelector('textarea')?.select();
    }
  }

  protected override render(): TemplateResult {
    return html`<div class="editor" @keydown=${this.handleKey}>
      ${this.renderTabs()}
      <div class="view" role="tabpanel" id="view" tabindex="-1" aria-labelledby="tab-${this.view}">
        ${this.renderView()}
      </div>
    </div>`;
  }

  private renderTabs(): TemplateResult {
    const { panel } = this.localize.terms;
    const tab = (view: View) =>
      html`<button
        class="tab"
        type="button"
        role="tab"
        id="tab-${view}"
        aria-selected=${view === this.view}
        aria-controls="view"
        tabindex=${view === this.view ? 0 : -1}
        @click=${() => {
          this.view = view;
        }}
      >
        ${panel.views[view]}
      </button>`;
    return html`<div class="bar">
      <div class="tabs" role="tablist" aria-label=${panel.viewsLabel} @keydown=${this.handleTabKey}>
        ${views.map(tab)}
      </div>
      <div class="undo">
        <button
          class="button quiet"
          type="button"
          aria-label=${panel.undo}
          title="${panel.undo} (Ctrl+Z)"
          aria-keyshortcuts="Control+Z Meta+Z"
          ?disabled=${!this.canUndo}
          @click=${() => this.handleUndo('undo')}
        >
          ${undoIcon}
        </button>
        <button
          class="button quiet"
          type="button"
          aria-label=${panel.redo}
          title="${panel.redo} (Ctrl+Shift+Z)"
          aria-keyshortcuts="Control+Shift+Z Meta+Shift+Z"
          ?disabled=${!this.canRedo}
          @click=${() => this.handleUndo('redo')}
        >
          ${redoIcon}
        </button>
      </div>
    </div>`;
  }

  private renderView(): TemplateResult {
    switch (this.view) {
      case 'build':
        return this.renderBuild();
      case 'pytorch':
        return this.renderCode();
      case 'json':
        return this.renderText();
    }
  }

  private renderBuild(): TemplateResult {
    const tree = treeOfDraft(this.draft);
    const { terms } = this.localize;
    const errors =
      tree === undefined
        ? html`<p class="reason">${terms.panel.mendText(terms.panel.views[this.draft.source.kind])}</p>
            ${issuesView(this.draft.issues, terms)}`
        : nothing;
    return html`${errors}<lr-policy-builder
        ?inert=${tree === undefined}
        .tree=${tree ?? this.lastTree}
        .issues=${this.draft.issues}
        .showsFaults=${this.showsIssues}
        .plan=${this.plan}
        .lr=${this.lr}
        .optimizer=${this.optimizer}
        @lr-tree=${this.handleTree}
      ></lr-policy-builder>`;
  }

  private renderCode(): TemplateResult {
    const { source, policy } = this.draft;
    const { panel } = this.localize.terms;
    const code = source.kind === 'pytorch' ? source.code : policy && this.codeOf(policy);
    return this.renderArea(code, panel.pytorch, panel.pytorchHint, (event) => this.handleCode(event));
  }

  private codeOf(policy: Policy): string {
    const { groups, ...optimizer } = this.optimizer;
    const named = groups?.map(withoutLayers);
    return toPyTorch(policy, {
      optimizer,
      ...(named && { groups: [...named, {}] }),
      epochs: this.plan.epochs,
      stepsPerEpoch: this.plan.stepsPerEpoch,
    });
  }

  private renderText(): TemplateResult {
    const { panel } = this.localize.terms;
    return this.renderArea(textOfDraft(this.draft), panel.json, panel.jsonHint, (event) =>
      this.handleText(event),
    );
  }

  private renderArea(
    text: string | undefined,
    label: string,
    hint: string,
    handleInput: (event: InputEvent) => void,
  ): TemplateResult {
    const { terms } = this.localize;
    const { issues, source } = this.draft;
    const isBad = this.showsIssues && issues.length > 0;
    if (text === undefined) {
      return html`<p class="reason">${terms.panel.mendText(terms.panel.views[source.kind])}</p>
        ${issuesView(issues, terms)}`;
    }
    return html`<div class="field">
      <div class="row">
        <label class="label" for="text">${label}</label>
        <span class="state ${isBad ? 'bad' : ''}">
          ${isBad ? terms.panel.invalid(issues.length) : issues.length === 0 ? terms.panel.valid : nothing}
        </span>
        <button class="button quiet copy" type="button" @click=${() => void this.handleCopy(text)}>
          <span role="status">${this.isCopied ? terms.panel.copied : nothing}</span>
          ${this.isCopied ? nothing : terms.panel.copy}
        </button>
      </div>
      ${
        // Each tab has its own box, so that it starts at its first line.
        keyed(
          this.view,
          html`<div class=${this.view === 'pytorch' ? 'area numbered' : 'area'}>
            ${this.view === 'pytorch' ? lineNumbers(text, isBad ? linesOf(issues) : new Set()) : nothing}
            <textarea
              class="input"
              id="text"
              rows="9"
              spellcheck="false"
              autocapitalize="off"
              autocomplete="off"
              aria-invalid=${isBad}
              aria-describedby=${isBad ? 'issues text-hint' : 'text-hint'}
              .value=${live(text)}
              @input=${handleInput}
              @scroll=${this.handleScroll}
              @blur=${this.handleBlur}
            ></textarea>
          </div>`,
        )
      }
      <div role="status">${isBad ? issuesView(issues, terms, 'issues') : nothing}</div>
      ${this.renderReading()}
      <p class="hint" id="text-hint">${hint}</p>
    </div>`;
  }

  /** What PyTorch code leaves open, and what was read besides the policy. */
  private renderReading(): TemplateResult | typeof nothing {
    const { reading } = this.draft;
    if (this.view !== 'pytorch' || reading === undefined) return nothing;
    return readingView(
      reading,
      this.localize,
      { optimizer: this.optimizer, epochs: this.plan.epochs, isDismissed: this.isOfferDismissed },
      {
        answer: (expression, answer) => this.handleAnswer(expression, answer),
        useSettings: (settings) => this.handleSettings(settings),
        dismiss: () => {
          this.isOfferDismissed = true;
        },
      },
    );
  }
}

/** The lines that faults are in. */
function linesOf(issues: readonly PolicyIssue[]): ReadonlySet<number> {
  return new Set(issues.flatMap(({ line }) => line ?? []));
}

/** The options of a param group, without its layers. */
function withoutLayers(group: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(group).filter(([name]) => name !== 'layers'));
}

declare global {
  interface HTMLElementTagNameMap {
    'lr-policy-editor': LrPolicyEditor;
  }
  interface HTMLElementEventMap {
    'lr-policy-draft': CustomEvent<DraftChange>;
    'lr-policy-undo': CustomEvent<'undo' | 'redo'>;
    'lr-policy-program': CustomEvent<CodeProgram>;
  }
}
