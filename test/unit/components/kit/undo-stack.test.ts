import { describe, expect, it } from 'vitest';
import { UndoStack } from '../../../../components/internal/kit/undo-stack.js';
import { fc } from '../../../property-runs.js';

/** A value that is edited, as in a panel. */
class Document {
  readonly stack = new UndoStack<string>();
  text = '';

  edit(text: string, kind?: string, now?: number): void {
    this.stack.push(this.text, kind, now);
    this.text = text;
  }

  go(direction: 'undo' | 'redo'): void {
    this.text = this.stack[direction](this.text) ?? this.text;
  }
}

describe('the undo stack', () => {
  it('undoes letters typed together at once, and a pause or another field apart', () => {
    const document = new Document();
    document.edit('a', 'gamma', 0);
    document.edit('ab', 'gamma', 900);
    document.edit('abc', 'gamma', 1800);
    document.edit('abcd', 'gamma', 2800);
    document.edit('abcd!', 'stepSize', 2801);
    const seen = [];
    while (document.stack.canUndo) {
      document.go('undo');
      seen.push(document.text);
    }
    expect(seen).toEqual(['abcd', 'abc', '']);
  });

  it('never joins edits without a kind', () => {
    const document = new Document();
    document.edit('a', undefined, 0);
    document.edit('b', undefined, 1);
    document.go('undo');
    expect(document.text).toBe('a');
  });

  it('starts a new group after an undo', () => {
    const document = new Document();
    document.edit('a', 'gamma', 0);
    document.edit('b', 'rate', 10);
    document.go('undo');
    document.edit('c', 'gamma', 20);
    document.go('undo');
    expect(document.text).toBe('a');
  });

  it('has nothing to redo after an edit', () => {
    const document = new Document();
    document.edit('a');
    document.go('undo');
    expect(document.stack.canRedo).toBe(true);
    document.edit('b');
    expect(document.stack.canRedo).toBe(false);
    document.go('redo');
    expect(document.text).toBe('b');
  });

  it('keeps the last 200 values', () => {
    const document = new Document();
    for (let count = 1; count <= 300; count += 1) document.edit(String(count));
    while (document.stack.canUndo) document.go('undo');
    expect(document.text).toBe('100');
  });

  it('steps through all versions, back and forth', () => {
    const moves = fc.array(fc.constantFrom('edit', 'undo', 'redo'), { maxLength: 60 });
    fc.assert(
      fc.property(moves, (moves) => {
        const document = new Document();
        let history = [''];
        let place = 0;
        moves.forEach((move, index) => {
          if (move === 'edit') {
            history = [...history.slice(0, place + 1), String(index)];
            place += 1;
            document.edit(String(index));
          } else {
            place = Math.min(history.length - 1, Math.max(0, place + (move === 'undo' ? -1 : 1)));
            document.go(move);
          }
          expect(document.text).toBe(history[place]);
          expect(document.stack.canUndo).toBe(place > 0);
          expect(document.stack.canRedo).toBe(place < history.length - 1);
        });
      }),
    );
  });
});
