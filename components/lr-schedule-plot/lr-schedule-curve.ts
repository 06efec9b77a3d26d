import type { PolicyInput } from '../../src/policy/index.js';
import { customElement } from '../internal/kit/element/custom-element.js';

/** Node has no elements; there the module can be imported, and a server renders the tag. */
const Base = ('HTMLElement' in globalThis ? HTMLElement : Object) as typeof HTMLElement;

/** The attributes of a curve; its plot observes them. */
export const curveAttributes = ['policy', 'label'] as const;

/**
 * @summary One of several curves of an `<lr-schedule-plot>`, as its child; by itself it shows nothing.
 *
 * @attr {string} policy - Policy JSON, or the id of a preset.
 * @attr {string} label - The name of the curve; by default that of its preset or of its schedulers.
 */
@customElement('lr-schedule-curve')
export class LrScheduleCurve extends Base {
  /** Policy JSON, or the id of a preset; a policy that is set is written as JSON. */
  get policy(): string | PolicyInput | null {
    return this.getAttribute('policy');
  }
  set policy(policy: string | PolicyInput | null) {
    this.write('policy', typeof policy === 'string' ? policy : policy && JSON.stringify(policy));
  }

  /** The name of the curve; by default that of its preset or of its schedulers. */
  get label(): string | null {
    return this.getAttribute('label');
  }
  set label(label: string | null) {
    this.write('label', label);
  }

  private write(name: (typeof curveAttributes)[number], value: string | null | undefined): void {
    if (value === null || value === undefined) this.removeAttribute(name);
    else this.setAttribute(name, value);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lr-schedule-curve': LrScheduleCurve;
  }
}
