import { uniformFloat32 } from 'pure-rand/distribution/uniformFloat32';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { bellShaped } from './chance.js';
import { skeletons } from './skeletons.js';
import type { Stroke, Way } from './skeletons.js';

/** The vertices of a drawn stroke; x to the right, y down. */
export interface Polyline {
  x: Float64Array;
  y: Float64Array;
}

/** How much hands differ, in hundredths of a digit's height where nothing else is said; spreads are standard deviations. */
const habits = {
  /** Wander of each skeleton point. */
  wander: 3.5,
  /** Displacement of the digit's rim by each term of the bend. */
  bend: 5,
  /** Slant to the right: horizontal shift per unit of height. */
  slant: 0.1,
  slantSpread: 0.24,
  /** Tangent of half the angle of turn. */
  turnSpread: 0.07,
  /** Relative change of the width. */
  stretchSpread: 0.16,
} as const;

/** Pieces of the polyline between two neighbouring points of a skeleton. */
const pieces = 5;

/** Writes a digit as a hand would: chooses a way of writing it, lets its points wander, bends, slants and turns the whole. */
export function writeDigit(digit: number, generator: RandomGenerator): Polyline[] {
  const strokes = sketch(chooseWay(skeletons[digit], generator), generator);
  distort(strokes, generator);
  return strokes;
}

function chooseWay(ways: readonly Way[], generator: RandomGenerator): Way {
  const shares = ways.reduce((sum, { share }) => sum + share, 0);
  let left = uniformFloat32(generator) * shares;
  return ways.find(({ share }) => (left -= share) < 0) ?? ways.at(-1)!;
}

/** A random mixture of two of a way's sketches, drawn as smooth strokes. */
function sketch({ sketches }: Way, generator: RandomGenerator): Polyline[] {
  const first = uniformInt(generator, 0, sketches.length - 1);
  const second = uniformInt(generator, 0, sketches.length - 1);
  const mix = uniformFloat32(generator);
  const other = sketches[second];
  return sketches[first].map((stroke, index) => {
    const partner = other[index];
    const points = stroke.map(([x, y, turn], point) => {
      const [otherX, otherY] = partner[point];
      return [
        x + mix * (otherX - x) + habits.wander * bellShaped(generator),
        y + mix * (otherY - y) + habits.wander * bellShaped(generator),
        turn,
      ] as const;
    });
    return smooth(points);
  });
}

/** The Catmull-Rom spline through a stroke's points, which stops and starts anew at corners. */
function smooth(points: Stroke): Polyline {
  const spans = points.length - 1;
  const x = new Float64Array(spans * pieces + 1);
  const y = new Float64Array(spans * pieces + 1);
  for (let span = 0; span < spans; span++) {
    const from = points[span];
    const to = points[span + 1];
    const before = from[2] === 'corner' ? from : (points[span - 1] ?? from);
    const after = to[2] === 'corner' ? to : (points[span + 2] ?? to);
    for (let piece = 0; piece < pieces; piece++) {
      const along = piece / pieces;
      x[span * pieces + piece] = catmullRom(before[0], from[0], to[0], after[0], along);
      y[span * pieces + piece] = catmullRom(before[1], from[1], to[1], after[1], along);
    }
  }
  const end = points[spans];
  x[spans * pieces] = end[0];
  y[spans * pieces] = end[1];
  return { x, y };
}

function catmullRom(before: number, from: number, to: number, after: number, along: number): number {
  const slope = (to - before) / 2;
  const nextSlope = (after - from) / 2;
  const rise = to - from;
  return (
    from +
    along * (slope + along * (3 * rise - 2 * slope - nextSlope + along * (slope + nextSlope - 2 * rise)))
  );
}

/** Bends the digit smoothly, then stretches, slants and turns it. */
function distort(strokes: Polyline[], generator: RandomGenerator): void {
  const random = (spread: number) => spread * bellShaped(generator);
  const bow = random(habits.bend);
  const wave = random(habits.bend);
  const fan = random(habits.bend);
  const sag = random(habits.bend);
  const roll = random(habits.bend);
  const lean = random(habits.bend);
  const stretch = 1 + random(habits.stretchSpread);
  const slant = habits.slant + random(habits.slantSpread);
  const halfTangent = random(habits.turnSpread);
  const cosine = (1 - halfTangent * halfTangent) / (1 + halfTangent * halfTangent);
  const sine = (2 * halfTangent) / (1 + halfTangent * halfTangent);
  for (const { x, y } of strokes) {
    for (let vertex = 0; vertex < x.length; vertex++) {
      const u = (x[vertex] - 45) / 45;
      const v = (y[vertex] - 50) / 50;
      const bentX = 50 * u + bow * v * v + wave * v * (v * v - 1) + fan * u * v;
      const bentY = 50 * v + sag * u * u + roll * u * (u * u - 1) + lean * u * v;
      const slantedX = stretch * bentX - slant * bentY;
      x[vertex] = cosine * slantedX - sine * bentY;
      y[vertex] = sine * slantedX + cosine * bentY;
    }
  }
}
