import { LocalizeController, update } from '@shoelace-style/localize';
import type { ReactiveElement } from 'lit';
import type { Terms } from '../../../locales/terms.js';

/** Languages that load when an element needs them, by their primary subtag. */
const loaders: Readonly<Record<string, () => Promise<Terms>>> = {
  zh: async () => (await import('../../../locales/zh-cn.js')).zhCn,
};

const loaded = new Map<string, Terms>();
const loading = new Map<string, Promise<void>>();

/** Loads a language; nothing for one that is here, or that nobody has translated. */
function load(code: string): Promise<void> | undefined {
  if (loaded.has(code) || !Object.hasOwn(loaders, code)) return undefined;
  let promise = loading.get(code);
  if (promise === undefined) {
    promise = loaders[code]().then(
      (terms) => void loaded.set(code, terms),
      // Without a network the words are English, and a later rendering tries again.
      () => void loading.delete(code),
    );
    loading.set(code, promise);
  }
  return promise;
}

/** Renders every element again after an element's own `lang` has changed; the document's is watched already. */
export const updateLanguage = update;

/** The `lang` of the nearest ancestor that has one, through shadow roots. */
function nearestLanguage(element: HTMLElement): string | undefined {
  let node: Node | null = element;
  while (node !== null) {
    if (node instanceof HTMLElement && node.lang) return node.lang;
    node = node instanceof ShadowRoot ? node.host : node.parentNode;
  }
  return undefined;
}

/** A function of text that keeps its results: creating an object of `Intl` takes longer than drawing a line. */
function kept<Value>(make: (text: string) => Value): (text: string) => Value {
  const known = new Map<string, Value>();
  return (text) => {
    let value = known.get(text);
    if (value === undefined) {
      value = make(text);
      known.set(text, value);
    }
    return value;
  };
}

const baseNameOf = kept((language) => {
  try {
    return new Intl.Locale(language).baseName;
  } catch {
    return 'en';
  }
});

const codeOf = kept((language) => new Intl.Locale(language).language);

/** The formats of a language, by their options as JSON. */
const formatsOf = kept((language) =>
  kept((options) => new Intl.NumberFormat(language, JSON.parse(options) as Intl.NumberFormatOptions)),
);

/** The number format of a language, which is created once. */
export const numberFormat = (language: string, options: Intl.NumberFormatOptions): Intl.NumberFormat =>
  formatsOf(language)(JSON.stringify(options));

/**
 * Gives an element its words in the language of its surroundings: `this.localize.terms.controls.start`. An element brings
 * the English words that it uses, so that a page with one element loads no others. Until another language has loaded, the
 * element renders nothing new, so that none shows before the right one.
 */
export class TermsController<Section extends keyof Terms = keyof Terms> extends LocalizeController<Terms> {
  private readonly english: Pick<Terms, Section>;

  constructor(host: ReactiveElement, english: Pick<Terms, Section>) {
    super(host);
    this.english = english;
    const waiting = host as unknown as { scheduleUpdate: () => unknown };
    const schedule = waiting.scheduleUpdate;
    waiting.scheduleUpdate = () => {
      const ready = load(this.code);
      return ready === undefined ? schedule.call(host) : ready.then(() => schedule.call(host));
    };
  }

  override lang(): string {
    const nearest = nearestLanguage(this.host);
    return nearest === undefined ? super.lang() : baseNameOf(nearest);
  }

  override number(value: number | string, options: Intl.NumberFormatOptions = {}): string {
    const number = Number(value);
    return Number.isNaN(number) ? '' : numberFormat(this.lang(), options).format(number);
  }

  /** The words of the element's language, or English. */
  get terms(): Pick<Terms, Section> & Partial<Terms> {
    return loaded.get(this.code) ?? this.english;
  }

  private get code(): string {
    return codeOf(this.lang());
  }
}
