/** The open card: the scheduler's class, its parameters, when it is stepped, and how it is combined with others. */
import { html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { live } from 'lit/directives/live.js';
import { noop } from '../../src/async.js';
import {
  monitors,
  parametersOf,
  type PolicyIssue,
  type SchedulerType,
  schedulerTypes,
  usualMonitor,
} from '../../src/policy/index.js';
import type { TermsController } from '../internal/kit/element/terms-controller.js';
import { issueSentence } from '../internal/lab/problem-view.js';
import {
  canHaveWith,
  canMove,
  cardPositionOf,
  type DraftEntry,
  type DraftSpec,
  keyOf,
  type Path,
  watches,
} from '../internal/policy/policy-tree.js';
import { type FittedRun, measureOf } from './card-edits.js';
import type { FocusTarget } from './card-focus.js';
import { issueAt } from './card-issues.js';
import './lr-parameter-field.js';
import { controlOf } from './parameter-form.js';

/** What a form asks its builder to do. */
export interface FormRequests {
  type: (path: Path, type: SchedulerType) => void;
  value: (path: Path, value: unknown) => void;
  often: (path: Path, often: string) => void;
  addThen: (path: Path) => void;
  addWith: (path: Path) => void;
  move: (path: Path, to: number, part: FocusTarget) => void;
  remove: (path: Path) => void;
}

/** A scheduler and all that its form shows. */
export interface FormContext {
  readonly path: Path;
  readonly spec: DraftSpec;
  readonly entry: DraftEntry;
  readonly tree: readonly DraftEntry[];
  readonly issues: readonly PolicyIssue[];
  readonly run: FittedRun;
  /** Whether the frequency of the entry is being typed. */
  readonly isCounted: boolean;
  readonly localize: TermsController;
  readonly request: FormRequests;
}

const frequency = { kind: 'integer', python: 'frequency', min: 1, default: 1 } as const;

/** What a count of an entry's steps is a count of: epochs, steps, or several of them at a time. */
export function unitOf({ interval, frequency }: DraftEntry, localize: TermsController): string {
  // While it is typed, a frequency may be anything.
  const times = Number.isInteger(frequency) ? localize.number(Number(frequency)) : 'n';
  return localize.terms.panel.build.units[interval](times);
}

const monitorOf = ({ monitor, interval }: DraftEntry): string => monitor ?? usualMonitor(interval);

/** The form of an open card. */
export function schedulerForm(context: FormContext): TemplateResult {
  const { path, spec, issues, localize, request } = context;
  const { panel, schedulersPage } = localize.terms;
  const rows = Object.keys(parametersOf(spec.type)).filter((name) => isShown(spec, name));
  const often = rows.filter((name) => controlOf(spec.type, name).isRare !== true);
  const seldom = rows.filter((name) => controlOf(spec.type, name).isRare === true);
  const issue = issueAt(issues, [...path, 'type']);
  const isTroubled = seldom.some((name) => spec[name] !== undefined || issueAt(issues, [...path, name]));
  const field = (name: string) => parameterField(context, name);
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
          request.type(path, (event.target as HTMLSelectElement).value as SchedulerType)}
      >
        ${schedulerTypes.map((type) => html`<option value=${type} ?selected=${type === spec.type}>${type}</option>`)}
      </select>
      ${
        issue === undefined
          ? html`<p class="hint" id="type-words">${schedulersPage.schedulers[spec.type]}</p>`
          : html`<p class="bad" id="type-issue">${issueSentence(issue, localize.terms)}</p>`
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
    ${path.length === 2 ? entryFields(context) : nothing} ${combineButtons(context)}
  </div>`;
}

/** The milestones of a sequence are between its cards. */
function isShown(spec: DraftSpec, name: string): boolean {
  if (name === 'schedulers' || (spec.type === 'SequentialLR' && name === 'milestones')) return false;
  return name !== 'passMetrics' || watches(spec);
}

function parameterField(context: FormContext, name: string): TemplateResult {
  const { spec, entry, issues, run, localize, request } = context;
  const path = [...context.path, name];
  const parameter = parametersOf(spec.type)[name];
  const words: Readonly<Record<string, string>> = localize.terms.parameters;
  const { slider, isCount } = controlOf(spec.type, name);
  const meaning = name === 'mode' ? (spec.type === 'CyclicLR' ? 'cyclicMode' : 'plateauMode') : name;
  return html`<lr-parameter-field
    .parameter=${parameter}
    .name=${parameter.python ?? name}
    .words=${words[meaning] ?? ''}
    .unit=${isCount === true ? unitOf(entry, localize) : ''}
    .value=${spec[name]}
    .issue=${issueAt(issues, path)}
    .slider=${slider?.(measureOf(entry, run))}
    @lr-parameter=${({ detail }: CustomEvent<unknown>) => request.value(path, detail)}
  ></lr-parameter-field>`;
}

/** When the entry is stepped, and the metric that it watches. */
function entryFields({
  path: card,
  entry,
  issues,
  run,
  isCounted,
  localize,
  request,
}: FormContext): TemplateResult {
  const { panel } = localize.terms;
  const path = card.slice(0, 1);
  const issue = issueAt(issues, [...path, 'monitor']);
  // A 1 that is typed on the way to 10 keeps its field.
  const isMany = entry.frequency !== 1 || isCounted;
  const often = `${entry.interval}${isMany ? 's' : ''}`;
  return html`<div class="line entry">
      <label class="phrase" for="often">${panel.build.stepsAfter}</label>
      <span class="often">
        <select
          class="input"
          id="often"
          aria-describedby="interval-words"
          .value=${live(often)}
          @change=${(event: Event) => request.often(path, (event.target as HTMLSelectElement).value)}
        >
          ${Object.entries(panel.build.often).map(
            ([value, words]) => html`<option value=${value} ?selected=${value === often}>${words}</option>`,
          )}
        </select>
      </span>
      <p class="hint" id="interval-words">
        ${
          entry.interval === 'epoch'
            ? panel.intervalHint.epoch(localize.number(run.plan.stepsPerEpoch))
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
            .issue=${issueAt(issues, [...path, 'frequency'])}
            @lr-parameter=${({ detail }: CustomEvent<unknown>) => request.value([...path, 'frequency'], detail ?? 1)}
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
                request.value([...path, 'monitor'], (event.target as HTMLSelectElement).value)}
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
                : html`<p class="bad" id="monitor-issue">${issueSentence(issue, localize.terms)}</p>`
            }
          </div>`
        : nothing
    }`;
}

