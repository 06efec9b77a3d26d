/** Converts between the value of a parameter and the position of a slider, from 0 to 1000. */
import type { Slider } from './parameter-form.js';

/** The last position of a slider. */
export const sliderLength = 1000;

/** The positions of a logarithmic slider that stand for zero. */
const zeroPart = 20;

/** The position for a value; an end for a value beyond it. */
export function positionOfValue(value: number, { scale, from, to, hasZero }: Slider): number {
  const part =
    scale === 'linear' ? (value - from) / (to - from) : Math.log(value / from) / Math.log(to / from);
  const foot = hasZero ? zeroPart : 0;
  if (hasZero && value <= 0) return 0;
  return Math.round(
    foot + Math.min(1, Math.max(0, Number.isFinite(part) ? part : 0)) * (sliderLength - foot),
  );
}

/** The value at a position: a whole number of steps, or two digits on a logarithmic slider. */
export function valueOfPosition(place: number, slider: Slider): number {
  const { scale, from, to, step, hasZero } = slider;
  const foot = hasZero ? zeroPart : 0;
  if (hasZero && place < zeroPart / 2) return 0;
  const part = Math.max(0, (place - foot) / (sliderLength - foot));
  if (scale === 'log') return twoDigits(from * (to / from) ** part);
  return tidy(from + Math.round((part * (to - from)) / step) * step, step);
}

/** The next value up or down; a logarithmic slider has ten equal factors in a power of ten. */
export function nextValue(
  value: number,
  direction: 1 | -1,
  { scale, from, step, hasZero }: Slider,
  times = 1,
): number {
  if (scale === 'linear') return tidy(value + direction * step * times, step);
  if (value <= 0) return direction > 0 ? twoDigits(from) : 0;
  const next = twoDigits(10 ** ((Math.round(Math.log10(value) * 10) + direction * times) / 10));
  return hasZero && direction < 0 && next < twoDigits(from) ? 0 : next;
}

/** The value, or the end of the slider if it is beyond it. */
export function withinSlider(value: number, { from, to, hasZero }: Slider): number {
  return Math.min(to, Math.max(hasZero ? 0 : from, value));
}

/** The value with the digits of its step: 0.3, not 0.30000000000000004. */
function tidy(value: number, step: number): number {
  return Number(value.toFixed(Math.max(0, -Math.floor(Math.log10(step)))));
}

function twoDigits(value: number): number {
  return Number(value.toPrecision(2));
}
