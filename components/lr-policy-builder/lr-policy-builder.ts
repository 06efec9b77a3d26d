import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { Config, Plan } from '../../src/lab/index.js';
import type { PolicyIssue } from '../../src/policy/index.js';
import { customElement } from '../internal/kit/element/custom-element.js';
import { TermsController } from '../internal/kit/element/terms-controller.js';
import { buttonStyles, fieldStyles, themeStyles } from '../internal/kit/styles/theme.styles.js';
import { sparkline, sparklineStyles } from '../internal/plot/sparkline.js';
import {
  canMove,
  cardPositionOf,
  childrenOf,
  type DraftEntry,
  type DraftSpec,
  type Edit,
  isComposite,
  keyOf,
  moveCard,
  type Path,
  removeCard,
  specAt,
  withValue,
} from '../internal/policy/policy-tree.js';
import { parametersText } from '../internal/policy/scheduler-text.js';
import { en } from '../locales/en.js';
import { CardCurves, partOf, type RunPart } from './card-curves.js';
import { CardDrag } from './card-drag.js';
import { type FittedRun, measureOf, withFirst, withLater, withPartner, withType } from './card-edits.js';
import { cardAt, CardFocus, type FocusTarget } from './card-focus.js';
import { faultsOf, issueAt } from './card-issues.js';
import './lr-parameter-field.js';
import { policyBuilderStyles } from './lr-policy-builder.styles.js';
import { controlOf } from './parameter-form.js';
import { type FormRequests, schedulerForm, unitOf } from './scheduler-form.js';

/** A policy after an edit; consecutive edits of one kind are undone together. */
export interface TreeChange {
  readonly tree: readonly DraftEntry[];
  readonly kind: string | undefined;
}

const milestone = { kind: 'integer', python: 'milestones', min: 0 } as const;

/**
 * @summary Builds a policy from cards: schedulers one after another ("then") or together ("with"), nested as deep as
 * policies allow. Cards move by dragging their grip, with Alt and the arrow keys, or with buttons. A part of
 * `<lr-policy-editor>`; it only reports changes.
 *
 * @fires {CustomEvent<TreeChange>} lr-tree - The reader changed the policy.
 */
@customElement('lr-policy-builder')
export class LrPolicyBuilder extends LitElement {
  static override styles = [themeStyles, buttonStyles, fieldStyles, sparklineStyles, policyBuilderStyles];

  private readonly localize = new TermsController(this, en);
  private readonly curves = new CardCurves();
  private readonly focusMover = new CardFocus(this, () => this.open);
  private readonly drag = new CardDrag(this, {
    tree: () => this.tree,
    boxOf: (path) => cardAt(this.renderRoot, path)?.getBoundingClientRect(),
    onDrop: (path, to) => this.handleMove(path, to, 'head'),
  });

  /** The policy; its values may be invalid. */
  @property({ attribute: false }) tree: readonly DraftEntry[] = [];

  /** The errors. */
  @property({ attribute: false }) issues: readonly PolicyIssue[] = [];

  /** Whether cards show their errors; not while a value is typed. */
  @property({ type: Boolean }) showsFaults = false;

  /** The run that new cards are fitted to. */
  @property({ attribute: false }) plan: Plan = { steps: 1, stepsPerEpoch: 1, epochs: 1 };

  /** The initial rate of the curves. */
  @property({ type: Number }) lr = 0.1;

  /** The optimizer of the run. */
  @property({ attribute: false }) optimizer: Config['optimizer'] = { type: 'SGD', lr: 0.1 };

  /** The card whose parameters are shown. */
  @state() private open: Path | undefined;
  /** The entry whose frequency is being typed. */
  @state() private counted: string | undefined;
  @state() private news = '';

  /** The last tree that this element made itself. */
  private ownTree: readonly DraftEntry[] | undefined;

