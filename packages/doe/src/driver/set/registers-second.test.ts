import { microtasks } from '@mdevkit/core/test-support';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { encodeObject } from '../../abi/object/index.js';
import type { DoeFeature } from '../feature/index.js';
import { SetBench } from './set-bench.test-support.js';

const VENDOR = 0x1e98;
/** Of a register that polls. */
const STEP_MS = 10;
/** What the features of the registers take here. */
const OWN_MS = 400;

/** Registers with a feature that takes its time, and a neighbour that somebody was granted. */
class Scene implements Disposable {
  readonly own: DoeFeature;
  readonly neighbour: DoeFeature;
  readonly bench: SetBench;
  readonly #grant;
  readonly #timers: Disposable[] = [];
  #isOver = false;

  /** @param neighbourMs that it takes, whatever its signal says; undefined: it never answers */
  constructor(neighbourMs: number | undefined) {
    this.own = this.#feature(1, OWN_MS);
    this.neighbour = this.#feature(2, neighbourMs);
    this.bench = new SetBench([
      { at: 0x140, features: [{ feature: this.own }, { feature: this.neighbour }] },
    ]);
    this.#grant = this.bench.instance().features.grant(this.neighbour, { to: 'client' });
  }

  /** As the holder of the grant; again at every outcome, if it is greedy. */
  ask(isGreedy: boolean): void {
    const object = encodeObject(this.neighbour, new Uint8Array(4));
    this.bench.instance().exchanges.submit(this.#grant.requester, object, () => {
      if (isGreedy && !this.#isOver) {
        this.ask(true);
      }
    });
  }

  async advance(milliseconds: number): Promise<void> {
    this.bench.clock.advance(milliseconds);
    await microtasks();
  }

  /** Go, and how it ended after how many milliseconds. */
  async exchange(): Promise<{ status: string; after: number }> {
    const { bench } = this;
    bench.send(this.own);
    let after = 0;
    while (bench.status() === 'busy') {
      await this.advance(STEP_MS);
      after += STEP_MS;
    }
    return { status: bench.status(), after };
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    this.bench[Symbol.dispose]();
    for (const timer of this.#timers) {
      timer[Symbol.dispose]();
    }
  }

  #feature(type: number, milliseconds: number | undefined): DoeFeature {
    return {
      vendor: VENDOR,
      type,
      handle: () =>
        new Promise((resolve) => {
          if (milliseconds !== undefined) {
            const answer = (): void => {
              resolve(new Uint8Array(4));
            };
            this.#timers.push(this.bench.clock.schedule(milliseconds, answer));
          }
        }),
    };
  }
}

describe('the second of the registers (PCI Express Base Specification 6.0, section 6.30.2)', () => {
  for (const neighbourMs of [undefined, 460, 940]) {
    const what = neighbourMs === undefined ? 'hangs' : `takes ${neighbourMs} ms`;
    for (const isGreedy of [false, true]) {
      it(`doe exchange second: Ready within it, behind a granted feature that ${what} and is asked ${isGreedy ? 'on and on' : 'once'} (bug; section 6.30.2)`, async () => {
        for (let lead = 0; lead < 1000; lead += 70) {
          using scene = new Scene(neighbourMs);
          scene.ask(isGreedy);
          await scene.advance(lead);
          const { status, after } = await scene.exchange();
          expect(status, `asked ${lead} ms before Go`).to.equal('ready');
          expect(after).to.be.at.most(450 + OWN_MS);
        }
      });

      it(`doe exchange second: Ready within it of every Go of registers that abort and ask again, beside a feature that ${what} and is asked ${isGreedy ? 'on and on' : 'once'} (bug; section 6.30.2)`, async () => {
        for (let patience = 10; patience < 900; patience += 110) {
          using scene = new Scene(neighbourMs);
          const { bench } = scene;
          scene.ask(isGreedy);
          for (let turn = 0; turn < 6; turn++) {
            bench.send(scene.own);
            await scene.advance(patience);
            bench.abort();
            for (let waited = 0; bench.status() === 'busy'; waited += STEP_MS) {
              expect(waited).to.be.at.most(500);
              await scene.advance(STEP_MS);
            }
            const { status } = await scene.exchange();
            expect(status, `patient for ${patience} ms, turn ${turn}`).to.equal('ready');
            bench.drain();
          }
        }
      });
    }
  }
});
