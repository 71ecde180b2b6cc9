import { element, escaped, short } from './element.js';
import { legendPlaces } from './legend.js';
import { logScale, type LogScale } from './log-scale.js';
import type { Curve, Panel } from './panels.js';
import { sizeLabel, tickLabel } from './tick-label.js';

/** Pixels of a panel with its margins. */
export const PANEL = { width: 400, height: 306 } as const;

const LEFT = 62;
const RIGHT = 384;
/** The middle of the legend's first row; there is room for two. */
const LEGEND = 38;
const LEGEND_ROW = 16;
const TOP = 68;
const BOTTOM = 254;

/** Between dark and light, so that both backgrounds do. */
const INK = '#818b98';
const COLOURS = ['#3b82f6', '#ea7317'] as const;

interface Axes {
  readonly x: LogScale;
  readonly y: LogScale;
}

/** A diagram with axes, grid, curves and legend, with its upper left corner at the origin. */
export function drawPanel({ title, sizes, unit, curves }: Panel): string {
  const points = curves.flatMap((curve) => curve.points);
  const x = logScale(
    points.map(([size]) => size),
    LEFT,
    RIGHT,
  );
  const y = logScale(
    points.map(([, value]) => value),
    BOTTOM,
    TOP,
  );
  const colours = coloursOf(curves);
  return [
    text(LEFT, 22, title, { 'font-size': 14, 'font-weight': 'bold' }),
    ...x.ticks.map((tick) => vertical(x.place(tick), sizeLabel(tick))),
    ...y.ticks.map((tick) => horizontal(y.place(tick), tickLabel(tick, unit))),
    text((LEFT + RIGHT) / 2, BOTTOM + 36, sizes, { 'text-anchor': 'middle' }),
    ...curves.map((curve, i) => drawCurve(curve, colours[i] ?? INK, { x, y })),
    legend(curves, colours),
  ].join('\n');
}

/** What stands where there is nothing to draw. */
export function drawNothing(): string {
  return text(LEFT, 22, 'there are no points of scaling curves to draw');
}

/** A baseline has the colour of the curve before it. */
function coloursOf(curves: readonly Curve[]): readonly string[] {
  let next = -1;
  return curves.map(({ isBaseline }) => {
    next += isBaseline ? 0 : 1;
    return COLOURS[Math.max(0, next) % COLOURS.length] ?? INK;
  });
}

function drawCurve({ points, isBaseline }: Curve, stroke: string, { x, y }: Axes): string {
  const places = points.map(([size, value]) => [x.place(size), y.place(value)] as const);
  const line = places.map(([px, py]) => `${short(px)},${short(py)}`).join(' ');
  return [
    element('polyline', { points: line, fill: 'none', stroke, ...strokeOf(isBaseline) }),
    ...(isBaseline
      ? []
      : places.map(([cx, cy]) => element('circle', { cx, cy, r: 3, fill: stroke }))),
  ].join('');
}

function legend(curves: readonly Curve[], colours: readonly string[]): string {
  const places = legendPlaces(
    curves.map(({ label }) => label),
    RIGHT - LEFT,
  );
  return curves
    .map(({ label, isBaseline }, i) => {
      const { x, row } = places[i] ?? { x: 0, row: 0 };
      const [x1, y] = [LEFT + x, LEGEND + row * LEGEND_ROW];
      const ends = { x1, x2: x1 + 18, y1: y, y2: y };
      const line = element('line', { ...ends, stroke: colours[i] ?? INK, ...strokeOf(isBaseline) });
      return line + text(x1 + 22, y + 4, label);
    })
    .join('');
}

function strokeOf(isBaseline: boolean): Record<string, string | number> {
  return isBaseline ? { 'stroke-width': 1.5, 'stroke-dasharray': '4 3' } : { 'stroke-width': 2 };
}

function vertical(x: number, label: string): string {
  return (
    grid({ x1: x, x2: x, y1: TOP, y2: BOTTOM }) +
    text(x, BOTTOM + 17, label, { 'text-anchor': 'middle' })
  );
}

function horizontal(y: number, label: string): string {
  return (
    grid({ x1: LEFT, x2: RIGHT, y1: y, y2: y }) +
    text(LEFT - 7, y + 4, label, { 'text-anchor': 'end' })
  );
}

function grid(ends: Readonly<Record<'x1' | 'x2' | 'y1' | 'y2', number>>): string {
  return element('line', { ...ends, stroke: INK, 'stroke-opacity': '0.35' });
}

function text(
  x: number,
  y: number,
  content: string,
  attributes: Readonly<Record<string, string | number>> = {},
): string {
  return element('text', { x, y, fill: INK, ...attributes }, escaped(content));
}
