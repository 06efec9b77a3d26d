/**
 * Registers an element under a name, unless another copy of lr-lab on the page has done so: a name can be registered
 * once, and the first copy's elements then serve both.
 */
export const customElement =
  (name: string) =>
  (element: CustomElementConstructor): void => {
    if (customElements.get(name) === undefined) customElements.define(name, element);
  };
