import { signal, type Signal } from '@preact/signals-core';
import { type Problem, toProblem } from '../../src/errors.js';
import { type Config, Lab } from '../../src/lab/index.js';
import { reportSoon } from '../internal/kit/element/report-soon.js';
import { ownRefusalOf } from '../internal/lab/refusal.js';
import {
  aboutAttribute,
  type ConfigAttribute,
  configFromAttributes,
  type GivenValues,
  isSameValue,
} from './attributes.js';

/** What an element tells of its attributes. */
export interface AttributeSettings {
  given(): GivenValues;
  /** The name under which the session is kept. */
  keep(): string | false;
}

/** Makes the Lab of an element from its attributes, and changes it when they change. */
export class AttributeLab {
  /** What is wrong with the attributes, if anything. */
  readonly problem: Signal<Problem | undefined> = signal(undefined);
  private readonly element: Element;
  private readonly settings: AttributeSettings;
  /** Changed attributes that the lab has not applied yet; invalid ones stay until they are fixed. */
  private readonly pending = new Set<ConfigAttribute>();
  /** The attributes as they were last read. */
  private taken: GivenValues = {};

  constructor(element: Element, settings: AttributeSettings) {
    this.element = element;
    this.settings = settings;
  }

  /** A new Lab; undefined if the attributes have a problem. */
  create(): Lab | undefined {
    const given = this.settings.given();
    this.taken = given;
    try {
      const lab = new Lab(configFromAttributes(given), { keep: this.settings.keep() });
      this.problem.value = undefined;
      this.pending.clear();
      return lab;
    } catch (error) {
      this.refuse(toProblem(error));
      return undefined;
    }
  }

  /** Takes over attributes that have been set, and says whether any of them has another value now. */
  take(names: readonly ConfigAttribute[]): boolean {
    const given = this.settings.given();
    const changed = names.filter((name) => !isSameValue(name, this.taken[name], given[name]));
    if (changed.length === 0) return false;
    this.taken = given;
    for (const name of changed) this.pending.add(name);
    return true;
  }

  /** Resets a Lab with the attributes that have changed; resolves to whether they could be used. */
  async apply(lab: Lab): Promise<boolean> {
    const names = [...this.pending];
    let changes: Partial<Config>;
    try {
      changes = configFromAttributes(this.settings.given(), names, lab.config.peek());
    } catch (error) {
      this.refuse(toProblem(error));
      return false;
    }
    const refusal = await ownRefusalOf(lab, lab.reset(changes));
    this.problem.value = refusal && aboutAttribute(refusal, this.settings.given());
    if (refusal === undefined) for (const name of names) this.pending.delete(name);
    return refusal === undefined;
  }

  private refuse(refusal: Problem): void {
    const problem = aboutAttribute(refusal, this.settings.given());
    this.problem.value = problem;
    reportSoon(this.element, problem);
  }
}
