import type { Measurement } from '../measure/index.js';
import { drawNothing, drawPanel, PANEL } from './draw-panel.js';
import { element } from './element.js';
import { panelsOf } from './panels.js';

const IN_A_ROW = 2;

/**
 * The scaling curves among measurements as an SVG document: one diagram for each kind, with logarithmic axes. Readable on dark
 * and light, needs nothing else. Without any point it says so.
 */
export function plot(measurements: readonly Measurement[]): string {
  const panels = panelsOf(measurements);
  const width = PANEL.width * Math.min(IN_A_ROW, Math.max(1, panels.length));
  const height = PANEL.height * Math.max(1, Math.ceil(panels.length / IN_A_ROW));
  const drawn = panels.map((panel, i) => {
    const x = PANEL.width * (i % IN_A_ROW);
    const y = PANEL.height * Math.floor(i / IN_A_ROW);
    return element('g', { transform: `translate(${x} ${y})` }, '\n', drawPanel(panel), '\n');
  });
  const content = drawn.length === 0 ? drawNothing() : drawn.join('\n');
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    'font-family': 'system-ui, sans-serif',
    'font-size': 12,
  };
  return `${element('svg', attributes, '\n', content, '\n')}\n`;
}
