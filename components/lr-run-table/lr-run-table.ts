import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { query, state } from 'lit/decorators.js';
import { keyed } from 'lit/directives/keyed.js';
import { safeRate } from '../../src/lab/index.js';
import type { Lab, Run } from '../../src/lab/index.js';
import { customElement } from '../internal/kit/element/custom-element.js';
import { formatLoss, formatRate, noValue } from '../internal/kit/format.js';
import { keyGlyph } from '../internal/chart/key-glyph.js';
import { throttle } from '../internal/kit/throttle.js';
import { watchRuns } from '../internal/lab/watch-runs.js';
import { CommandOutcomes, type Outcome, outcomeStyles } from '../internal/lab/command-outcomes.js';
import { download, type Download } from '../internal/kit/download.js';
import { LabElement } from '../internal/lab/lab-element.js';
import { positionPopover } from '../internal/kit/position-popover.js';
import { problemStyles } from '../internal/lab/problem.styles.js';
import { rewindAndTrain } from '../internal/lab/policy-commands.js';
import { difference, nameInSentence, scheduleTitles } from '../internal/lab/run-title.js';
import { policyText } from '../internal/policy/scheduler-text.js';
import { historyFile, programFile, weightsFiles } from '../internal/lab/run-exports.js';
import { runSwatchStyles } from '../internal/kit/styles/run-swatch.styles.js';
import { buttonStyles, cardStyles, fieldStyles, themeStyles } from '../internal/kit/styles/theme.styles.js';
import { popoverStyles } from '../internal/kit/styles/popover.styles.js';
import { viewOf } from '../internal/lab/lab-view.js';
import '../lr-fork-menu/lr-fork-menu.js';
import { canFork, type LrForkMenu } from '../lr-fork-menu/lr-fork-menu.js';
import { effectOf } from './effect.js';
import { leadOf } from './lead.js';
import { figuresOf, forkTree, type TreeRun } from './run-rows.js';
import { runTableStyles } from './lr-run-table.styles.js';

/** Milliseconds between two renderings of the figures while runs train. */
const figuresEvery = 400;

/** The longest name of a run, in characters. */
const longestName = 40;

/**
 * @summary The runs of a Lab as a tree of forks, with the commands for each: select, hide, rename, fork, pause,
 * rewind, export, remove.
 *
 * @csspart base - The card around everything.
 * @csspart effect - The sentence on what the last change has done.
 * @csspart no-lab - The sentence shown without a Lab.
 *
 * @cssprop --lr-surface - Background of the card.
 * @cssprop --lr-accent-soft - Background of the selected run.
 */
@customElement('lr-run-table')
export class LrRunTable extends LabElement {
  static override styles = [
    themeStyles,
    popoverStyles,
    cardStyles,
    buttonStyles,
    fieldStyles,
    problemStyles,
    outcomeStyles,
    runSwatchStyles,
    runTableStyles,
  ];

  private readonly outcomes = new CommandOutcomes<'table'>(this);
  private readonly refresh = throttle(() => this.requestUpdate(), figuresEvery);

  /** The run whose menu is open, or was last. */
  @state() private menuRun: Run | undefined;
  /** The run that is being renamed. */
  @state() private renamed: Run | undefined;
  /** Whether its new name takes no more characters. */
  @state() private isNameFull = false;

  @query('.menu') private readonly menu!: HTMLElement | null;
  @query('lr-fork-menu') private readonly forkMenu!: LrForkMenu | null;

