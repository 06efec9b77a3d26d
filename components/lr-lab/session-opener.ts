/**
 * Opens sessions that come from elsewhere: from the link in the page's address, a file, or an experiment.
 *
 * One that would replace trained runs waits for the reader's answer. The link leaves the address once its session trains.
 */
import { signal, type Signal } from '@preact/signals-core';
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Problem } from '../../src/errors.js';
import { hasLink, type Lab } from '../../src/lab/index.js';
import { ownRefusalOf } from '../internal/lab/refusal.js';
import type { ChosenExperiment } from '../lr-experiments-dialog/lr-experiments-dialog.js';

/** A session from elsewhere. */
export interface Incoming {
  readonly from: 'link' | 'file' | 'experiment';
  /** Of an experiment. */
  readonly title?: string;
  readonly question?: string;
  open(): Promise<void>;
}

/** What the opener asks its element. */
export interface OpenerSettings {
  lab(): Lab | undefined;
  /** Whether the link in the page's address is for this element. */
  takesLink(): boolean;
}

/** Opens sessions for an element, and keeps what there is to say of them. */
export class SessionOpener implements ReactiveController {
  /** A session that waits for the reader's answer, because it would replace trained runs. */
  readonly waiting: Signal<Incoming | undefined> = signal(undefined);
  /** Why the last session could not be opened. */
  readonly problem: Signal<Problem | undefined> = signal(undefined);
  /** The link or the experiment that was opened last, with what its runs were then. */
  private readonly last: Signal<{ incoming: Incoming; content: unknown[] } | undefined> = signal(undefined);
  private readonly settings: OpenerSettings;
  /** Leaves the link in the address from now on. */
  private leaveHash: (() => void) | undefined;

  constructor(host: ReactiveControllerHost, settings: OpenerSettings) {
    this.settings = settings;
    host.addController(this);
  }

  hostConnected(): void {
    addEventListener('hashchange', this.handleHash);
  }

  hostDisconnected(): void {
    removeEventListener('hashchange', this.handleHash);
  }

  /** Opens the session in the page's address, if there is one. */
  async receiveLink(): Promise<void> {
    const { hash } = location;
    if (hasLink(hash) && this.settings.takesLink())
      await this.receive({ from: 'link', open: async () => this.settings.lab()?.openLink(hash) });
  }

  /** Opens the session in a file. */
  async receiveFile(file: File): Promise<void> {
    const text = await file.text();
    await this.receive({ from: 'file', open: async () => this.settings.lab()?.open(text) });
  }

  /** Opens an experiment that the reader has chosen. */
  async receiveExperiment({ title, question, session }: ChosenExperiment): Promise<void> {
    await this.receive({
      from: 'experiment',
      title,
      question,
      open: async () => this.settings.lab()?.open(session),
    });
  }

  /** Accepts a file that is dragged over the element. */
  readonly handleDragOver = (event: DragEvent): void => {
    if (!event.defaultPrevented && event.dataTransfer?.types.includes('Files')) event.preventDefault();
  };

  /** Opens a file that is dropped on the element. */
  readonly handleDrop = (event: DragEvent): void => {
    const file = event.dataTransfer?.files[0];
    if (event.defaultPrevented || file === undefined) return;
    event.preventDefault();
    void this.receiveFile(file);
  };

  private readonly handleHash = (): void => void this.receiveLink();

  /** Opens a session, or asks first if that would replace trained runs. */
  private async receive(incoming: Incoming): Promise<void> {
    this.problem.value = undefined;
    const runs = this.settings.lab()?.runs.peek();
    if (runs?.some((run) => run.history.length > 0)) this.waiting.value = incoming;
    else await this.open(incoming);
  }

  /** Opens a session in place of the present one. */
  async open(incoming: Incoming): Promise<void> {
    const lab = this.settings.lab();
    this.waiting.value = undefined;
    const problem = await ownRefusalOf(lab, incoming.open());
    this.problem.value = problem;
    // Of a file there is nothing to say: its runs have been trained.
    const isSaid = lab !== undefined && problem === undefined && incoming.from !== 'file';
    this.last.value = isSaid ? { incoming, content: contentOf(lab) } : undefined;
    this.leaveHash?.();
    if (problem !== undefined) return;
    if (incoming.from !== 'link') forgetLink();
    else this.leaveHash = lab && forgetOnceBegun(lab);
  }

  /** The link or the experiment that was just opened in a lab, as long as it would train as it was opened. */
  openedIn(lab: Lab): Incoming | undefined {
    const last = this.last.value;
    const content = contentOf(lab);
    const isSame =
      last?.content.length === content.length && content.every((part, at) => part === last.content[at]);
    return isSame ? last.incoming : undefined;
  }

  /** The experiment that was just opened in a lab, as long as any of its runs is there. */
  experimentIn(lab: Lab): Incoming | undefined {
    const last = this.last.value;
    if (last?.incoming.from !== 'experiment') return undefined;
    return lab.runs.value.some((run) => last.content.includes(run)) ? last.incoming : undefined;
  }

  /** Forgets what was opened: the reader has read it. */
  dismissOpened(): void {
    this.last.value = undefined;
  }

  /** Keeps the present session instead of the one that waits. */
  keepPresent(): void {
    if (this.waiting.peek()?.from === 'link') forgetLink();
    this.waiting.value = undefined;
  }

  /** Leaves the page's address as it is from now on. */
  end(): void {
    this.leaveHash?.();
  }
}

/** What the runs of a lab would train. */
function contentOf(lab: Lab): unknown[] {
  return lab.runs.value.flatMap((run) => [run, run.config, run.interventions.value, run.planned.value]);
}

/** Removes the session from the address, if there is one: nobody copies an old link. */
function forgetLink(): void {
  if (hasLink(location.hash)) history.replaceState(history.state, '', location.pathname + location.search);
}

/**
 * Removes the session from the address once it trains, and no earlier: until then a reload opens it again, from then on
 * the browser keeps it. Returns a function that leaves the address as it is.
 */
function forgetOnceBegun(lab: Lab): () => void {
  const leave = lab.state.subscribe((state) => {
    if (state === 'idle') return;
    forgetLink();
    // The first call comes before `leave` is known, and finds the lab idle.
    leave();
  });
  return leave;
}
