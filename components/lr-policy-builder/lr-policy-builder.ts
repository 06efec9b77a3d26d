import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { keyed } from 'lit/directives/keyed.js';
import { live } from 'lit/directives/live.js';
import { noop } from '../../src/async.js';
import type { Config, Plan } from '../../src/lab/index.js';
import {
  monitors,
  usualMonitor,
  parametersOf,
  type PolicyIssue,
  type SchedulerType,
  schedulerTypes,
} from '../../src/policy/index.js';
import { customElement } from '../internal/kit/element/custom-element.js';
import {
  addThen,
  addWith,
  canHaveWith,
  canMove,
  childrenOf,
  type DraftEntry,
  type DraftSpec,
  draftSpec,
  type Edit,
  isComposite,
  moveCard,
  newEntry,
  type Path,
  cardPositionOf,
  removeCard,
  replaceCard,
  siblingPath,
  specAt,
  steppedAsUsual,
  watches,
  withValue,
} from '../internal/policy/policy-tree.js';
import { issueSentence } from '../internal/lab/problem-view.js';
import { parametersText } from '../internal/policy/scheduler-text.js';
import { sparkline, sparklineStyles } from '../internal/plot/sparkline.js';
import { TermsController } from '../internal/kit/element/terms-controller.js';
import { en } from '../locales/en.js';
import { buttonStyles, fieldStyles, themeStyles } from '../internal/kit/styles/theme.styles.js';
import { CardCurves, partOf, stepsOf, type RunPart } from './card-curves.js';
import './lr-parameter-field.js';
import { policyBuilderStyles } from './lr-policy-builder.styles.js';
import { beginningOf, controlOf, type Measure } from './parameter-form.js';

/** A policy after an edit; consecutive edits of one kind are undone together. */
export interface TreeChange {
  readonly tree: readonly DraftEntry[];
  readonly kind: string | undefined;
}

/** What receives the focus after an edit. */
type Target = 'head' | 'type' | 'earlier' | 'later' | 'add';

/** A card that is dragged to another position of its list. */
interface Drag {
  readonly path: Path;
  readonly to: number;
}

const frequency = { kind: 'integer', python: 'frequency', min: 1, default: 1 } as const;
const milestone = { kind: 'integer', python: 'milestones', min: 0 } as const;

const monitorOf = ({ monitor, interval }: DraftEntry): string => monitor ?? usualMonitor(interval);

