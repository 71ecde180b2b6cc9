import { expect } from 'chai';
import { describe, it } from 'mocha';
import { measurementOf } from '../measure/measurement.test-support.js';
import { element, escaped } from './element.js';
import { legendPlaces, widthOf } from './legend.js';
import { logScale } from './log-scale.js';
import { panelsOf } from './panels.js';
import { plot } from './plot.js';
import { sizeLabel, tickLabel } from './tick-label.js';

const points = [
  measurementOf('scaling.maps.translate.1000', { median: 50, baseline: 90, ratio: 0.6 }),
  measurementOf('scaling.maps.translate.10', { median: 5, baseline: 20, ratio: 0.3 }),
  measurementOf('scaling.contexts.read.1', { unit: '/s', median: 40_000 }),
  measurementOf('scaling.contexts.read.8', { unit: '/s', median: 30_000 }),
  measurementOf('core.region.read4'),
];

describe('axes of powers of ten (own rule)', () => {
  it('reach from the power below to the power above, in equal steps', () => {
    const scale = logScale([20, 3000], 100, 400);
    expect(scale.ticks).to.deep.equal([10, 100, 1000, 10_000]);
    expect(scale.ticks.map((tick) => scale.place(tick))).to.deep.equal([100, 200, 300, 400]);
    expect(scale.place(Math.sqrt(10) * 100)).to.be.closeTo(250, 1e-9);
  });

  it('end at powers of ten that are shown, and have two of them at the least', () => {
    expect(logScale([10, 1_000_000], 0, 1).ticks.length).to.equal(6);
    expect(logScale([1000], 0, 1).ticks).to.deep.equal([1000, 10_000]);
    expect(logScale([0.5], 0, 1).ticks).to.deep.equal([0.1, 1]);
  });

  it('have no place for zero, for less, or for nothing', () => {
    for (const values of [[], [0], [-1, 5], [Infinity], [Number.NaN]]) {
      expect(() => logScale(values, 0, 1)).to.throw(RangeError);
    }
  });

  it('labels are short', () => {
    expect([1, 100, 1000, 1e6].map(sizeLabel)).to.deep.equal(['1', '100', '1k', '1M']);
    expect([1, 1000, 1e7].map((at) => tickLabel(at, 'ns'))).to.deep.equal([
      '1 ns',
      '1 µs',
      '10 ms',
    ]);
    expect(tickLabel(1e8, '/s')).to.equal('100 M/s');
    expect(tickLabel(10_000, 'B')).to.equal('10 kB');
  });
});

describe('the curves of measurements (own rule)', () => {
  it('have their points by size, and their baseline beside them', () => {
    const [maps, contexts, ...others] = panelsOf(points);
    expect(others).to.deep.equal([]);
    expect(maps?.curves).to.deep.equal([
      {
        label: 'translate',
        points: [
          [10, 5],
          [1000, 50],
        ],
        isBaseline: false,
      },
      {
        label: 'binary search',
        points: [
          [10, 20],
          [1000, 90],
        ],
        isBaseline: true,
      },
    ]);
    expect(contexts?.unit).to.equal('/s');
    expect(contexts?.curves.length).to.equal(1);
  });
});

describe('the legend of a diagram (own rule)', () => {
  const labels = ['translate', 'binary search', 'map, unmap', 'sorted array'];
  const width = 322;

  it('has its entries beside each other, and goes on below where they would not fit', () => {
    const places = legendPlaces(labels, width);
    expect(places.map(({ row }) => row)).to.deep.equal([0, 0, 0, 1]);
    expect(places[3]?.x).to.equal(0);
  });

  it('no entry reaches into the next one or over the edge', () => {
    const places = legendPlaces(labels, width);
    for (const [i, { x, row }] of places.entries()) {
      const end = x + widthOf(labels[i] ?? '');
      const next = places[i + 1];
      expect(end).to.be.at.most(next?.row === row ? next.x : width);
    }
  });

  it('the diagrams that there are need two rows at the most', () => {
    const svg = plot(
      ['translate', 'map_unmap'].map((measure) =>
        measurementOf(`scaling.maps.${measure}.10`, { baseline: 20, ratio: 5 }),
      ),
    );
    for (const label of labels) {
      const [, y] = new RegExp(`<text x="[\\d.]+" y="(\\d+)"[^>]*>${label}<`).exec(svg) ?? [];
      expect(['42', '58'], label).to.include(y);
    }
  });
});

describe('the SVG of the curves (own rule)', () => {
  const svg = plot(points);

  it('closes every element that it opens', () => {
    const open: string[] = [];
    for (const [, slash, name = '', self] of svg.matchAll(/<(\/?)(\w+)[^>]*?(\/?)>/g)) {
      if (slash === '/') {
        expect(open.pop()).to.equal(name);
      } else if (self !== '/') {
        open.push(name);
      }
    }
    expect(open).to.deep.equal([]);
  });

  it('has a line for each curve, a dot for each point, and a legend', () => {
    expect(svg.match(/<polyline/g)?.length).to.equal(3);
    expect(svg.match(/<circle/g)?.length).to.equal(4);
    for (const label of ['translate', 'binary search', 'read', 'contexts', '10 k/s']) {
      expect(svg).to.include(`>${label}</text>`);
    }
  });

  it('draws a point where its axes say: 10 maps and 5 ns at the left, between 1 and 10 ns', () => {
    const [, line = ''] = /<polyline points="([^"]*)"/.exec(svg) ?? [];
    const [[x1, y1], [x2, y2]] = line.split(' ').map((at) => at.split(',').map(Number)) as [
      [number, number],
      [number, number],
    ];
    const [bottom, top] = [254, 68];
    expect([x1, x2]).to.deep.equal([62, 384]);
    expect((bottom - y1) / (bottom - top)).to.be.closeTo(Math.log10(5) / 2, 0.002);
    expect((bottom - y2) / (bottom - top)).to.be.closeTo(Math.log10(50) / 2, 0.002);
  });

  it('has neither a background nor a colour of one theme, and loads nothing', () => {
    expect(svg).not.to.match(/white|black|#fff|#000|href|<style|<script/i);
  });

  it('says so when there is no point', () => {
    const nothing = plot([measurementOf('core.region.read4')]);
    expect(nothing).to.match(/^<svg [^]*there are no points[^]*<\/svg>\n$/);
  });

  it('leaves out a point at zero or below, which has no place on an axis of powers of ten', () => {
    const name = 'scaling.mdevs.bytes';
    const medians = [-12, 0, Number.NaN, 500];
    const measured = medians.map((median, i) => measurementOf(`${name}.${10 ** i}`, { median }));
    expect(panelsOf(measured)[0]?.curves[0]?.points).to.deep.equal([[1000, 500]]);
    expect(plot(measured).match(/<circle/g)?.length).to.equal(1);
    expect(panelsOf(measured.slice(0, 3))).to.deep.equal([]);
    expect(plot(measured.slice(0, 3))).to.include('there are no points');
    const floor = measurementOf('scaling.maps.translate.10', { baseline: 0, ratio: Infinity });
    expect(panelsOf([floor])[0]?.curves.map(({ label }) => label)).to.deep.equal(['translate']);
  });

  it('escapes what it is given', () => {
    expect(escaped('<a & "b">')).to.equal('&lt;a &amp; &quot;b&quot;&gt;');
    expect(element('text', { x: 1.26, fill: '"' }, 'z')).to.equal(
      '<text x="1.3" fill="&quot;">z</text>',
    );
  });
});
