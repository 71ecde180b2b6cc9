import { microtasks } from '@mdevkit/core/test-support';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ScriptedFeature } from '../feature/scripted-feature.test-support.js';
import { ExchangeBench } from './exchange-bench.test-support.js';

const VENDOR = 0x1af4;

describe('what a handler may do (own rules)', () => {
  for (const what of ['submit', 'cancel', 'reset', 'dispose', 'grant', 'revoke'] as const) {
    for (const isSync of [true, false]) {
      it(`doe exchange reentry: ${what} from inside a handler that is ${isSync ? 'synchronous' : 'not'}`, async () => {
        const feature = new ScriptedFeature(VENDOR, 1, isSync);
        const bench = new ExchangeBench([feature]);
        const { table, exchanges } = bench;
        const grant = what === 'revoke' ? table.grant(feature, { to: 'client' }) : undefined;
        const requester = grant?.requester ?? { name: 'one', kind: 'auxiliary' as const };
        const inner: { text: string }[] = [];
        const queued: ReturnType<typeof bench.ask>[] = [];
        let count = 0;
        const act: Record<typeof what, () => void> = {
          submit: () => void inner.push(bench.ask(feature, [9], requester)),
          cancel: () => {
            // Its own is not known inside of a synchronous one; the next is.
            queued[0]?.exchange.cancel();
          },
          reset: () => {
            exchanges.reset();
          },
          dispose: () => {
            bench[Symbol.dispose]();
          },
          grant: () => {
            table.grant(feature, { to: 'nobody' })[Symbol.dispose]();
          },
          revoke: () => void table.revoke(feature),
        };
        feature.onHandle = (request) => {
          if (count++ === 0) {
            queued.push(bench.ask(feature, [8], requester));
            act[what]();
          }
          return request;
        };
        const asked = bench.ask(feature, [1], requester);
        for (let i = 0; i < 4; i++) {
          feature.calls.at(i)?.resolve(Uint8Array.of(i + 1));
          await microtasks();
        }
        const lost = {
          submit: undefined,
          cancel: undefined,
          reset: 'EIO doe.reset',
          dispose: 'EIO doe.gone',
          grant: 'EIO doe.revoked',
          revoke: 'EIO doe.revoked',
        }[what];
        expect(asked.text).to.equal(lost ?? '01000000');
        expect(queued[0]?.text).to.equal(
          what === 'cancel' ? 'none' : (lost ?? (isSync ? '08000000' : '02000000')),
        );
        expect(inner.map(({ text }) => text)).to.deep.equal(
          what === 'submit' ? [isSync ? '09000000' : '03000000'] : [],
        );
        expect(bench.clock.pendingCount).to.equal(0);
        expect(feature.most).to.equal(1);
        bench[Symbol.dispose]();
        grant?.[Symbol.dispose]();
        expect(feature.disposals).to.equal(1);
      });
    }
  }
});