/** The buttons that combine a card with others, move it and remove it. */
function combineButtons({ path, tree, localize, request }: FormContext): TemplateResult {
  const terms = localize.terms.panel.build;
  const { index, count } = cardPositionOf(tree, path);
  const button = (name: string, label: string, words: string, act: () => void, why: string | false = false) =>
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
  const arrow = (name: 'earlier' | 'later', words: string, to: number, label: string, end: string) => {
    const isOff = !canMove(tree, path, to);
    const why = to < 0 || to >= count ? end : terms.composite;
    return button(`${name} arrow`, label, words, () => request.move(path, to, name), isOff && why);
  };
  return html`<details class="combine" ?open=${count > 1 || path.length > 2}>
    <summary>${terms.combine}</summary>
    <div class="actions">
      ${button('then', terms.addThenLabel, terms.addThen, () => request.addThen(path))}
      ${
        canHaveWith(tree, path)
          ? button('with', terms.addWithLabel, terms.addWith, () => request.addWith(path))
          : nothing
      }
      ${
        count === 1
          ? nothing
          : html`${arrow('earlier', '↑', index - 1, terms.earlier, terms.first)}
            ${arrow('later', '↓', index + 1, terms.later, terms.last)}`
      }
      ${button('remove', terms.removeLabel, terms.remove, () => request.remove(path))}
    </div>
  </details>`;
}
