import { noChange } from 'lit';
import { directive, Directive, type ElementPart } from 'lit/directive.js';

class KeepWidth extends Directive {
  private longest: string | undefined;

  override update({ element }: ElementPart, [longest]: [string]): typeof noChange {
    if (longest !== this.longest && element instanceof HTMLElement) {
      this.longest = longest;
      // Through the CSSOM: a strict CSP refuses a style attribute, which Lit's own styleMap would write.
      element.style.minInlineSize = `${widthInDigits(longest).toFixed(1)}ch`;
    }
    return noChange;
  }

  render(longest: string): string {
    return longest;
  }
}

/**
 * Keeps an element as wide as the longest text it will show, so that its neighbours stay where they are while its
 * digits change: `<span ${keepWidth('step 1,620 / 1,620')}>step 7 / 1,620</span>`.
 */
export const keepWidth = directive(KeepWidth);

/** A text's width, estimated in digits: spaces and points are narrower, a Chinese character is about twice as wide. */
function widthInDigits(text: string): number {
  let width = 0;
  for (const character of text) {
    if (character > '\u2e7f') width += 1.75;
    else if (/[\s.,:;|il/·]/.test(character)) width += 0.55;
    else width += 1;
  }
  return width;
}
