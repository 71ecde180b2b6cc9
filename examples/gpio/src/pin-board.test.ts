import { expect } from 'chai';
import { describe, it } from 'mocha';
import { PinBoard } from './pin-board.js';

describe('PinBoard (own rule)', () => {
  it('sets one input and leaves the others', () => {
    const board = new PinBoard();
    board.inputs = 0x8001;
    board.setInput(4, true);
    board.setInput(15, false);
    expect(board.inputs).to.equal(0x0011);
  });

  it('tells the card of a change, with the new levels in place, and of nothing else', () => {
    const board = new PinBoard();
    const seen: number[] = [];
    const watch = board.onInputs(() => seen.push(board.inputs));
    board.inputs = 3;
    board.inputs = 3;
    board.setInput(0, false);
    watch[Symbol.dispose]();
    board.inputs = 9;
    expect(seen).to.deep.equal([3, 2]);
  });

  it('a watcher that throws disturbs neither the card nor the other watchers', () => {
    const errors: unknown[] = [];
    const board = new PinBoard((error) => errors.push(error));
    const seen: number[] = [];
    const broken = new Error('broken');
    using _first = board.onOutputs(() => {
      throw broken;
    });
    using _second = board.onOutputs((outputs) => seen.push(outputs));
    board.drive(5);
    expect(seen).to.deep.equal([5]);
    expect(errors).to.deep.equal([broken]);
  });

  it('refuses levels and pins that it does not have', () => {
    const board = new PinBoard();
    for (const bad of [-1, 0x10000, 1.5, Number.NaN]) {
      expect(() => {
        board.inputs = bad;
      }).to.throw(RangeError);
    }
    for (const bad of [-1, 16, 0.5]) {
      expect(() => board.setInput(bad, true)).to.throw(RangeError, 'pin must be');
    }
  });
});
