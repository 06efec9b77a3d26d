/** Finds what is wrong with an element's attributes: names that are misspelt, which browsers ignore, and values. */
import type { ReactiveController, ReactiveElement } from 'lit';
import { noop } from '../../../../src/async.js';
import { closestWord } from '../../../../src/closest-word.js';
import { badValue, InputError, type Problem, toProblem, unknownAttribute } from '../../../../src/errors.js';
import { mutationObserver } from '../observers.js';
import { reportSoon } from './report-soon.js';

/** What people write instead, where it is not close to the name. */
const otherWords: Readonly<Partial<Record<string, string>>> = {
  rate: 'lr',
  learningrate: 'lr',
  schedule: 'policy',
  scheduler: 'policy',
};

/** What HTML and frameworks put on any element, as far as it could be taken for a misspelt attribute. */
const common = /^(?:class|mode|(?:aria|data|hx|ng|s|v|x)-.*|(?:on|item|_).*|.*[^a-z\d_-].*)$/;

/** @throws InputError `unknown-attribute` for an attribute that is probably a misspelt one of those in `known` */
export function checkAttributeNames(element: Element, known: readonly string[]): void {
  for (const name of element.getAttributeNames()) {
    if (known.includes(name) || common.test(name)) continue;
    const other = otherWords[name.replaceAll(/[-_]/g, '')];
    const likely = other !== undefined && known.includes(other) ? other : closestWord(name, known);
    if (likely !== undefined) throw unknownAttribute(element.localName, name, likely);
  }
}

/** @throws InputError `config-value` for a theme that does not exist */
function checkTheme(theme: string | null): void {
  if (theme !== null && theme !== 'light' && theme !== 'dark')
    throw badValue('theme', `"${theme}"`, '"light" | "dark"');
}

/** Checks an element's attributes before each of its updates, and reports a problem when it appears. */
export class AttributeCheck implements ReactiveController {
  /** What is wrong now, if anything. */
  problem: Problem | undefined;
  private readonly host: ReactiveElement;
  private readonly checkValues: () => void;
  /** The browser tells an element of the attributes that it knows, and of no other. */
  private readonly changes = mutationObserver(() => this.hostUpdate());

  /** @param checkValues throws an InputError for a value that is not accepted */
  constructor(host: ReactiveElement, checkValues: () => void = noop) {
    this.host = host;
    this.checkValues = checkValues;
    host.addController(this);
  }

  hostConnected(): void {
    this.changes.observe(this.host, { attributes: true });
    this.hostUpdate();
  }

  hostDisconnected(): void {
    this.changes.disconnect();
  }

  hostUpdate(): void {
    const before = this.problem?.message;
    this.problem = this.find();
    if (this.problem?.message === before) return;
    this.host.requestUpdate();
    if (this.problem !== undefined) reportSoon(this.host, this.problem);
  }

  private find(): Problem | undefined {
    try {
      const { observedAttributes } = this.host.constructor as typeof ReactiveElement;
      checkAttributeNames(this.host, [...observedAttributes, 'theme']);
      checkTheme(this.host.getAttribute('theme'));
      this.checkValues();
      return undefined;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return toProblem(error);
    }
  }
}
