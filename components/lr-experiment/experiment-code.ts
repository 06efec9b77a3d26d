/** The PyTorch code of an experiment's runs. */
import { html, nothing, type ReactiveElement, type TemplateResult } from 'lit';
import type { Experiment, Suggested } from '../../src/experiment/index.js';
import { toPyTorch } from '../../src/policy/index.js';
import { experimentTerms } from '../locales/experiments.js';
import type { Terms } from '../locales/terms.js';
import { builtInTerms, runName } from './experiment-text.js';

/** Shows the code, and writes the programs that it needs once a reader opens it. */
export class ExperimentCode {
  private readonly host: ReactiveElement;
  private isOpen = false;
  /** The programs of the runs, once they are written: only runs that are changed meanwhile need them. */
  private programs: readonly string[] | undefined;
  /** What the programs were written for. */
  private written: { experiment: Experiment; suggested: Suggested | undefined } | undefined;

  constructor(host: ReactiveElement) {
    this.host = host;
  }

  /** Writes the programs if they are looked at, once for each set-up; the writer loads when it is first needed. */
  async write(experiment: Experiment, suggested: Suggested | undefined): Promise<void> {
    if (!this.isOpen) return;
    if (this.written?.experiment === experiment && this.written.suggested === suggested) return;
    const written = { experiment, suggested };
    this.written = written;
    this.show(undefined);
    if (experiment.spec.runs.every(({ changes }) => changes.length === 0)) return;
    const programs = await experiment.programs(suggested);
    if (this.written === written) this.show(programs.map(({ code }) => code));
  }

  /** The code of every run, closed at first. */
  view(
    experiment: Experiment,
    suggested: Suggested | undefined,
    { highlight, terms }: { highlight: string | null; terms: Pick<Terms, 'experiments'> },
  ): TemplateResult {
    const words = builtInTerms(experiment, terms);
    return html`<details class="code" @toggle=${this.handleToggle}>
      <summary>${experimentTerms(terms).code}</summary>
      ${experiment.spec.runs.map(
        ({ name }, index) =>
          html`<h4>${runName(name, words)}</h4>
            <pre
              class=${name === highlight ? 'marked' : nothing}
              tabindex="0"
              translate="no"
            ><code>${this.programs?.[index] ?? codeOf(experiment, index, suggested)}</code></pre>`,
      )}
    </details>`;
  }

  private show(programs: readonly string[] | undefined): void {
    this.programs = programs;
    this.host.requestUpdate();
  }

  private readonly handleToggle = ({ newState }: ToggleEvent): void => {
    this.isOpen = newState === 'open';
    this.host.requestUpdate();
  };
}

/** The schedule of a run in PyTorch; nothing yet for a run whose schedule changes meanwhile, which takes a program. */
function codeOf(experiment: Experiment, index: number, suggested: Suggested | undefined): string {
  const { config, changes, suggestion } = experiment.spec.runs[index];
  if (changes.length > 0) return '…';
  const { optimizer } = config;
  const lr = (suggestion && suggested?.[suggestion]) ?? optimizer.lr;
  return toPyTorch(config.policy, { ...config, optimizer: { ...optimizer, lr } });
}
