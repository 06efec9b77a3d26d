import type { KeyboardTerms } from './keyboard-terms.js';

/** The list of keys in English. */
export const keyboardEn: KeyboardTerms = {
  close: 'Close',
  letters: {
    title: 'In the lab',
    does: {
      train: 'Start, pause or resume',
      swap: 'Swap in the picked schedule',
      race: 'Race it from step 0',
      fork: 'Fork the selected run',
    },
    list: 'Show this list',
    on: 'Use these keys',
    hint: 'They do nothing while you type, and in dialogs and menus.',
  },
  lists: [
    {
      title: 'In the schedule',
      keys: [
        ['Arrow keys', 'Pick a preset; change a number'],
        ['Ctrl+Z, ⌘Z', 'Undo an edit; with Shift, redo it'],
        ['Alt+↑, Alt+↓', 'Move a scheduler up or down'],
      ],
    },
    {
      title: 'On a chart',
      keys: [
        ['← →', 'Move the cursor; with Shift by one step'],
        ['Page Up, Page Down', 'Move it by one epoch'],
        ['Home, End', 'Move it to the first or last step'],
        ['Enter', 'Pin it, to fork there or undo a change'],
        ['Esc', 'Remove it'],
        ['+ −', 'Zoom in or out'],
        ['0', 'Show the whole run'],
        ['F', 'Follow the newest step'],
      ],
    },
    {
      title: 'On a handle of the learning-rate chart',
      keys: [
        ['← →', 'Move it; with Shift further'],
        ['Enter', 'Apply'],
        ['Esc', 'Cancel'],
      ],
    },
  ],
};
