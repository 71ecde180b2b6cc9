import { expect } from 'chai';
import { describe, it } from 'mocha';
import { CHUNK_PAGES } from './chunk.js';
import { SparseBitmap } from './sparse-bitmap.js';

/** Every page of the range, upwards, however the runs come. */
function pages(bitmap: SparseBitmap, first: number, end: number): number[] {
  const found: number[] = [];
  bitmap.forEachRun(first, end, (from, to) => {
    for (let page = from; page < to; page++) {
      found.push(page);
    }
  });
  return found.sort((a, b) => a - b);
}

describe('SparseBitmap', () => {
  it('counts a page once', () => {
    const bitmap = new SparseBitmap();
    bitmap.add(5, 5);
    bitmap.add(5, 5);
    bitmap.add(4, 6);
    expect(bitmap.count).to.equal(3);
  });

  it('finds every run of a word, also at both of its ends and over several words', () => {
    for (const runs of [
      [[0, 0]],
      [[31, 31]],
      [[31, 32]],
      [[0, 31]],
      [[0, 95]],
      [
        [3, 7],
        [9, 30],
        [40, 63],
      ],
    ] as const) {
      const bitmap = new SparseBitmap();
      for (const [first, last] of runs) {
        bitmap.add(first, last);
      }
      const seen: [number, number][] = [];
      bitmap.forEachRun(0, CHUNK_PAGES, (first, end) => seen.push([first, end - 1]));
      expect(seen).to.deep.equal(runs.map(([first, last]) => [first, last]));
    }
  });

  it('holds one chunk per 4096 pages touched, at either end of 2^52 pages', () => {
    const bitmap = new SparseBitmap();
    bitmap.add(0, 0);
    bitmap.add(2 ** 52 - 1, 2 ** 52 - 1);
    expect(bitmap.chunks).to.equal(2);
    expect(pages(bitmap, 0, 2 ** 52)).to.deep.equal([0, 2 ** 52 - 1]);
    expect(pages(bitmap, 1, 2 ** 52 - 1)).to.deep.equal([]);
  });

  it('adds, reports and removes over chunks', () => {
    const bitmap = new SparseBitmap();
    bitmap.add(CHUNK_PAGES - 2, 2 * CHUNK_PAGES + 1);
    expect(bitmap.chunks).to.equal(3);
    expect(bitmap.count).to.equal(CHUNK_PAGES + 4);
    bitmap.remove(CHUNK_PAGES - 1, 2 * CHUNK_PAGES + 1);
    expect(pages(bitmap, 0, 4 * CHUNK_PAGES)).to.deep.equal([CHUNK_PAGES - 2, 2 * CHUNK_PAGES + 1]);
  });

  it('frees a chunk with its last page, and a page added after that is found', () => {
    const bitmap = new SparseBitmap();
    bitmap.add(7, 7);
    bitmap.remove(0, 7);
    expect(bitmap.chunks).to.equal(1);
    bitmap.remove(7, 8);
    expect([bitmap.chunks, bitmap.count]).to.deep.equal([0, 0]);
    bitmap.add(7, 7);
    expect(pages(bitmap, 0, 100)).to.deep.equal([7]);
  });

  it('does nothing for an empty or reversed range', () => {
    const bitmap = new SparseBitmap();
    bitmap.add(0, 9);
    bitmap.remove(5, 5);
    bitmap.remove(6, 5);
    expect(bitmap.count).to.equal(10);
  });
});
