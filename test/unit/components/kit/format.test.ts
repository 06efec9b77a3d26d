import { describe, expect, it } from 'vitest';
import { formatDuration, formatRate, megabytes } from '../../../../components/internal/kit/format.js';

describe('formatRate', () => {
  it.each([
    [0.1, '0.1'],
    [0.022694, '0.02269'],
    [0.1 * 0.9 ** 3, '0.0729'],
    [1e-5, '1e-5'],
    [0.000123456, '1.23e-4'],
    [0.001, '0.001'],
    [10, '10'],
    [0, '0'],
    [1e30, '1e30'],
    [Infinity, 'Infinity'],
    [NaN, 'NaN'],
  ])('writes %f as %s', (rate, text) => {
    expect(formatRate(rate)).toBe(text);
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0:00'],
    [41.4, '0:41'],
    [59.6, '1:00'],
    [754, '12:34'],
    [3600, '1:00:00'],
    [7325, '2:02:05'],
  ])('writes %f seconds as %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});

describe('megabytes', () => {
  it('uses millions of bytes with one decimal', () => {
    expect(megabytes(11_594_722)).toBe(11.6);
  });
});
