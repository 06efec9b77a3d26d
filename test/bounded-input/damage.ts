/** Ways in which good input goes wrong. */
import { fc } from '../property-runs.js';

/** Values that are the wrong type, out of range, or very large. */
const strange: fc.Arbitrary<unknown> = fc.constantFrom<unknown>(
  ...[null, true, '', 'x', 'epoch', [], {}, -1, 0, 1, 0.5, 1e9, 2 ** 53, 1e308, 5e-324, -0],
  { $number: 'NaN' },
  { $number: 'Infinity' },
  { $float64: 'AAAA' },
  { __proto__: 1 },
  'x'.repeat(1000),
);

/** Texts that begin like this one and are wrong later. */
export function damaged(text: string): fc.Arbitrary<string> {
  const place = fc.nat(Math.max(0, text.length - 1));
  return fc.oneof(
    place.map((end) => text.slice(0, end)),
    fc
      .tuple(place, fc.string({ unit: 'grapheme', maxLength: 4 }))
      .map(([at, inserted]) => text.slice(0, at) + inserted + text.slice(at)),
    fc.tuple(place, place).map(([from, to]) => text.slice(0, Math.min(from, to)) + text.slice(to)),
    fc
      .tuple(place, place)
      .map(([from, to]) => text.slice(0, Math.max(from, to)) + text.slice(Math.min(from, to))),
  );
}

/** Any JSON. */
export const anyJson = (): fc.Arbitrary<string> => fc.json();

interface Place {
  readonly holder: Record<string, unknown> | unknown[];
  readonly key: string;
}

/** All places in a value. */
function placesIn(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    { holder: value as Place['holder'], key },
    ...placesIn(inner),
  ]);
}

/** A copy with one or a few values that are strange, missing, or lists whose items are repeated, up to so many items. */
export const exaggerated =
  (most: number) =>
  <Value>(value: Value): fc.Arbitrary<Value> => {
    const change = fc.record({
      at: fc.nat(),
      how: fc.constantFrom('strange', 'missing', 'repeated', 'repeated'),
      strange,
      times: fc.integer({ min: 2, max: most }),
    });
    return fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => {
      const copy = structuredClone(value);
      for (const { at, how, strange: other, times } of changes) {
        const places = placesIn(copy).filter(({ holder }) => how !== 'repeated' || Array.isArray(holder));
        if (places.length === 0 || places.length > 10_000) continue;
        const { holder, key } = places[at % places.length];
        if (Array.isArray(holder)) {
          if (how === 'repeated')
            holder.splice(
              0,
              holder.length,
              ...Array.from({ length: times }, (_, index) => holder[index % holder.length]),
            );
          else holder[Number(key)] = other;
        } else if (how === 'missing') Reflect.deleteProperty(holder, key);
        else holder[key] = other;
      }
      return copy;
    });
  };
