import { LocalizeController, registerTranslation, update } from '@shoelace-style/localize';
import { en } from '../../locales/en.js';
import type { Terms } from '../../locales/terms.js';
import { zhCn } from '../../locales/zh-cn.js';

// The first is the fallback.
const languages = [en, zhCn];
registerTranslation(...languages);

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

/** Gives an element its words in the language of its surroundings: `this.localize.terms.controls.start`. */
export class TermsController extends LocalizeController<Terms> {
  override lang(): string {
    const nearest = nearestLanguage(this.host);
    if (nearest === undefined) return super.lang();
    try {
      return new Intl.Locale(nearest).baseName;
    } catch {
      return en.$code;
    }
  }

  /** The words of the element's language, or English. */
  get terms(): Terms {
    const code = this.term('$code');
    return languages.find(({ $code }) => $code === code) ?? en;
  }
}
