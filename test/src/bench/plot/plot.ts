import type { Measurement } from '../measure/index.js';
import { drawPanel, PANEL } from './draw-panel.js';
import { element } from './element.js';
import { panelsOf } from './panels.js';

const IN_A_ROW = 2;

/**
 * The scaling curves among measurements as an SVG document: one diagram for each kind, with logarithmic axes. Readable on dark
 * and light, needs nothing else.
 *
 * @throws RangeError if there is no point of a curve
 */
export function plot(measurements: readonly Measurement[]): string {
  const panels = panelsOf(measurements);
  if (panels.length === 0) {
    throw new RangeError('there are no points of scaling curves to draw');
  }
  const width = PANEL.width * Math.min(IN_A_ROW, panels.length);
  const height = PANEL.height * Math.ceil(panels.length / IN_A_ROW);
  const drawn = panels.map((panel, i) => {
    const x = PANEL.width * (i % IN_A_ROW);
    const y = PANEL.height * Math.floor(i / IN_A_ROW);
    return element('g', { transform: `translate(${x} ${y})` }, '\n', drawPanel(panel), '\n');
  });
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    'font-family': 'system-ui, sans-serif',
    'font-size': 12,
  };
  return `${element('svg', attributes, '\n', drawn.join('\n'), '\n')}\n`;
}