  private readonly requests: FormRequests = {
    type: (path, type) => this.edit(withType(this.tree, path, type, this.run), 'type'),
    value: (path, value) => this.change(withValue(this.tree, path, value), keyOf(path)),
    often: (path, often) => this.handleOften(path, often),
    addThen: (path) => this.edit(withLater(this.tree, path, this.run), 'type'),
    addWith: (path) => this.edit(withPartner(this.tree, path, this.run), 'type'),
    move: (path, to, part) => this.handleMove(path, to, part),
    remove: (path) => this.handleRemove(path),
  };

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('tree') || this.tree === this.ownTree) return;
    // After another policy arrives, the open card stays open if it still exists; otherwise a single scheduler is
    // opened.
    const before = this.open && specAt(changed.get('tree') ?? [], this.open);
    if (before !== undefined && specAt(this.tree, this.open!)?.type === before.type) return;
    const isAlone = this.tree.length === 1 && !isComposite(this.tree[0].scheduler.type);
    this.open = isAlone ? [0, 'scheduler'] : undefined;
  }

  private get run(): FittedRun {
    return { plan: this.plan, optimizer: this.optimizer };
  }

  private change(tree: readonly DraftEntry[], kind?: string): void {
    // Shown at once, so that the focus can move; the listener sets the same tree again.
    this.ownTree = tree;
    this.tree = tree;
    this.dispatchEvent(new CustomEvent<TreeChange>('lr-tree', { detail: { tree, kind } }));
  }

  /** Makes an edit, opens its card and focuses it. */
  private edit({ tree, path }: Edit, part: FocusTarget): void {
    this.open = path;
    this.focusMover.move(path, part);
    this.change(tree);
  }

  private handleAdd(): void {
    this.edit(withFirst(this.tree, this.run), 'type');
  }

  private handleRemove(path: Path): void {
    const edit = removeCard(this.tree, path);
    this.news = this.localize.terms.panel.build.removed(specAt(this.tree, path)!.type);
    this.edit(edit, edit.path === undefined ? 'add' : 'head');
  }

  private handleMove(path: Path, to: number, part: FocusTarget): void {
    if (!canMove(this.tree, path, to)) return;
    const { count } = cardPositionOf(this.tree, path);
    const { moved } = this.localize.terms.panel.build;
    this.news = moved(specAt(this.tree, path)!.type, String(to + 1), String(count));
    this.edit(moveCard(this.tree, path, to), part);
  }

  private handleCardKey(event: KeyboardEvent, path: Path): void {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    event.stopPropagation();
    const { index } = cardPositionOf(this.tree, path);
    this.handleMove(path, index + (event.key === 'ArrowUp' ? -1 : 1), 'head');
  }

  /** One phrase for the interval and the frequency: epoch, batch, n epochs, n batches. */
  private handleOften(path: Path, often: string): void {
    const interval = often.startsWith('epoch') ? 'epoch' : 'step';
    const frequency = often.endsWith('s') ? 2 : 1;
    this.counted = frequency > 1 ? keyOf(path) : undefined;
    const tree = withValue(this.tree, [...path, 'interval'], interval);
    this.change(withValue(tree, [...path, 'frequency'], frequency), keyOf(path));
  }

  private isOpen(path: Path): boolean {
    return this.open !== undefined && keyOf(this.open) === keyOf(path);
  }

  private handleToggle(path: Path): void {
    this.open = this.isOpen(path) ? undefined : path;
  }

  protected override render(): TemplateResult {
    const { tree } = this;
    const { panel } = this.localize.terms;
    const terms = panel.build;
    return html`${
        tree.length === 0
          ? html`<div class="empty">
              <p class="hint">${panel.nothingRuns}</p>
              <button class="button add" type="button" @click=${this.handleAdd}>${terms.add}</button>
            </div>`
          : html`<ol class="cards" aria-label=${terms.cards}>
              ${tree.map((entry, index) => this.renderItem([index, 'scheduler'], entry))}
            </ol>`
      }
      <p class="visually-hidden" role="status">${this.news}</p>`;
  }

  private renderItem(path: Path, entry: DraftEntry, span?: RunPart): TemplateResult {
    const { index, parent, count } = cardPositionOf(this.tree, path);
    return html`<li
      class="item ${this.drag.marksOf(path)}"
      @keydown=${(event: KeyboardEvent) => this.handleCardKey(event, path)}
    >
      ${index === 0 ? nothing : this.renderJoint(entry, parent, index)}
      ${this.renderCard(path, entry, count, span)}
    </li>`;
  }

  private renderJoint(entry: DraftEntry, parent: Path | undefined, index: number): TemplateResult {
    const { panel } = this.localize.terms;
    if (parent === undefined || specAt(this.tree, parent)?.type !== 'SequentialLR')
      return html`<div class="joint">${panel.build.with}</div>`;
    const at = [...parent, 'milestones', index - 1];
    const { milestones } = specAt(this.tree, parent)!;
    const value: unknown = Array.isArray(milestones) ? milestones[index - 1] : undefined;
    const { slider } = controlOf('StepLR', 'stepSize');
    return html`<div class="joint">
      <lr-parameter-field
        .parameter=${milestone}
        .name=${panel.build.thenAt(`milestones[${index - 1}]`)}
        .words=${panel.build.thenWords}
        .unit=${unitOf(entry, this.localize)}
        .value=${value}
        .issue=${issueAt(this.issues, at)}
        .slider=${slider?.(measureOf(entry, this.run))}
        @lr-parameter=${({ detail }: CustomEvent<unknown>) => this.requests.value(at, detail ?? '')}
      ></lr-parameter-field>
    </div>`;
  }

  private renderCard(
    path: Path,
    entry: DraftEntry,
    count: number,
    span: RunPart | undefined,
  ): TemplateResult {
    const spec = specAt(this.tree, path)!;
    const children = childrenOf(spec);
    const { build } = this.localize.terms.panel;
    const isOpen = this.isOpen(path);
    const faults = this.showsFaults ? faultsOf(this.issues, path, spec) : 0;
    const classes = [
      'scheduler',
      isComposite(spec.type) ? 'composite' : '',
      isOpen ? 'open' : '',
      faults > 0 ? 'invalid' : '',
    ].join(' ');
    return html`<div class=${classes} data-path=${keyOf(path)}>
      <div class="top ${count === 1 ? 'only' : ''}">
        ${count === 1 ? nothing : this.drag.grip(path, build.drag)}
        ${this.renderHead(path, spec, entry, isOpen, span, faults)}
      </div>
      ${isOpen ? this.renderForm(path, spec, entry) : nothing}
      ${
        children.length === 0
          ? nothing
          : html`<ol class="cards" aria-label=${build.cardsOf(spec.type)}>
              ${children.map((_, index) =>
                this.renderItem(
                  [...path, 'schedulers', index],
                  entry,
                  spec.type === 'SequentialLR' ? partOf(spec, index, entry, this.plan) : undefined,
                ),
              )}
            </ol>`
      }
    </div>`;
  }

  private renderHead(
    path: Path,
    spec: DraftSpec,
    entry: DraftEntry,
    isOpen: boolean,
    span: RunPart | undefined,
    faults: number,
  ): TemplateResult {
    const { panel } = this.localize.terms;
    const { lr, plan, optimizer } = this;
    const curve = this.curves.curve(spec, entry, { lr, plan, optimizer });
    // A sequence starts its later schedulers from zero, so each curve begins at its own start.
    const shown = span === undefined ? curve : curve?.subarray(0, span.to - span.from);
    const summary = isComposite(spec.type)
      ? panel.build.holds[spec.type === 'SequentialLR' ? 'then' : 'with'](String(childrenOf(spec).length))
      : parametersText(spec);
    return html`<button
      class="head"
      type="button"
      aria-expanded=${isOpen}
      @click=${() => this.handleToggle(path)}
    >
      <span>
        <span class="title">${breakable(spec.type)}</span>
        ${this.renderSubtitle(span, faults)}
        <span class="summary">${summary}</span>
      </span>
      <span class="thumb">${shown === undefined ? nothing : sparkline(shown)}</span>
    </button>`;
  }

  /** Beside the name, where an error adds no line that would move what is being typed. */
  private renderSubtitle(span: RunPart | undefined, faults: number): TemplateResult | typeof nothing {
    const { panel } = this.localize.terms;
    if (faults > 0) return html`<span class="fault">⚠ ${panel.invalid(faults)}</span>`;
    if (span === undefined) return nothing;
    const [from, to] = [span.from, span.to].map((step) => this.localize.number(step));
    return html`<span class="span">${panel.build.span(from, to)}</span>`;
  }

  private renderForm(path: Path, spec: DraftSpec, entry: DraftEntry): TemplateResult {
    const { tree, issues, run, localize, requests: request } = this;
    const isCounted = this.counted === keyOf(path.slice(0, 1));
    return schedulerForm({ path, spec, entry, tree, issues, run, isCounted, localize, request });
  }
}

/** A class name that may break before each of its words. */
function breakable(name: string): (string | TemplateResult)[] {
  return name
    .split(/(?<=[a-z]{2})(?=[A-Z])/)
    .map((word, index) => (index === 0 ? word : html`<wbr />${word}`));
}

declare global {
  interface HTMLElementTagNameMap {
    'lr-policy-builder': LrPolicyBuilder;
  }
  interface HTMLElementEventMap {
    'lr-tree': CustomEvent<TreeChange>;
  }
}
