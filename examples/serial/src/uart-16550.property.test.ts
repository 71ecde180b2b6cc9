import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { UartBench } from './uart-bench.test-support.js';
import {
  UART_FCR,
  UART_FCR_CLEAR_RCVR,
  UART_FCR_ENABLE_FIFO,
  UART_IER,
  UART_IIR,
  UART_LCR,
  UART_LCR_WLEN8,
  UART_LSR,
  UART_LSR_DR,
  UART_MCR,
  UART_MCR_OUT2,
  UART_MCR_RTS,
  UART_RX,
  UART_TX,
} from './uart-registers.js';

/**
 * The receiver and the interrupts as a user of the data sheet would say them, on arrays: what waits on the
 * line, what has been received, what has been sent.
 */
class SimpleUart {
  readonly waiting: number[] = [];
  received: number[] = [];
  readonly sent: number[] = [];
  ier = 0;
  rts = false;
  trigger = 1;
  emptied = false;

  settle(): void {
    while (this.rts && this.received.length < 16 && this.waiting.length > 0) {
      this.received.push(...this.waiting.splice(0, 1));
    }
  }

  /** Table IV without the rows of errors and modem. */
  get iir(): number {
    const rows = [
      { iir: 0xc4, holds: (this.ier & 1) !== 0 && this.received.length >= this.trigger },
      { iir: 0xcc, holds: (this.ier & 1) !== 0 && this.received.length > 0 },
      { iir: 0xc2, holds: (this.ier & 2) !== 0 && this.emptied },
      { iir: 0xc1, holds: true },
    ];
    return rows.find(({ holds }) => holds)?.iir ?? 0;
  }
}

interface Pair {
  readonly real: UartBench;
  readonly simple: SimpleUart;
}

/** One action on both sides; answers what each of them says. */
type Step = (pair: Pair) => readonly [real: unknown, simple: unknown];

const byte = fc.integer({ min: 0, max: 255 });
const nothing = [undefined, undefined] as const;

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.uint8Array({ maxLength: 20 }).map<Step>((bytes) => ({ real, simple }) => {
    simple.waiting.push(...bytes);
    return [real.line.send(bytes), bytes.length];
  }),
  fc.integer({ min: 1, max: 20 }).map<Step>((count) => ({ real, simple }) => {
    const expected: number[] = [];
    for (let i = 0; i < count; i++) {
      expected.push(simple.received.shift() ?? 0);
      simple.settle();
    }
    return [real.inMany(UART_RX, count), expected];
  }),
  byte.map<Step>((value) => ({ real, simple }) => {
    real.out(UART_TX, value);
    simple.sent.push(value);
    simple.emptied = true;
    return [real.sent, simple.sent];
  }),
  fc.integer({ min: 0, max: 3 }).map<Step>((ier) => ({ real, simple }) => {
    real.out(UART_IER, ier);
    simple.emptied ||= (ier & ~simple.ier & 2) !== 0;
    simple.ier = ier;
    return nothing;
  }),
  fc.boolean().map<Step>((rts) => ({ real, simple }) => {
    real.out(UART_MCR, UART_MCR_OUT2 | (rts ? UART_MCR_RTS : 0));
    simple.rts = rts;
    return nothing;
  }),
  fc.tuple(fc.integer({ min: 0, max: 3 }), fc.boolean()).map<Step>(([level, clear]) => {
    return ({ real, simple }) => {
      const fcr = UART_FCR_ENABLE_FIFO | (clear ? UART_FCR_CLEAR_RCVR : 0) | (level << 6);
      real.out(UART_FCR, fcr);
      simple.trigger = [1, 4, 8, 14][level] ?? 0;
      simple.received = clear ? [] : simple.received;
      return nothing;
    };
  }),
  fc.constant<Step>(({ real, simple }) => {
    const said = simple.iir;
    simple.emptied &&= said !== 0xc2;
    return [real.in(UART_IIR), said];
  }),
);

describe('16550A against a simple model (PC16550D data sheet, tables II and IV)', () => {
  it('whatever both sides do, it receives, sends and interrupts as the table says', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 60 }), (steps) => {
        using real = new UartBench();
        const simple = new SimpleUart();
        real.out(UART_LCR, UART_LCR_WLEN8);
        real.out(UART_FCR, UART_FCR_ENABLE_FIFO);
        real.out(UART_MCR, UART_MCR_OUT2);
        for (const step of steps) {
          const [said, expected] = step({ real, simple });
          simple.settle();
          expect(said).to.deep.equal(expected);
          expect(real.asserted).to.equal((simple.iir & 1) === 0);
          expect(real.in(UART_LSR) & UART_LSR_DR).to.equal(simple.received.length > 0 ? 1 : 0);
          expect(real.line.room).to.equal(4096 - simple.waiting.length);
        }
      }),
      { seed: 20261121, numRuns: 300 },
    );
  });
});
