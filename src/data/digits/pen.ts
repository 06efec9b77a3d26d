import { uniformFloat32 } from 'pure-rand/distribution/uniformFloat32';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { bellShaped } from './chance.js';
import type { Polyline } from './handwriting.js';

/** Rows and columns of a drawn digit. */
export const digitSize = 28;

/** How pens and pages vary, in pixels unless noted; spreads are standard deviations. */
const style = {
  /** Longer side of the box that holds the ink. */
  box: 20.5,
  boxSpread: 0.6,
  /** Distance of the centre of mass from the image's centre. */
  offCentreSpread: 1.2,
  /** Half the pen's width, never less than `thinnest`. */
  radius: 1.25,
  radiusSpread: 0.28,
  thinnest: 0.6,
  /** Relative change of the pen's width along a stroke. */
  pressureSpread: 0.12,
  /** Distance over which the ink fades at its edge. */
  softness: 1,
  /** Roughness of the ink's edge: gain or loss, at most, of a pixel that is not deep in the ink. */
  noise: 0.15,
} as const;

/** The page is larger than the image: the ink's centre of mass decides where the image lies on it. */
const pageSize = 40;
/** The depth of each pixel in the ink, in units of the fading edge: 0 is outside, 1 and more is fully inked. */
const ink = new Float64Array(pageSize * pageSize);
/** The part of the page that may hold ink, its last column and row included. */
const inked = { left: 0, right: -1, top: 0, bottom: -1 };

/**
 * Inks strokes, white on black, into `digitSize * digitSize` bytes of `pixels` from `offset` on. As in MNIST, the digit is
 * scaled to a box of about 20×20 pixels and centred by its mass, here up to a pixel or two off the centre, so that a
 * model learns that a digit stays the same when it moves.
 */
export function inkStrokes(
  strokes: Polyline[],
  generator: RandomGenerator,
  pixels: Uint8Array,
  offset: number,
): void {
  const radius = Math.max(style.thinnest, style.radius + style.radiusSpread * bellShaped(generator));
  fitPage(strokes, radius, generator);
  clearPage();
  for (const stroke of strokes) follow(stroke, radius, generator);
  const { left, top } = frame(generator);
  pixels.fill(0, offset, offset + digitSize * digitSize);
  const lastY = Math.min(inked.bottom, top + digitSize - 1);
  const lastX = Math.min(inked.right, left + digitSize - 1);
  for (let y = Math.max(inked.top, top); y <= lastY; y++) {
    for (let x = Math.max(inked.left, left); x <= lastX; x++) {
      const depth = ink[y * pageSize + x];
      if (depth === 0) continue;
      const roughness = style.noise * (2 * uniformFloat32(generator) - 1);
      const pixel = offset + (y - top) * digitSize + (x - left);
      pixels[pixel] = Math.round(255 * Math.min(1, Math.max(0, depth + roughness)));
    }
  }
}

function clearPage(): void {
  ink.fill(0);
  inked.left = inked.top = pageSize;
  inked.right = inked.bottom = -1;
}

/** Moves the strokes to the middle of the page and scales them so that they and the pen's width fill the box. */
function fitPage(strokes: Polyline[], radius: number, generator: RandomGenerator): void {
  let left = Infinity;
  let right = -Infinity;
  let top = Infinity;
  let bottom = -Infinity;
  for (const { x, y } of strokes) {
    for (let vertex = 0; vertex < x.length; vertex++) {
      left = Math.min(left, x[vertex]);
      right = Math.max(right, x[vertex]);
      top = Math.min(top, y[vertex]);
      bottom = Math.max(bottom, y[vertex]);
    }
  }
  const box = style.box + style.boxSpread * bellShaped(generator);
  const scale = (box - 2 * radius) / Math.max(right - left, bottom - top);
  // A fraction of a pixel at random, so that edges fall anywhere between the pixels.
  const middleX = pageSize / 2 + uniformFloat32(generator) - 0.5;
  const middleY = pageSize / 2 + uniformFloat32(generator) - 0.5;
  for (const { x, y } of strokes) {
    for (let vertex = 0; vertex < x.length; vertex++) {
      x[vertex] = middleX + scale * (x[vertex] - (left + right) / 2);
      y[vertex] = middleY + scale * (y[vertex] - (top + bottom) / 2);
    }
  }
}

/** The image's first column and row on the page that put the ink's centre of mass in its middle, or nearly so. */
function frame(generator: RandomGenerator): { left: number; top: number } {
  let mass = 0;
  let massX = 0;
  let massY = 0;
  for (let y = inked.top; y <= inked.bottom; y++) {
    for (let x = inked.left; x <= inked.right; x++) {
      const amount = Math.min(1, ink[y * pageSize + x]);
      mass += amount;
      massX += amount * x;
      massY += amount * y;
    }
  }
  const left = massX / mass + style.offCentreSpread * bellShaped(generator) - digitSize / 2;
  const top = massY / mass + style.offCentreSpread * bellShaped(generator) - digitSize / 2;
  return { left: Math.round(left), top: Math.round(top) };
}

/** Draws one stroke with a round pen whose pressure differs at the start, middle and end. */
function follow({ x, y }: Polyline, radius: number, generator: RandomGenerator): void {
  const start = 1 + style.pressureSpread * bellShaped(generator);
  const middle = 1 + style.pressureSpread * bellShaped(generator);
  const end = 1 + style.pressureSpread * bellShaped(generator);
  const segments = x.length - 1;
  const pressure = (vertex: number) => {
    const along = (2 * vertex) / segments;
    return radius * (along < 1 ? start + along * (middle - start) : middle + (along - 1) * (end - middle));
  };
  for (let segment = 0; segment < segments; segment++) {
    inkSegment(
      x[segment],
      y[segment],
      pressure(segment),
      x[segment + 1],
      y[segment + 1],
      pressure(segment + 1),
    );
  }
}

/** Inks the pixels near a segment by their distance from it; where strokes cross, the deeper ink counts. */
function inkSegment(x0: number, y0: number, radius0: number, x1: number, y1: number, radius1: number): void {
  const reach = Math.max(radius0, radius1) + style.softness / 2;
  const firstX = Math.max(0, Math.ceil(Math.min(x0, x1) - reach));
  const lastX = Math.min(pageSize - 1, Math.floor(Math.max(x0, x1) + reach));
  const firstY = Math.max(0, Math.ceil(Math.min(y0, y1) - reach));
  const lastY = Math.min(pageSize - 1, Math.floor(Math.max(y0, y1) + reach));
  inked.left = Math.min(inked.left, firstX);
  inked.right = Math.max(inked.right, lastX);
  inked.top = Math.min(inked.top, firstY);
  inked.bottom = Math.max(inked.bottom, lastY);
  const dx = x1 - x0;
  const dy = y1 - y0;
  const squaredLength = dx * dx + dy * dy;
  const perLength = squaredLength > 0 ? 1 / squaredLength : 0;
  for (let y = firstY; y <= lastY; y++) {
    for (let x = firstX; x <= lastX; x++) {
      const fromX = x - x0;
      const fromY = y - y0;
      const along = Math.min(1, Math.max(0, (fromX * dx + fromY * dy) * perLength));
      const offX = fromX - along * dx;
      const offY = fromY - along * dy;
      const inside = radius0 + along * (radius1 - radius0) + style.softness / 2;
      const squaredDistance = offX * offX + offY * offY;
      if (squaredDistance >= inside * inside) continue;
      const depth = (inside - Math.sqrt(squaredDistance)) / style.softness;
      const pixel = y * pageSize + x;
      if (depth > ink[pixel]) ink[pixel] = depth;
    }
  }
}
