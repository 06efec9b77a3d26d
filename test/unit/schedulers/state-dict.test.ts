import { describe, expect, it } from 'vitest';
import {
  formatStateDict,
  parseStateDict,
  SchedulerError,
  type StateDict,
} from '../../../src/schedulers/index.js';
import { fc } from '../../property-runs.js';

describe('the text of a state dict', () => {
  it('equals the text of json.dump, with bare infinities', () => {
    const state = {
      best: Infinity,
      worst: -Infinity,
      last: NaN,
      lrs: [0.1, 1],
      mode: 'min',
      none: null,
      on: true,
    };
    expect(formatStateDict(state)).toBe(
      '{"best": Infinity, "worst": -Infinity, "last": NaN, "lrs": [0.1, 1], "mode": "min", "none": null, "on": true}',
    );
  });

  it('is read with bare infinities, but not inside strings', () => {
    const text = String.raw`{"a": Infinity, "b": [-Infinity, NaN], "NaN": "Infinity", "c": "a \"NaN\" b", "d": 1e-07}`;
    expect(parseStateDict(text)).toEqual({
      a: Infinity,
      b: [-Infinity, NaN],
      NaN: 'Infinity',
      c: 'a "NaN" b',
      d: 1e-7,
    });
  });

  it('restores any state exactly', () => {
    const number = fc.oneof(fc.double(), fc.integer());
    const text = fc.oneof(fc.string(), fc.constantFrom('NaN', 'NaN ', 'Infinity', '"NaN"'));
    const { state } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        number,
        text,
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 4 }),
        tie('state'),
      ),
      state: fc.dictionary(
        text.filter((key) => key !== '[object Object]'),
        tie('value'),
        { maxKeys: 4, noNullPrototype: true },
      ),
    }));
    fc.assert(
      fc.property(state, (value) => {
        expect(parseStateDict(formatStateDict(value as StateDict))).toEqual(value);
      }),
    );
  });

  it.each(['', 'null', '[1, 2]', '3', '{"a": Inf}', '{"a": 1'])('is refused when it is %j', (text) => {
    expect(() => parseStateDict(text)).toThrow(SchedulerError);
  });
});
