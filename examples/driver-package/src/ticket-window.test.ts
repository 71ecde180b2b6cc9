import { expect } from 'chai';
import { describe, it } from 'mocha';
import { TicketWindow } from './ticket-window.js';

/** What a client gets that reads all of the region, which is NEXT. */
async function draw(window: TicketWindow): Promise<number> {
  const data = new DataView(new ArrayBuffer(4));
  await window.regions[0].read(0, data, 0, 4);
  return data.getUint32(0, true);
}

describe('ticket window (examples/driver-package/src/ticket-window.ts)', () => {
  it('every read draws a ticket of its own', async () => {
    const tickets = [7, 9];
    const window = new TicketWindow({ draw: () => tickets.shift() ?? 0 });
    expect(await draw(window)).to.equal(7);
    expect(await draw(window)).to.equal(9);
  });
});
