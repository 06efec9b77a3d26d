import { uniformFloat32 } from 'pure-rand/distribution/uniformFloat32';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { bellShaped } from './chance.js';
import { skeletons } from './skeletons.js';
import type { StrokePoint, Way } from './skeletons.js';

/** The vertices of a drawn stroke; x to the right, y down. */
export interface Polyline {
  x: Float64Array;
  y: Float64Array;
}

/**
 * How much handwriting varies; spreads are standard deviations. Together with those of the pen they are tuned so that a
 * small CNN learns the digits in a few hundred steps, a linear model is clearly worse, and real handwriting is
 * recognised.
 */
const habits = {
  /** Displacement of each skeleton point, in hundredths of a digit's height. */
  wander: 2,
  /** Displacement of a digit's rim by each term of the bend, in hundredths of its height. */
  bend: 4,
  /** Slant to the right: horizontal shift per unit of height. */
  slant: 0.14,
  slantSpread: 0.2,
  /** Tangent of half the angle of turn. */
  turnSpread: 0.07,
  /** Relative change of the width. */
  stretchSpread: 0.12,
} as const;

/** Pieces of the polyline between two neighbouring points of a skeleton. */
const pieces = 5;

/** Middle of a skeleton, and half its width and height. */
const middle = { x: 45, y: 50 } as const;

/** Writes a digit in one of its ways, with displaced points, then bent, slanted and turned. */
export function writeDigit(digit: number, generator: RandomGenerator): Polyline[] {
  const way = chooseWay(skeletons[digit], generator);
  const strokes = mixSketches(way, generator).map(smooth);
  distort(strokes, generator);
  return strokes;
}

function chooseWay(ways: readonly Way[], generator: RandomGenerator): Way {
  const shares = ways.reduce((sum, { share }) => sum + share, 0);
  let left = uniformFloat32(generator) * shares;
  return ways.find(({ share }) => (left -= share) < 0) ?? ways[0];
}

/** A random mixture of two of a way's sketches. */
function mixSketches({ sketches }: Way, generator: RandomGenerator): StrokePoint[][] {
  const one = sketches[uniformInt(generator, 0, sketches.length - 1)];
  const other = sketches[uniformInt(generator, 0, sketches.length - 1)];
  const mix = uniformFloat32(generator);
  return one.map((stroke, strokeIndex) =>
    stroke.map(({ x, y, isCorner }, index) => {
      const partner = other[strokeIndex][index];
      return {
        x: x + mix * (partner.x - x) + habits.wander * bellShaped(generator),
        y: y + mix * (partner.y - y) + habits.wander * bellShaped(generator),
        isCorner,
      };
    }),
  );
}

/** The Catmull-Rom spline through a stroke's points, which starts again at corners. */
function smooth(points: readonly StrokePoint[]): Polyline {
  const spans = points.length - 1;
  const x = new Float64Array(spans * pieces + 1);
  const y = new Float64Array(spans * pieces + 1);
  for (let span = 0; span < spans; span++) {
    const from = points[span];
    const to = points[span + 1];
    const before = from.isCorner || span === 0 ? from : points[span - 1];
    const after = to.isCorner || span === spans - 1 ? to : points[span + 2];
    for (let piece = 0; piece < pieces; piece++) {
      const along = piece / pieces;
      x[span * pieces + piece] = catmullRom(before.x, from.x, to.x, after.x, along);
      y[span * pieces + piece] = catmullRom(before.y, from.y, to.y, after.y, along);
    }
  }
  x[spans * pieces] = points[spans].x;
  y[spans * pieces] = points[spans].y;
  return { x, y };
}

function catmullRom(before: number, from: number, to: number, after: number, along: number): number {
  const slope = (to - before) / 2;
  const nextSlope = (after - from) / 2;
  const rise = to - from;
  const curve = 3 * rise - 2 * slope - nextSlope + along * (slope + nextSlope - 2 * rise);
  return from + along * (slope + along * curve);
}

/** Bends the digit smoothly, by a random polynomial of the second and third degree, then stretches, slants and turns it. */
function distort(strokes: readonly Polyline[], generator: RandomGenerator): void {
  const random = (spread: number) => spread * bellShaped(generator);
  const bend = () => ({ bow: random(habits.bend), wave: random(habits.bend), fan: random(habits.bend) });
  const sideways = bend();
  const upright = bend();
  const stretch = 1 + random(habits.stretchSpread);
  const slant = habits.slant + random(habits.slantSpread);
  const tangent = random(habits.turnSpread);
  const cosine = (1 - tangent * tangent) / (1 + tangent * tangent);
  const sine = (2 * tangent) / (1 + tangent * tangent);
  for (const { x, y } of strokes) {
    for (let vertex = 0; vertex < x.length; vertex++) {
      const u = x[vertex] / middle.x - 1;
      const v = y[vertex] / middle.y - 1;
      const bentX =
        middle.y * u + sideways.bow * v * v + sideways.wave * v * (v * v - 1) + sideways.fan * u * v;
      const bentY = middle.y * v + upright.bow * u * u + upright.wave * u * (u * u - 1) + upright.fan * u * v;
      const slantedX = stretch * bentX - slant * bentY;
      x[vertex] = cosine * slantedX - sine * bentY;
      y[vertex] = sine * slantedX + cosine * bentY;
    }
  }
}
