import { expect } from 'chai';
import { describe, it } from 'mocha';
import { HostLine } from './host-line.js';
import { BREAK } from './line.js';

describe('HostLine (own rule)', () => {
  it('takes what there is room for, says how much, and hands it on in order', () => {
    const line = new HostLine({ capacity: 3 });
    expect(line.send(Uint8Array.of(1, 2))).to.equal(2);
    expect(line.receive()).to.equal(1);
    expect(line.send(Uint8Array.of(3, 4, 5))).to.equal(2);
    expect(line.room).to.equal(0);
    expect(line.sendBreak()).to.equal(false);
    expect([line.receive(), line.receive()]).to.deep.equal([2, 3]);
    expect(line.sendBreak()).to.equal(true);
    expect([line.receive(), line.receive(), line.receive()]).to.deep.equal([4, BREAK, undefined]);
  });

  it('tells the UART of what comes, and the program of what has gone', () => {
    const line = new HostLine({ capacity: 2 });
    const said: string[] = [];
    using _come = line.onReceivable(() => said.push('receivable'));
    using _gone = line.onDrained(() => said.push('drained'));
    line.send(Uint8Array.of());
    line.send(Uint8Array.of(1, 2, 3));
    line.send(Uint8Array.of(4));
    line.receive();
    line.receive();
    line.receive();
    expect(said).to.deep.equal(['receivable', 'drained']);
  });

  it('a callback that throws disturbs neither the UART nor the others', () => {
    const errors: unknown[] = [];
    const line = new HostLine({ onError: (error) => errors.push(error) });
    const broken = new Error('broken');
    const sent: number[] = [];
    using _first = line.onTransmitted(() => {
      throw broken;
    });
    using _second = line.onTransmitted((character) => sent.push(character));
    line.transmit(7);
    expect(sent).to.deep.equal([7]);
    expect(errors).to.deep.equal([broken]);
  });

  it('has a capacity', () => {
    for (const capacity of [0, -1, 1.5, Number.NaN]) {
      expect(() => new HostLine({ capacity })).to.throw(RangeError, 'capacity');
    }
  });
});