const keyOf = (path: Path): string => path.join('.');
const startsWith = (path: Path, start: Path): boolean => start.every((key, index) => path[index] === key);

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
  @state() private drag: Drag | undefined;
  /** The entry whose frequency is being typed. */
  @state() private counted: string | undefined;
  @state() private news = '';

  /** The last tree that this element made itself. */
  private ownTree: readonly DraftEntry[] | undefined;
  private target: { path: Path | undefined; part: Target } | undefined;
  private hadFocus = false;

  protected override willUpdate(changed: PropertyValues<this>): void {
    this.hadFocus = this.shadowRoot !== null && this.shadowRoot.activeElement !== null;
    if (!changed.has('tree') || this.tree === this.ownTree) return;
    // After another policy arrives, the open card stays open if it still exists; otherwise a single scheduler is
    // opened.
    const before = this.open && specAt(changed.get('tree') ?? [], this.open);
    if (before !== undefined && specAt(this.tree, this.open!)?.type === before.type) return;
    const isAlone = this.tree.length === 1 && !isComposite(this.tree[0].scheduler.type);
    this.open = isAlone ? [0, 'scheduler'] : undefined;
  }

  protected override updated(): void {
    const { target } = this;
    this.target = undefined;
    if (target !== undefined) {
      const card = target.path === undefined ? this.renderRoot : this.cardOf(target.path);
      const part = card?.querySelector<HTMLElement>(`.${target.part}:not([aria-disabled="true"])`);
      (part ?? card?.querySelector<HTMLElement>('.head, .add'))?.focus();
    } else if (this.hadFocus && this.shadowRoot?.activeElement === null) {
      // An undo may have removed the focused card; the next key must still arrive here.
      const card = this.open && this.cardOf(this.open);
      (card ?? this.renderRoot).querySelector<HTMLElement>('.head, .add')?.focus({ preventScroll: true });
    }
  }

  private cardOf(path: Path): Element | null {
    return this.renderRoot.querySelector(`[data-path="${keyOf(path)}"]`);
  }

  private change(tree: readonly DraftEntry[], kind?: string): void {
    // Shown at once, so that the focus can move; the listener sets the same tree again.
    this.ownTree = tree;
    this.tree = tree;
    this.dispatchEvent(new CustomEvent<TreeChange>('lr-tree', { detail: { tree, kind } }));
  }

  /** Makes an edit, opens its card and focuses it. */
  private edit({ tree, path }: Edit, part: Target): void {
    this.open = path;
    this.target = { path, part };
    this.change(tree);
  }

  private measure(entry: DraftEntry): Measure {
    return { lr: this.optimizer.lr, count: stepsOf(entry, this.plan) };
  }

  private entryOf(path: Path): DraftEntry {
    return this.tree[Number(path[0])];
  }

  /** A new card, with the values that are most useful there. */
  private addition(entry: DraftEntry, type: SchedulerType): DraftSpec {
    return draftSpec(beginningOf(type, this.measure(entry)));
  }

  private handleAdd(): void {
    const entry = newEntry({ type: 'ExponentialLR' });
    this.edit(addWith(this.tree, undefined, this.addition(entry, 'CosineAnnealingLR')), 'type');
  }

  private handleThen(path: Path): void {
    const entry = this.entryOf(path);
    const added = this.addition(entry, 'CosineAnnealingLR');
    this.edit(addThen(this.tree, path, added, stepsOf(entry, this.plan)), 'type');
  }

  private handleWith(path: Path): void {
    this.edit(addWith(this.tree, path, this.addition(this.entryOf(path), 'ExponentialLR')), 'type');
  }

  private handleRemove(path: Path): void {
    const edit = removeCard(this.tree, path);
    this.news = this.localize.terms.panel.build.removed(specAt(this.tree, path)!.type);
    this.edit(edit, edit.path === undefined ? 'add' : 'head');
  }

  private handleMove(path: Path, to: number, part: Target): void {
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

  private handleType(path: Path, type: SchedulerType): void {
    const before = specAt(this.tree, path)!;
    const tree = steppedAsUsual(this.tree, path, type);
    const entry = tree[Number(path[0])];
    let fresh = this.addition(entry, type);
    if (isComposite(type)) {
      const children = childrenOf(before);
      const schedulers = children.length > 1 ? children : [before, childrenOf(fresh)[1]];
      const milestones = schedulers
        .slice(1)
        .map((_, index) =>
          Math.max(index + 1, Math.round(((index + 1) * this.measure(entry).count) / schedulers.length)),
        );
      fresh = { ...fresh, schedulers, ...(type === 'SequentialLR' && { milestones }) };
    }
    this.edit(replaceCard(tree, path, fresh), 'type');
  }

  private handleValue(path: Path, value: unknown): void {
    this.change(withValue(this.tree, path, value), keyOf(path));
  }

  /** One phrase for the interval and the frequency: epoch, batch, n epochs, n batches. */
  private handleOften(path: Path, often: string): void {
    const interval = often.startsWith('epoch') ? 'epoch' : 'step';
    const frequency = often.endsWith('s') ? 2 : 1;
    this.counted = frequency > 1 ? keyOf(path) : undefined;
    const tree = withValue(this.tree, [...path, 'interval'], interval);
    this.change(withValue(tree, [...path, 'frequency'], frequency), keyOf(path));
  }

  private handleToggle(path: Path): void {
    const isOpen = this.open !== undefined && keyOf(this.open) === keyOf(path);
    this.open = isOpen ? undefined : path;
  }

  private handleGripDown(event: PointerEvent, path: Path): void {
    if (event.button !== 0) return;
    event.preventDefault();
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    this.drag = { path, to: cardPositionOf(this.tree, path).index };
  }

  private handleGripMove(event: PointerEvent): void {
    const { drag } = this;
    if (drag === undefined) return;
    const { index, count } = cardPositionOf(this.tree, drag.path);
    let to = 0;
    for (let position = 0; position < count; position += 1) {
      if (position === index) continue;
      const box = this.cardOf(siblingPath(drag.path, position))?.getBoundingClientRect();
      if (box && event.clientY > box.top + box.height / 2) to += 1;
    }
    // Over a position that it cannot take, the card stays where it was.
    if (to !== index && !canMove(this.tree, drag.path, to)) to = index;
    if (to !== drag.to) this.drag = { ...drag, to };
  }

  private handleGripUp(isKept: boolean): void {
    const { drag } = this;
    this.drag = undefined;
    if (drag !== undefined && isKept) this.handleMove(drag.path, drag.to, 'head');
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
    const { drag } = this;
    const isHere = drag !== undefined && keyOf(drag.path.slice(0, -2)) === keyOf(path.slice(0, -2));
    const isSibling = isHere && (parent !== undefined || drag.path.length === 2);
    const from = isSibling ? cardPositionOf(this.tree, drag.path).index : -1;
    const classes = [
      'item',
      isSibling && from === index ? 'dragged' : '',
      isSibling && drag.to === index && from > index ? 'before' : '',
      isSibling && drag.to === index && from < index ? 'after' : '',
    ].join(' ');
    return html`<li class=${classes} @keydown=${(event: KeyboardEvent) => this.handleCardKey(event, path)}>
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
        .words=${panel.build.thenWords[entry.interval]}
        .value=${value}
        .issue=${this.issueAt(at)}
        .slider=${slider?.(this.measure(entry))}
        @lr-parameter=${({ detail }: CustomEvent<unknown>) => this.handleValue(at, detail ?? '')}
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
    const isOpen = this.open !== undefined && keyOf(this.open) === keyOf(path);
    const faults = this.showsFaults ? this.faultsOf(path, spec) : 0;
    const classes = [
      'scheduler',
      isComposite(spec.type) ? 'composite' : '',
      isOpen ? 'open' : '',
      faults > 0 ? 'invalid' : '',
    ].join(' ');
    return html`<div class=${classes} data-path=${keyOf(path)}>
      <div class="top ${count === 1 ? 'only' : ''}">
        ${count === 1 ? nothing : this.renderGrip(path)}
        ${this.renderHead(path, spec, entry, isOpen, span, faults)}
      </div>
      ${isOpen ? this.renderForm(path, spec, entry) : nothing}
      ${
        children.length === 0
          ? nothing
          : html`<ol class="cards" aria-label=${this.localize.terms.panel.build.cardsOf(spec.type)}>
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

  private renderGrip(path: Path): TemplateResult {
    return html`<span
      class="grip"
      aria-hidden="true"
      title=${this.localize.terms.panel.build.drag}
      @pointerdown=${(event: PointerEvent) => this.handleGripDown(event, path)}
      @pointermove=${this.handleGripMove}
      @pointerup=${() => this.handleGripUp(true)}
      @pointercancel=${() => this.handleGripUp(false)}
      >⠿</span
    >`;
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
    const { panel, schedulersPage } = this.localize.terms;
    const rows = Object.keys(parametersOf(spec.type)).filter((name) => this.isShown(spec, name));
    const often = rows.filter((name) => controlOf(spec.type, name).isRare !== true);
    const seldom = rows.filter((name) => controlOf(spec.type, name).isRare === true);
    const issue = this.issueAt([...path, 'type']);
    const isTroubled = seldom.some((name) => spec[name] !== undefined || this.issueAt([...path, name]));
    const field = (name: string) => this.renderField([...path, name], spec, name, entry);
    return html`<div class="form" role="group" aria-label=${spec.type}>
      <div class="line">
        <label class="name" for="type">${panel.build.scheduler}</label>
        <select
          class="input type"
          id="type"
          aria-invalid=${issue !== undefined}
          aria-describedby=${issue === undefined ? 'type-words' : 'type-issue'}
          .value=${live(spec.type)}
          @change=${(event: Event) =>
            this.handleType(path, (event.target as HTMLSelectElement).value as SchedulerType)}
        >
          ${schedulerTypes.map((type) => html`<option value=${type} ?selected=${type === spec.type}>${type}</option>`)}
        </select>
        ${
          issue === undefined
            ? html`<p class="hint" id="type-words">${schedulersPage.schedulers[spec.type]}</p>`
            : html`<p class="bad" id="type-issue">${issueSentence(issue, this.localize.terms)}</p>`
        }
      </div>
      ${keyed(
        `${keyOf(path)} ${spec.type}`,
        html`${often.map(field)}
        ${
          seldom.length === 0
            ? nothing
            : html`<details ?open=${isTroubled}>
                <summary>${panel.build.more}</summary>
                <div class="more">${seldom.map(field)}</div>
              </details>`
        }`,
      )}
      ${path.length === 2 ? this.renderEntry(path.slice(0, 1), entry) : nothing} ${this.renderActions(path)}
    </div>`;
  }

  /** The milestones of a sequence are between its cards. */
  private isShown(spec: DraftSpec, name: string): boolean {
    if (name === 'schedulers' || (spec.type === 'SequentialLR' && name === 'milestones')) return false;
    return name !== 'passMetrics' || watches(spec);
  }

  private renderEntry(path: Path, entry: DraftEntry): TemplateResult {
    const { panel } = this.localize.terms;
    const issue = this.issueAt([...path, 'monitor']);
    // A 1 that is typed on the way to 10 keeps its field.
    const isMany = entry.frequency !== 1 || this.counted === keyOf(path);
    const often = `${entry.interval}${isMany ? 's' : ''}`;
    return html`<div class="line entry">
        <label class="phrase" for="often">${panel.build.stepsAfter}</label>
        <span class="often">
          <select
            class="input"
            id="often"
            aria-describedby="interval-words"
            .value=${live(often)}
            @change=${(event: Event) => this.handleOften(path, (event.target as HTMLSelectElement).value)}
          >
            ${Object.entries(panel.build.often).map(
              ([value, words]) => html`<option value=${value} ?selected=${value === often}>${words}</option>`,
            )}
          </select>
        </span>
        <p class="hint" id="interval-words">
          ${
            entry.interval === 'epoch'
              ? panel.intervalHint.epoch(this.localize.number(this.plan.stepsPerEpoch))
              : panel.intervalHint.step
          }
        </p>
      </div>
      ${
        isMany
          ? html`<lr-parameter-field
              .parameter=${frequency}
              .name=${panel.build.oftenCount}
              .value=${entry.frequency}
              .issue=${this.issueAt([...path, 'frequency'])}
              @lr-parameter=${({ detail }: CustomEvent<unknown>) => this.handleValue([...path, 'frequency'], detail ?? 1)}
            ></lr-parameter-field>`
          : nothing
      }
      ${
        watches(entry.scheduler)
          ? html`<div class="line">
              <label class="name" for="monitor">monitor</label>
              <select
                class="input"
                id="monitor"
                aria-invalid=${issue !== undefined}
                aria-describedby=${issue === undefined ? 'monitor-words' : 'monitor-issue'}
                .value=${live(monitorOf(entry))}
                @change=${(event: Event) =>
                  this.handleValue([...path, 'monitor'], (event.target as HTMLSelectElement).value)}
              >
                ${monitors.map(
                  (monitor) =>
                    html`<option value=${monitor} ?selected=${monitor === monitorOf(entry)}>
                      ${panel.build.monitors[monitor]}
                    </option>`,
                )}
              </select>
              ${
                issue === undefined
                  ? html`<p class="hint" id="monitor-words">${panel.build.monitorWords}</p>`
                  : html`<p class="bad" id="monitor-issue">${issueSentence(issue, this.localize.terms)}</p>`
              }
            </div>`
          : nothing
      }`;
  }

  private renderField(path: Path, spec: DraftSpec, name: string, entry: DraftEntry): TemplateResult {
    const parameter = parametersOf(spec.type)[name];
    const words: Readonly<Record<string, string>> = this.localize.terms.parameters;
    const meaning = name === 'mode' ? (spec.type === 'CyclicLR' ? 'cyclicMode' : 'plateauMode') : name;
    return html`<lr-parameter-field
      .parameter=${parameter}
      .name=${parameter.python ?? name}
      .words=${words[meaning] ?? ''}
      .value=${spec[name]}
      .issue=${this.issueAt(path)}
      .slider=${controlOf(spec.type, name).slider?.(this.measure(entry))}
      @lr-parameter=${({ detail }: CustomEvent<unknown>) => this.handleValue(path, detail)}
    ></lr-parameter-field>`;
  }

  private renderActions(path: Path): TemplateResult {
    const terms = this.localize.terms.panel.build;
    const { index, count } = cardPositionOf(this.tree, path);
    const button = (
      name: string,
      label: string,
      words: string,
      act: () => void,
      why: string | false = false,
    ) =>
      html`<button
        class="button quiet ${name}"
        type="button"
        aria-label=${label}
        aria-disabled=${why !== false}
        aria-description=${why === false ? nothing : why}
        title=${why === false ? label : why}
        @click=${why === false ? act : noop}
      >
        ${words}
      </button>`;
    const arrow = (name: string, words: string, to: number, label: string, end: string) => {
      const isOff = !canMove(this.tree, path, to);
      const why = to < 0 || to >= count ? end : terms.composite;
      return button(
        `${name} arrow`,
        label,
        words,
        () => this.handleMove(path, to, name as Target),
        isOff && why,
      );
    };
    return html`<details class="combine" ?open=${count > 1 || path.length > 2}>
      <summary>${terms.combine}</summary>
      <div class="actions">
        ${button('then', terms.addThenLabel, terms.addThen, () => this.handleThen(path))}
        ${
          canHaveWith(this.tree, path)
            ? button('with', terms.addWithLabel, terms.addWith, () => this.handleWith(path))
            : nothing
        }
        ${
          count === 1
            ? nothing
            : html`${arrow('earlier', '↑', index - 1, terms.earlier, terms.first)}
              ${arrow('later', '↓', index + 1, terms.later, terms.last)}`
        }
        ${button('remove', terms.removeLabel, terms.remove, () => this.handleRemove(path))}
      </div>
    </details>`;
  }

  /** The errors of the value at a path, or inside it. */
  private issueAt(path: Path): PolicyIssue | undefined {
    return this.issues.find((issue) => startsWith(issue.path, path));
  }

  /** The number of errors of a card itself; the cards inside it show their own. */
  private faultsOf(path: Path, spec: DraftSpec): number {
    const own = path.length === 2 ? path.slice(0, 1) : path;
    const inner = childrenOf(spec).map((_, index) => [...path, 'schedulers', index]);
    return this.issues.filter(
      (issue) => startsWith(issue.path, own) && !inner.some((child) => startsWith(issue.path, child)),
    ).length;
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
