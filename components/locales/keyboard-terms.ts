/** Keys, and what they do. */
export interface KeyList {
  title: string;
  keys: readonly (readonly [keys: string, does: string])[];
}

/** The words of the list of keys, which loads when it is first asked for. */
export interface KeyboardTerms {
  close: string;
  /** The letters that press a button. */
  letters: {
    title: string;
    does: Record<'train' | 'swap' | 'race' | 'fork', string>;
    list: string;
    on: string;
    hint: string;
  };
  lists: readonly KeyList[];
}
