/** A plot as a file: a vector drawing of its axes, lines, flags and labels. */
import type { Box, Size } from './css-pixels.js';
import type { LinePaint } from './lines/line-layer.js';

/** A text on the picture. */
export interface PictureText {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly color: string;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly bold?: boolean;
}

/** A straight line on the picture. */
export interface PictureRule {
  readonly from: readonly [x: number, y: number];
  readonly to: readonly [x: number, y: number];
  readonly color: string;
  readonly dash?: readonly number[];
}

/** What a picture of a plot shows, in CSS pixels. */
export interface PlotPicture {
  readonly size: Size;
  readonly box: Box;
  readonly title: string;
  readonly surface: string;
  readonly fontFamily: string;
  readonly fontSize: number;
  readonly rules: readonly PictureRule[];
  readonly texts: readonly PictureText[];
  readonly lines: readonly { readonly path: string; readonly paint: LinePaint }[];
  readonly points: readonly { readonly x: number; readonly y: number; readonly paint: LinePaint }[];
}

/** The height of the title above the plot. */
export const titleHeight = 26;

/** The picture as an SVG document. */
export function pictureSvg(picture: PlotPicture): string {
  const { size, box, surface, fontFamily, fontSize, title } = picture;
  const text = ({ x, y, text, color, anchor, bold }: PictureText): string =>
    `<text x="${round(x)}" y="${round(y)}" fill="${color}" text-anchor="${anchor}"${bold === true ? ' font-weight="bold"' : ''}>${escaped(text)}</text>`;
  const rule = ({ from, to, color, dash }: PictureRule): string =>
    `<line x1="${round(from[0])}" y1="${round(from[1])}" x2="${round(to[0])}" y2="${round(to[1])}" stroke="${color}"${dashed(dash)}/>`;
  const line = ({ path, paint }: PlotPicture['lines'][number]): string =>
    `<path d="${path}" stroke="${paint.color}" stroke-width="${paint.width}" opacity="${paint.alpha ?? 1}"${dashed(paint.dash)}/>`;
  const point = ({ x, y, paint }: PlotPicture['points'][number]): string =>
    `<circle cx="${round(x)}" cy="${round(y)}" r="3.5" fill="${paint.surface}" stroke="${paint.color}" stroke-width="1.5"/>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height + titleHeight}" viewBox="0 ${-titleHeight} ${size.width} ${size.height + titleHeight}" font-family="${escaped(fontFamily)}" font-size="${fontSize}">`,
    `<title>${escaped(title)}</title>`,
    `<rect y="${-titleHeight}" width="100%" height="100%" fill="${surface}"/>`,
    `<clipPath id="plot"><rect x="${box.left}" y="${box.top - 1}" width="${box.width}" height="${box.height + 2}"/></clipPath>`,
    ...picture.rules.map(rule),
    `<g fill="none" stroke-linejoin="round" clip-path="url(#plot)">`,
    ...picture.lines.map(line),
    `</g>`,
    ...picture.points.map(point),
    ...picture.texts.map(text),
    `</svg>`,
    '',
  ].join('\n');
}

const round = (value: number): number => Math.round(value * 100) / 100;

const dashed = (dash: readonly number[] | undefined): string =>
  dash === undefined || dash.length === 0 ? '' : ` stroke-dasharray="${dash.join(' ')}"`;

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
