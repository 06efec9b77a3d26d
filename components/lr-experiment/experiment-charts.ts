/** The charts of an experiment: each a picture, described in words, with a legend that has its numbers. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Experiment, RunHistory, Suggested } from '../../src/experiment/index.js';
import { previewPolicy, readsMetric, WorkBudget } from '../../src/policy/index.js';
import { keyGlyph } from '../internal/chart/key-glyph.js';
import { formatLoss, formatRate } from '../internal/kit/format.js';
import { experimentTerms } from '../locales/experiments.js';
import { experimentPlot, plotHeight, type PlotLine, type PlotOptions } from './experiment-plot.js';
import { averagedLosses, builtInTerms, courseOf, runName, type Language } from './experiment-text.js';

/** What the charts show. */
export interface ChartsContent {
  readonly experiment: Experiment;
  readonly runs: readonly RunHistory[];
  readonly suggested: Suggested | undefined;
  /** Whether there is no outcome yet: the charts then have room for all steps, and show what the schedules will do. */
  readonly isOpen: boolean;
  /** The run whose lines stand out, by its name. */
  readonly highlight: string | null;
  /** The width of each chart in CSS pixels. */
  readonly width: number;
  readonly language: Language;
  /** What stands under the chart of the rates. */
  readonly foot: TemplateResult | typeof nothing;
}

/** All charts of an experiment. */
export function chartsView(content: ChartsContent): TemplateResult {
  const { watch, rangeTest } = content.experiment.spec;
  return html`<div class="charts">
    ${rangeTest ? rangeTestView(content) : nothing} ${watch.map((kind) => chartView(content, kind))}
  </div>`;
}

function chartView(content: ChartsContent, kind: 'loss' | 'lr'): TemplateResult {
  const { experiment, runs, isOpen, language, foot } = content;
  const experiments = experimentTerms(language.terms);
  const words = builtInTerms(experiment, language.terms);
  const lines = runs.map((run, index): PlotLine => ({
    run: index,
    values: kind === 'loss' ? run.loss : run.lr,
    isBroken: kind === 'loss' && run.diverged !== undefined,
  }));
  if (kind === 'lr' && isOpen) lines.unshift(...plannedLines(experiment));
  // What was shown ended at its event; what trains may take all steps.
  const steps = isOpen ? experiment.steps : Math.max(1, ...runs.map(({ loss }) => loss.length));
  const last = averagedLosses(experiment);
  const courses = runs.map((run) => courseOf(run, kind, { ...language, last }));
  const named = runs.map((run, index) => `${runName(run.name, words)}: ${courses[index]}`);
  return html`<figure>
    <figcaption>${experiments[kind === 'loss' ? 'lossCaption' : 'rateCaption']}</figcaption>
    ${plotView(content, lines, {
      label: experiments.describe(experiments.charts[kind], named.join(experiments.listJoint)),
      steps,
      kind,
    })}
    <ul class="legend">
      ${experiment.spec.runs.map(
        (run, index) =>
          html`<li>
            ${keyGlyph('line', index)} <span class="name">${runName(run.name, words)}</span>
            <span class="course">${index < runs.length ? courses[index] : nothing}</span>
          </li>`,
      )}
    </ul>
    ${kind === 'lr' ? html`${plateausView(content)}${foot}` : nothing}
  </figure>`;
}

/** What a run that waits for a plateau has counted at its last step. */
function plateausView({ experiment, runs, language }: ChartsContent): TemplateResult[] {
  const { terms, count } = language;
  const words = builtInTerms(experiment, terms);
  return runs.flatMap((run) =>
    experiment.plateausOf(run).map(({ bad, patience, needs }) => {
      const counted = experimentTerms(terms).plateau(count(bad), count(patience), formatLoss(needs));
      return html`<p class="muted state">${`${runName(run.name, words)}: ${counted}`}</p>`;
    }),
  );
}

function rangeTestView(content: ChartsContent): TemplateResult {
  const { suggested, language } = content;
  const experiments = experimentTerms(language.terms);
  const lines = suggested ? [{ run: 7, values: suggested.loss }] : [];
  const text = suggested
    ? experiments.suggested(formatRate(suggested.steepest), formatRate(suggested.tenthOfDivergence))
    : '';
  return html`<figure>
    <figcaption>${experiments.charts.rangeTest}</figcaption>
    ${plotView(content, lines, {
      label: experiments.describe(experiments.charts.rangeTest, text),
      steps: suggested?.lr.length ?? 1,
      kind: 'loss',
      rates: suggested?.lr,
    })}
    <ul class="legend">
      <li class="course">${text}</li>
    </ul>
  </figure>`;
}

function plotView(
  { experiment, highlight, width }: ChartsContent,
  lines: readonly PlotLine[],
  { label, ...options }: Pick<PlotOptions, 'steps' | 'kind' | 'rates'> & { readonly label: string },
): TemplateResult {
  const marked = experiment.spec.runs.findIndex(({ name }) => name === highlight);
  return html`<svg class="plot" viewBox="0 0 ${width} ${plotHeight}" role="img" aria-label=${label}>
    ${experimentPlot(lines, { ...options, width, marked })}
  </svg>`;
}

/** The rates that the schedules will set, as far as they depend on no loss and on no change. */
function plannedLines({ spec }: Experiment): PlotLine[] {
  return spec.runs.flatMap(({ config, changes, suggestion }, run) => {
    if (suggestion || changes.length > 0 || config.policy.some(({ scheduler }) => readsMetric(scheduler)))
      return [];
    const { optimizer, policy, epochs, stepsPerEpoch = 1 } = config;
    const steps = epochs * stepsPerEpoch;
    const options = { lr: optimizer.lr, steps, stepsPerEpoch, budget: new WorkBudget() };
    return [{ run, values: previewPolicy(policy, options).lr[0], isPlanned: true }];
  });
}
