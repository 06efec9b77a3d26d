import { describe, expect, it } from 'vitest';
import { controlOf, type Slider } from '../../../../components/lr-policy-builder/parameter-form.js';
import {
  nextValue,
  positionOfValue,
  sliderLength,
  valueOfPosition,
  withinSlider,
} from '../../../../components/lr-policy-builder/slider-scale.js';
import { isWithin, parametersOf, schedulerTypes, type Bounds } from '../../../../src/policy/index.js';
import { fc } from '../../../property-runs.js';

const share: Slider = { scale: 'linear', from: 0.5, to: 1.05, step: 0.001 };
const rate: Slider = { scale: 'log', from: 1e-5, to: 1, step: 0.02, hasZero: true };
const factor: Slider = { scale: 'log', from: 1, to: 1000, step: 0.02 };

/** Every slider of every parameter, for a run. */
const slidersFor = (measure: { lr: number; count: number }) =>
  schedulerTypes.flatMap((type) =>
    Object.entries(parametersOf(type)).flatMap(([name, parameter]) => {
      const slider = controlOf(type, name).slider?.(measure);
      return slider ? [{ name: `${type} ${name}`, slider, bounds: parameter as Bounds }] : [];
    }),
  );

const measures = fc.record({
  lr: fc.double({ min: 1e-6, max: 10, noNaN: true }),
  count: fc.integer({ min: 1, max: 100_000 }),
});
const places = fc.integer({ min: 0, max: sliderLength });

describe('a slider', () => {
  it('has its ends at its first and its last position', () => {
    for (const slider of [share, rate, factor]) {
      expect(valueOfPosition(0, slider)).toBe(slider.hasZero ? 0 : slider.from);
      expect(valueOfPosition(sliderLength, slider)).toBe(slider.to);
      expect(positionOfValue(slider.to, slider)).toBe(sliderLength);
      expect(positionOfValue(slider.to * 2, slider)).toBe(sliderLength);
    }
    expect(positionOfValue(-1, share)).toBe(0);
    expect(positionOfValue(0, rate)).toBe(0);
    expect(positionOfValue(0, factor)).toBe(0);
  });

  it('returns every value of a linear scale', () => {
    for (let count = 0; count <= 550; count += 1) {
      const value = Number((0.5 + count / 1000).toFixed(3));
      expect(valueOfPosition(positionOfValue(value, share), share)).toBe(value);
    }
  });

  it('returns values of a logarithmic scale to two digits', () => {
    fc.assert(
      fc.property(fc.double({ min: -5, max: 0, noNaN: true }), (exponent) => {
        const value = 10 ** exponent;
        const back = valueOfPosition(positionOfValue(value, rate), rate);
        expect(Math.abs(back / value - 1)).toBeLessThan(0.06);
        expect(back).toBe(Number(back.toPrecision(2)));
      }),
    );
  });

  it('keeps zero apart at the start of a logarithmic scale', () => {
    expect(valueOfPosition(1, rate)).toBe(0);
    expect(valueOfPosition(20, rate)).toBe(1e-5);
    expect(positionOfValue(1e-9, rate)).toBe(positionOfValue(1e-5, rate));
    expect(positionOfValue(1e-5, rate)).toBeGreaterThan(positionOfValue(0, rate));
  });

  it('rises with its position, and offers only valid values', () => {
    fc.assert(
      fc.property(measures, places, places, (measure, one, other) => {
        for (const { name, slider, bounds } of slidersFor(measure)) {
          const [low, high] = [Math.min(one, other), Math.max(one, other)].map((place) =>
            valueOfPosition(place, slider),
          );
          expect(low, name).toBeLessThanOrEqual(high);
          expect(isWithin(low, bounds) && isWithin(high, bounds), `${name}: ${low}, ${high}`).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('stays where it is when it is set to its own value', () => {
    fc.assert(
      fc.property(measures, places, (measure, place) => {
        for (const { name, slider } of slidersFor(measure)) {
          const value = valueOfPosition(place, slider);
          const again = valueOfPosition(positionOfValue(value, slider), slider);
          const least =
            slider.scale === 'log' ? value * 0.1 : Math.max(slider.step, (slider.to - slider.from) / 999);
          expect(Math.abs(again - value), `${name}: ${value}`).toBeLessThanOrEqual(least);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('the keys of a slider', () => {
  it('go up and down by the same values', () => {
    let value = 1;
    const seen = Array.from({ length: 10 }, () => (value = nextValue(value, 1, factor)));
    expect(seen).toEqual([1.3, 1.6, 2, 2.5, 3.2, 4, 5, 6.3, 7.9, 10]);
    for (const before of [7.9, 6.3, 5, 4, 3.2, 2.5, 2, 1.6, 1.3, 1])
      expect((value = nextValue(value, -1, factor))).toBe(before);
    expect(nextValue(1, 1, factor, 10)).toBe(10);
    expect(nextValue(0.3, 1, share)).toBe(0.301);
  });

  it('reach zero at the start of a logarithmic scale, and leave it again', () => {
    expect(nextValue(1e-5, -1, rate)).toBe(0);
    expect(nextValue(0, -1, rate)).toBe(0);
    expect(nextValue(0, 1, rate)).toBe(1e-5);
  });

  it('always change the value', () => {
    fc.assert(
      fc.property(measures, places, fc.constantFrom<1 | -1>(1, -1), (measure, place, direction) => {
        for (const { name, slider } of slidersFor(measure)) {
          const value = valueOfPosition(place, slider);
          if (value === 0 && direction < 0) continue;
          const next = nextValue(value, direction, slider);
          expect(Math.sign(next - value), `${name}: ${value} → ${next}`).toBe(direction);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('stop at the ends', () => {
    expect(withinSlider(2000, factor)).toBe(1000);
    expect(withinSlider(0.5, factor)).toBe(1);
    expect(withinSlider(0, rate)).toBe(0);
  });
});