  private watched: Lab | undefined;
  private stopWatching: (() => void) | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.unwatch();
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (this.lab === this.watched && this.stopWatching !== undefined) return;
    this.unwatch();
    const { lab } = this;
    this.watched = lab;
    if (lab === undefined) return;
    this.stopWatching = watchRuns(lab, this.refresh);
  }

  private unwatch(): void {
    this.stopWatching?.();
    this.stopWatching = undefined;
    this.watched = undefined;
    this.refresh.cancel();
  }

  private act(lab: Lab, work: () => Promise<Outcome>): void {
    this.menu?.hidePopover();
    void this.outcomes.act(lab, 'table', work);
  }

  private handleFork(event: Event, run: Run): void {
    this.forkMenu?.show(run, event.currentTarget as HTMLElement);
  }

  private handleForked(lab: Lab, fork: Run): void {
    this.act(lab, () =>
      Promise.resolve(() =>
        this.localize.terms.runs.done.forked(fork.name.value, this.localize.number(fork.parent?.step ?? 0)),
      ),
    );
  }

  private handleRewind(lab: Lab, run: Run): void {
    this.act(lab, async () => {
      const fork = await rewindAndTrain(lab, run);
      viewOf(lab).select(fork);
      const rate = formatRate(fork.lr.peek()[0]);
      return () => {
        const { done } = this.localize.terms.runs;
        return done.rewound(fork.name.value, this.localize.number(fork.parent?.step ?? 0), rate);
      };
    });
  }

  private handleExport(lab: Lab, files: () => Download[] | Promise<Download[]>): void {
    this.act(lab, async () => {
      const made = await files();
      download(made);
      return () => this.localize.terms.runs.done.saved(made.map(({ name }) => name).join(', '));
    });
  }

  private handleRemove(lab: Lab, run: Run): void {
    this.act(lab, async () => {
      await lab.remove(run);
      await this.updateComplete;
      // Its row had the focus.
      this.renderRoot.querySelector<HTMLElement>('input[type="radio"]:checked')?.focus();
      return () => this.localize.terms.runs.done.removed(run.name.peek());
    });
  }

  private handleMenu(event: Event, run: Run): void {
    const button = event.currentTarget as HTMLElement;
    this.menuRun = run;
    void this.updateComplete.then(() => {
      const { menu } = this;
      if (menu === null) return;
      menu.showPopover();
      positionPopover(menu, button);
      menu.querySelector<HTMLElement>('button:not(:disabled)')?.focus();
    });
  }

  private handleMenuKey(event: KeyboardEvent): void {
    const buttons = [...(this.menu?.querySelectorAll<HTMLElement>('button:not(:disabled)') ?? [])];
    const at = buttons.findIndex((button) => button === this.shadowRoot?.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    buttons.at(to % buttons.length)?.focus();
  }

  private handleRename(run: Run): void {
    this.menu?.hidePopover();
    this.renamed = run;
    this.isNameFull = false;
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLInputElement>('.rename')?.select());
  }

  private handleName(lab: Lab, run: Run, name: string): void {
    if (this.renamed !== run) return;
    this.renamed = undefined;
    if (name.trim() === run.name.peek()) return;
    this.act(lab, async () => {
      await lab.rename(run, name);
      return () => this.localize.terms.runs.done.renamed(run.name.peek());
    });
  }

  private handleNameKey(event: KeyboardEvent, lab: Lab, run: Run): void {
    const input = event.currentTarget as HTMLInputElement;
    if (event.key === 'Enter') this.handleName(lab, run, input.value);
    else if (event.key === 'Escape') this.renamed = undefined;
    else return;
    event.preventDefault();
    event.stopPropagation();
    const selector = `input[type='radio'][value='${run.id}']`;
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(selector)?.focus());
  }

  protected override renderLab(lab: Lab): TemplateResult {
    const { terms } = this.localize;
    const { columns } = terms.runs;
    const runs = lab.runs.value;
    // Explicit roles: styled as cards, a table loses its implicit ones.
    // Not repeat(), which leaves a comment in the page for every row that goes.
    // The form is there for the radio buttons: Chromium keeps every one that was ever in a group of a shadow root.
    return html`${this.renderEffect(lab)}
      <section role="group" class="card" part="base" aria-labelledby="heading">
        <div class="top">
          <h2 class="heading" id="heading">${terms.runs.heading}</h2>
          ${this.renderLead(runs)}
        </div>
        <div class="outcomes">${this.outcomes.view('table', terms)}</div>
        <form @submit=${(event: Event) => event.preventDefault()}>
          <table role="table" aria-labelledby="heading">
            <thead role="rowgroup">
              <tr role="row">
                <th role="columnheader" scope="col">${columns.run}</th>
                <th role="columnheader" scope="col">${columns.schedule}</th>
                <th role="columnheader" scope="col" class="number">${columns.step}</th>
                <th role="columnheader" scope="col" class="number" title=${terms.runs.lossHint}>
                  ${columns.loss}
                </th>
                <th role="columnheader" scope="col" class="number">${columns.accuracy}</th>
                <th role="columnheader" scope="col" class="number">${columns.best}</th>
                <th role="columnheader" scope="col">
                  <span class="visually-hidden">${columns.actions}</span>
                </th>
              </tr>
            </thead>
            <tbody role="rowgroup">
              ${forkTree(runs).map((row) => keyed(row.run, this.renderRun(lab, row)))}
            </tbody>
          </table>
        </form>
        ${this.renderMenu(lab)}
        <lr-fork-menu
          .lab=${lab}
          @lr-forked=${({ detail }: CustomEvent<Run>) => this.handleForked(lab, detail)}
        ></lr-fork-menu>
      </section>`;
  }

  /** What the last change has done; its line is always there, so that nothing moves. */
  private renderEffect(lab: Lab): TemplateResult {
    const run = viewOf(lab).selected.value;
    const effect = effectOf(run, lab.runs.value, this.localize.terms, (value) => this.localize.number(value));
    return html`<p class="effect" part="effect" ?hidden=${effect === undefined}>
      <strong>${effect?.since}</strong> ${effect?.numbers}
    </p>`;
  }

  private renderLead(runs: readonly Run[]): TemplateResult | typeof nothing {
    const lead = leadOf(runs);
    if (lead === undefined) return nothing;
    const { runs: terms } = this.localize.terms;
    const { first, second, isEqual } = lead;
    const step = this.localize.number(lead.step);
    const [one, other] = [first, second].map((place) => nameInSentence(place.run.name.value));
    return html`<p class="lead">
      ${
        isEqual
          ? terms.equal(one, other, step)
          : terms.leads(one, step, formatLoss(first.loss), other, formatLoss(second.loss))
      }
    </p>`;
  }

  private renderRun(lab: Lab, { run, depth, index }: TreeRun): TemplateResult {
    const terms = this.localize.terms.runs;
    const view = viewOf(lab);
    const isSelected = view.selected.value === run;
    const isHidden = view.hidden.value.has(run);
    const { step, steps, loss, accuracy, best } = figuresOf(run);
    const number = (value: number): string => this.localize.number(value);
    const percent = (value: number | undefined): string =>
      value === undefined
        ? noValue
        : this.localize.number(value, {
            style: 'percent',
            minimumFractionDigits: 1,
            maximumFractionDigits: 1,
          });
    const name = run.name.value;
    const titles = scheduleTitles(run, this.localize.terms);
    const apart = difference(run, lab.runs.value, this.localize.terms);
    const figure = (label: string, text: string): TemplateResult =>
      html`<td role="cell" class="number">
        <span class="name-of-figure" aria-hidden="true">${label}</span><span class="figure">${text}</span>
      </td>`;
    return html`<tr role="row" class=${isSelected ? 'selected' : ''}>
      <th role="rowheader" scope="row">
        <div class="who">
          ${Array.from({ length: Math.min(depth, 4) }, () => html`<span class="branch"></span>`)}
          ${
            this.renamed === run
              ? this.renderName(lab, run)
              : html`<label class="pick">
                  <input
                    type="radio"
                    name="selected"
                    value=${run.id}
                    aria-label=${terms.select(name)}
                    .checked=${isSelected}
                    @change=${() => view.select(run)}
                  />
                  ${keyGlyph('line', index)}<span class="name">${name}</span>
                </label>`
          }
        </div>
        ${
          this.renamed === run
            ? html`<span class="limit" role="status">
                ${this.isNameFull ? terms.nameLimit(number(longestName)) : nothing}
              </span>`
            : nothing
        }
        <span class="origin">
          ${[this.originOf(lab, run), terms.states[run.state.value]].filter((part) => part !== '').join(' · ')}
        </span>
      </th>
      <td role="cell" class="policy" title=${policyText(run.entries.value) || terms.noPolicy}>
        ${[titles.join(` ${terms.swapped} `), apart ?? []].flat().join(' · ')} ${this.renderHeld(lab, run)}
      </td>
      ${figure(terms.columns.step, terms.stepOf(number(step), number(steps)))}
      ${figure(terms.columns.loss, formatLoss(loss))} ${figure(terms.columns.accuracy, percent(accuracy))}
      ${figure(
        terms.columns.best,
        best === undefined ? noValue : terms.bestAt(percent(best.accuracy), number(best.epoch)),
      )}
      <td role="cell" class="acts-cell">
        <div class="acts">
          <button
            class="button quiet"
            type="button"
            aria-label=${isHidden ? terms.showRun(name) : terms.hideRun(name)}
            aria-pressed=${isHidden}
            @click=${() => view.setHidden(run, !isHidden)}
          >
            ${isHidden ? terms.show : terms.hide}
          </button>
          <button
            class="button quiet"
            type="button"
            aria-label=${terms.forkRun(name)}
            ?disabled=${!canFork(run)}
            @click=${(event: Event) => this.handleFork(event, run)}
          >
            ${terms.fork}
          </button>
          <button
            class="button quiet"
            type="button"
            aria-haspopup="menu"
            aria-label=${terms.moreOf(name)}
            @click=${(event: Event) => this.handleMenu(event, run)}
          >
            ⋯
          </button>
        </div>
      </td>
    </tr>`;
  }

  private renderName(lab: Lab, run: Run): TemplateResult {
    return html`<input
      class="input rename"
      aria-label=${this.localize.terms.runs.newName(run.name.peek())}
      maxlength=${longestName}
      @input=${({ currentTarget }: InputEvent) => {
        this.isNameFull = (currentTarget as HTMLInputElement).value.length >= longestName;
      }}
      .value=${run.name.peek()}
      @keydown=${(event: KeyboardEvent) => this.handleNameKey(event, lab, run)}
      @blur=${(event: Event) => this.handleName(lab, run, (event.currentTarget as HTMLInputElement).value)}
    />`;
  }

  private renderHeld(lab: Lab, run: Run): TemplateResult | typeof nothing {
    const held = run.held.value;
    if (held === undefined) return nothing;
    const terms = this.localize.terms.runs;
    return html`<p class="held">
      ⚠︎ ${terms.held(this.localize.number(held.step))}
      <button class="button quiet" type="button" @click=${() => this.handleRewind(lab, run)}>
        ${terms.rewind(formatRate(safeRate(run)))}
      </button>
    </p>`;
  }

  private renderMenu(lab: Lab): TemplateResult {
    const terms = this.localize.terms.runs;
    const run = this.menuRun;
    return html`<div
      class="menu popover"
      popover
      role="menu"
      aria-label=${run === undefined ? terms.more : terms.moreOf(run.name.value)}
      @keydown=${this.handleMenuKey}
    >
      ${run === undefined ? nothing : this.renderMenuItems(lab, run)}
    </div>`;
  }

  private renderMenuItems(lab: Lab, run: Run): TemplateResult {
    const terms = this.localize.terms.runs;
    const state = run.state.value;
    const isTraining = state === 'running' || state === 'loading';
    const hasBegun = run.history.length > 0;
    const item = (words: string, act: () => void, disabled = false): TemplateResult =>
      html`<button class="button quiet" type="button" role="menuitem" ?disabled=${disabled} @click=${act}>
        ${words}
      </button>`;
    return html`${
      isTraining
        ? item(terms.pause, () =>
            this.act(lab, async () => {
              await lab.pause(run);
              return () => this.localize.terms.runs.done.paused(run.name.peek());
            }),
          )
        : item(
            terms.resume,
            () =>
              this.act(lab, async () => {
                await lab.start(run);
                return () => this.localize.terms.runs.done.resumed(run.name.peek());
              }),
            state === 'finished' || state === 'held',
          )
    }
    ${item(terms.rename, () => this.handleRename(run))}
    ${item(terms.weights, () => this.handleExport(lab, () => weightsFiles(lab, run)), !hasBegun)}
    ${item(terms.program, () => this.handleExport(lab, () => programFile(lab, run)))}
    ${item(terms.csv, () => this.handleExport(lab, () => historyFile(run)), !hasBegun)}
    ${item(terms.remove, () => this.handleRemove(lab, run), lab.runs.value.length === 1)}`;
  }

  /** Where a fork begins. */
  private originOf(lab: Lab, { parent }: Run): string {
    if (parent === undefined) return '';
    const { runs } = this.localize.terms;
    const name = this.nameOf(lab, parent.run);
    return parent.step === 0 ? runs.sameStart(name) : runs.forkOf(name, this.localize.number(parent.step));
  }

  private nameOf(lab: Lab, id: string): string {
    return lab.runs.value.find((run) => run.id === id)?.name.value ?? id;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lr-run-table': LrRunTable;
  }
}
