import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { query, state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import { optimizerTypes } from '../../src/config/index.js';
import type { Lab } from '../../src/lab/index.js';
import { customElement } from '../internal/kit/element/custom-element.js';
import { dialogHead } from '../internal/kit/dialog-head.js';
import { dialogStyles } from '../internal/kit/styles/dialog.styles.js';
import { closeIcon } from '../internal/kit/icons.js';
import { LabElement } from '../internal/lab/lab-element.js';
import { viewOf } from '../internal/lab/lab-view.js';
import { problemView } from '../internal/lab/problem-view.js';
import { problemStyles } from '../internal/lab/problem.styles.js';
import { resetAndRefit } from '../internal/lab/policy-commands.js';
import { ownRefusalOf } from '../internal/lab/refusal.js';
import {
  buttonStyles,
  cardStyles,
  chipStyles,
  fieldStyles,
  themeStyles,
} from '../internal/kit/styles/theme.styles.js';
import '../lr-mnist-source/lr-mnist-source.js';
import { setupDialogStyles } from './lr-setup-dialog.styles.js';
import { type FlagField, flagFields, numberFields } from './optimizer-fields.js';
import {
  changesOf,
  editsOf,
  fieldOf,
  formOf,
  type FormProblems,
  type GroupForm,
  type SetupForm,
  type TextField,
  withEdits,
  withOptimizer,
} from './setup-form.js';

/** The digits of the data sets. */
const digits = Array.from({ length: 10 }, (_, digit) => digit);

/**
 * @summary The dialog that chooses data, model, optimizer, batch size, epochs and seed. A part of `<lr-lab>`, which
 * opens it with `show()`.
 *
 * @csspart dialog - The dialog.
 */
@customElement('lr-setup-dialog')
export class LrSetupDialog extends LabElement {
  static override styles = [
    themeStyles,
    cardStyles,
    buttonStyles,
    fieldStyles,
    chipStyles,
    problemStyles,
    dialogStyles,
    setupDialogStyles,
  ];

  @state() private form: SetupForm | undefined;
  /** The form of the settings on which the reader's edits were made. */
  private base: SetupForm | undefined;
  /** Whether it shows edits of an earlier time. */
  @state() private isKept = false;
  /** Whether it asks before it deletes what has been trained. */
  @state() private isAsking = false;
  @state() private problems: FormProblems = {};

  @query('dialog') private readonly dialog!: HTMLDialogElement | null;

  /** Opens the dialog with the settings of the selected run, and with edits that were neither applied nor canceled. */
  show(): void {
    const { lab } = this;
    if (lab === undefined || this.dialog?.open) return;
    const now = formOf(viewOf(lab).selected.peek().config);
    this.form = this.form && this.base ? withEdits(this.form, this.base, now) : now;
    this.base = now;
    this.isKept = editsOf(this.form, now).length > 0;
    this.problems = {};
    this.isAsking = false;
    this.dialog?.showModal();
  }

  /** Closes the dialog; what was not applied is there when it is opened again. */
  close(): void {
    this.dialog?.close();
  }

  /** Closes the dialog and drops what was not applied. */
  private cancel(): void {
    this.form = undefined;
    this.close();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    // Edits belong to the settings of one lab.
    if (changed.has('lab')) this.form = undefined;
  }

  private change(changes: Partial<SetupForm>): void {
    if (this.form !== undefined) this.form = { ...this.form, ...changes };
  }

  private handleClass(form: SetupForm, digit: number, isChosen: boolean): void {
    this.change({ classes: digits.filter((one) => (one === digit ? isChosen : form.classes.includes(one))) });
  }

  private handlePointerDown(event: PointerEvent): void {
    // The content fills the dialog, so a click on the dialog itself is a click on the backdrop.
    if (event.target === this.dialog) this.close();
  }

  private async handleSubmit(event: SubmitEvent, lab: Lab, form: SetupForm): Promise<void> {
    event.preventDefault();
    const { changes, problems } = changesOf(form, viewOf(lab).selected.peek().config);
    this.problems = problems;
    if (Object.keys(problems).length === 0) {
      // What has been trained is not deleted without a question.
      if (!this.isAsking && lab.runs.peek().some(({ history }) => history.length > 0)) {
        this.isAsking = true;
        return;
      }
      const refused = await ownRefusalOf(lab, resetAndRefit(lab, changes));
      if (refused === undefined) {
        this.cancel();
        return;
      }
      this.problems = { [fieldOf(refused) ?? 'form']: refused };
    }
    await this.updateComplete;
    const invalid = this.renderRoot.querySelector<HTMLElement>('[aria-invalid="true"]');
    invalid?.focus({ preventScroll: true });
    // Scrolls to the problem below the field, which focus alone would leave out of sight.
    invalid?.closest('.field')?.scrollIntoView({ block: 'nearest' });
    this.renderRoot.querySelector('.problem')?.scrollIntoView({ block: 'nearest' });
  }

  protected override renderLab(lab: Lab): TemplateResult {
    const { form } = this;
    return html`<dialog part="dialog" aria-labelledby="title" @pointerdown=${this.handlePointerDown}>
      ${form === undefined ? nothing : this.renderForm(lab, form)}
    </dialog>`;
  }

  private renderForm(lab: Lab, form: SetupForm): TemplateResult {
    const terms = this.localize.terms.setup;
    const formProblem = this.problems.form;
    return html`<form novalidate @submit=${(event: SubmitEvent) => void this.handleSubmit(event, lab, form)}>
      ${dialogHead(terms.title, terms.close, () => this.close())}
      <div class="body">
        <div class="column">${this.renderData(lab, form)} ${this.renderTraining(form)}</div>
        ${this.renderOptimizer(form)}
      </div>
      <div class="foot">
        ${
          formProblem === undefined
            ? nothing
            : html`<div role="alert">${problemView(formProblem, this.localize.terms)}</div>`
        }
        ${
          this.isAsking
            ? html`<p class="question" role="alert">
                ${terms.restartsQuestion(this.localize.number(lab.runs.value.length))}
              </p>`
            : html`<p class="hint">${this.isKept ? terms.kept : nothing} ${terms.restarts}</p>`
        }
        <button class="button" type="button" @click=${() => this.cancel()}>${terms.cancel}</button>
        <button class="button primary" type="submit">
          ${this.isAsking ? terms.applyAnyway : terms.apply}
        </button>
      </div>
    </form>`;
  }

  private renderData(lab: Lab, form: SetupForm): TemplateResult {
    const { setup, lab: names } = this.localize.terms;
    const hints = { digits: setup.digitsHint, mnist: setup.mnistHint, custom: setup.customHint };
    const datasets = (['digits', 'mnist', 'custom'] as const).filter(
      (name) => name !== 'custom' || typeof lab.config.value.dataset !== 'string',
    );
    const models = (['tiny', 'lenet', 'alexnet', 'mlp'] as const).map((id) => ({
      id,
      words: names.models[id],
    }));
    const modelHint = models.find(({ id }) => id === form.model)?.id;
    return html`<fieldset>
      <legend>${setup.data}</legend>
      ${this.renderSelect(
        'dataset',
        setup.dataset,
        datasets.map((id) => ({ id, words: names.datasets[id] })),
        form.dataset,
        (id) => this.change({ dataset: datasets.find((name) => name === id) ?? 'digits' }),
        hints[form.dataset],
      )}
      ${form.dataset === 'mnist' ? html`<lr-mnist-source .lab=${lab}></lr-mnist-source>` : nothing}
      ${form.dataset === 'custom' ? nothing : this.renderClasses(form)}
      ${this.renderSelect(
        'model',
        setup.model,
        [
          { id: '', words: setup.modelAuto },
          ...models,
          ...(typeof lab.config.value.model === 'object'
            ? [{ id: 'custom', words: names.models.custom }]
            : []),
        ],
        form.model,
        (model) => this.change({ model }),
        modelHint && setup.modelHints[modelHint],
      )}
    </fieldset>`;
  }

  private renderClasses(form: SetupForm): TemplateResult {
    const terms = this.localize.terms.setup;
    const problem = this.problems.classes;
    return html`<fieldset class="classes" aria-describedby="classes-hint">
      <legend class="label">${terms.classes}</legend>
      <div class="choices">
        ${digits.map(
          (digit) =>
            html`<label class="choice">
              <input
                type="checkbox"
                .checked=${live(form.classes.includes(digit))}
                @change=${(event: Event) =>
                  this.handleClass(form, digit, (event.target as HTMLInputElement).checked)}
              />
              <span>${digit}</span>
            </label>`,
        )}
      </div>
      <p class="hint" id="classes-hint">${terms.classesHint}</p>
      ${
        problem === undefined
          ? nothing
          : html`<div role="alert">${problemView(problem, this.localize.terms)}</div>`
      }
    </fieldset>`;
  }

  private renderOptimizer(form: SetupForm): TemplateResult {
    const terms = this.localize.terms.setup;
    return html`<fieldset>
      <legend>${terms.optimizer}</legend>
      <div class="pair">
        ${this.renderSelect(
          'optimizer',
          terms.optimizerName,
          optimizerTypes.map((type) => ({ id: type, words: type })),
          form.optimizer,
          (id) => this.change(withOptimizer(form, optimizerTypes.find((type) => type === id) ?? 'SGD')),
        )}
        ${this.renderText('lr', terms.learningRate, form)}
        ${numberFields(form.optimizer).map(({ name, python }) =>
          this.renderText(name, python, form, terms.options[name]),
        )}
      </div>
      <div class="flags">${flagFields(form.optimizer).map((field) => this.renderFlag(field, form))}</div>
      ${this.renderGroups(form)}
    </fieldset>`;
  }

  private renderTraining(form: SetupForm): TemplateResult {
    const terms = this.localize.terms.setup;
    return html`<fieldset>
      <legend>${terms.training}</legend>
      <div class="pair">
        ${this.renderText('batchSize', terms.batchSize, form)}
        ${this.renderText('epochs', terms.epochs, form)}
        ${this.renderText('stepsPerEpoch', terms.stepsPerEpoch, form, terms.stepsPerEpochHint)}
        ${this.renderText('checkValEveryNEpoch', terms.checkEvery, form, terms.checkEveryHint)}
      </div>
      ${this.renderText('seed', terms.seed, form, terms.seedHint)}
    </fieldset>`;
  }

  private renderFlag({ name, python }: FlagField, form: SetupForm): TemplateResult {
    const terms = this.localize.terms.setup;
    const problem = this.problems[name];
    const described = [`${name}-hint`, ...(problem === undefined ? [] : [`${name}-problem`])].join(' ');
    return html`<div class="field">
      <label class="check">
        <input
          type="checkbox"
          aria-invalid=${problem !== undefined}
          aria-describedby=${described}
          .checked=${live(form[name])}
          @change=${(event: Event) => this.change({ [name]: (event.target as HTMLInputElement).checked })}
        />
        <span class="name">${python}</span>
      </label>
      <p class="hint" id=${`${name}-hint`}>${terms.options[name]}</p>
      ${problem === undefined ? nothing : problemView(problem, this.localize.terms, `${name}-problem`)}
    </div>`;
  }

  private renderGroups(form: SetupForm): TemplateResult {
    const terms = this.localize.terms.setup;
    const problem = this.problems.groups;
    const change = (index: number, changes: Partial<GroupForm>): void =>
      this.change({
        groups: form.groups.map((group, at) => (at === index ? { ...group, ...changes } : group)),
      });
    const input = (index: number, name: 'layers' | 'lr' | 'weightDecay', label: string): TemplateResult =>
      html`<div class="field">
        <label class="label" for=${`group-${index}-${name}`}>${label}</label>
        <input
          class="input"
          id=${`group-${index}-${name}`}
          autocomplete="off"
          spellcheck="false"
          aria-invalid=${problem?.path?.startsWith(`optimizer.groups.${index}.${name}`) ?? false}
          aria-describedby=${problem === undefined ? 'groups-hint' : 'groups-problem'}
          placeholder=${name === 'layers' ? 'conv' : form[name]}
          .value=${live(form.groups[index][name])}
          @input=${(event: Event) => change(index, { [name]: (event.target as HTMLInputElement).value })}
        />
      </div>`;
    return html`<fieldset class="groups">
      <legend class="label">${terms.groups}</legend>
      <p class="hint" id="groups-hint">${terms.groupsHint}</p>
      ${form.groups.map(
        (_, index) =>
          html`<div class="group" role="group" aria-label=${terms.group(this.localize.number(index + 1))}>
            ${input(index, 'layers', terms.groupLayers)} ${input(index, 'lr', 'lr')}
            ${input(index, 'weightDecay', 'weight_decay')}
            <button
              class="button icon-button"
              type="button"
              aria-label=${terms.removeGroup(this.localize.number(index + 1))}
              @click=${() => this.change({ groups: form.groups.toSpliced(index, 1) })}
            >
              ${closeIcon}
            </button>
          </div>`,
      )}
      ${
        problem === undefined
          ? nothing
          : html`<div role="alert">${problemView(problem, this.localize.terms, 'groups-problem')}</div>`
      }
      <button
        class="button quiet"
        type="button"
        @click=${() =>
          this.change({ groups: [...form.groups, { layers: '', lr: '', weightDecay: '', others: {} }] })}
      >
        ${terms.addGroup}
      </button>
    </fieldset>`;
  }

  private renderText(field: TextField, label: string, form: SetupForm, hint?: string): TemplateResult {
    const problem = this.problems[field];
    const descriptions = [problem && `${field}-problem`, hint && `${field}-hint`].filter(Boolean).join(' ');
    return html`<div class="field">
      <label class="label" for=${field}>${label}</label>
      <input
        class="input"
        id=${field}
        inputmode="decimal"
        autocomplete="off"
        aria-invalid=${problem !== undefined}
        aria-describedby=${descriptions === '' ? nothing : descriptions}
        .value=${live(form[field])}
        @input=${(event: InputEvent) => this.change({ [field]: (event.target as HTMLInputElement).value })}
      />
      ${hint === undefined ? nothing : html`<p class="hint" id=${`${field}-hint`}>${hint}</p>`}
      ${problem === undefined ? nothing : problemView(problem, this.localize.terms, `${field}-problem`)}
    </div>`;
  }

  private renderSelect(
    field: 'dataset' | 'model' | 'optimizer',
    label: string,
    options: readonly { id: string; words: string }[],
    chosen: string,
    choose: (id: string) => void,
    hint?: string,
  ): TemplateResult {
    const problem = field === 'optimizer' ? undefined : this.problems[field];
    return html`<div class="field">
      <label class="label" for=${field}>${label}</label>
      <select
        class="input"
        id=${field}
        aria-invalid=${problem !== undefined}
        aria-describedby=${hint === undefined ? nothing : `${field}-hint`}
        .value=${live(chosen)}
        @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)}
      >
        ${options.map(({ id, words }) => html`<option value=${id} ?selected=${id === chosen}>${words}</option>`)}
      </select>
      ${hint === undefined ? nothing : html`<p class="hint" id=${`${field}-hint`}>${hint}</p>`}
      ${problem === undefined ? nothing : problemView(problem, this.localize.terms)}
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lr-setup-dialog': LrSetupDialog;
  }
}
