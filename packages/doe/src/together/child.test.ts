import { ManualClock, silentLogger, type Dma, type Irqs } from '@mdevkit/core';
import { expect } from 'chai';
import { before, describe, it } from 'mocha';
import {
  CdatFeature,
  cdatOfMemory,
  DoeFunction,
  functionCapabilities,
  functionLayout,
  functionName,
  SpdmResponder,
  type DoeAuxiliaryDevice,
  type DoeDriverOptions,
} from '../driver/index.js';
import { attest, parseCdat, readCdat, type AttestationPolicy } from '../library/index.js';
import { makeTrust } from './fixture.test-support.js';

const { attestation, table, compliance } = functionCapabilities;

const ranges = [
  {
    dpa: 0,
    length: 2 ** 28,
    volatile: true,
    latency: { read: 150, write: 250 },
    bandwidth: { read: 16_000, write: 16_000 },
  },
];

/** A function, and its DOE Capabilities as a driver beside it has them. */
class ChildBench implements Disposable {
  readonly cdat = new CdatFeature(cdatOfMemory({ ranges }));
  readonly function: DoeFunction;
  readonly #children: DoeAuxiliaryDevice[] = [];
  readonly #registration: Disposable;

  constructor({ spdm }: DoeDriverOptions) {
    const clock = new ManualClock();
    const irqs: Irqs = {
      trigger: () => true,
      assert: () => true,
      deassert: () => undefined,
      enabled: () => false,
    };
    const dma = { pasid: 0 } as Dma;
    const responder = new SpdmResponder({ ...spdm, clock });
    const services = { irqs, dma, clock, logger: silentLogger };
    this.function = new DoeFunction(services, functionLayout(), [
      { ...attestation, features: [{ feature: responder.cma }, { feature: responder.secured }] },
      { ...table, features: [{ feature: this.cdat }] },
      { ...compliance, features: [] },
    ]);
    this.#registration = this.function.doe.auxiliary.register({
      name: 'requester',
      probe: (child) => {
        this.#children.push(child);
        return undefined;
      },
    });
  }

  /** The child of the DOE Capability at a config offset. */
  at(offset: number): DoeAuxiliaryDevice {
    const child = this.#children.find(({ at }) => at === offset);
    if (child === undefined) {
      throw new Error(`there is no child of 0x${offset.toString(16)}`);
    }
    return child;
  }

  [Symbol.dispose](): void {
    this.#registration[Symbol.dispose]();
    this.function[Symbol.dispose]();
  }
}

describe('requester and device, by a child of the auxiliary bus', () => {
  let options: DoeDriverOptions;
  let policy: AttestationPolicy;

  before(async () => {
    ({ options, policy } = await makeTrust());
  });

  it('doe together child: is a transport, by which the table is read as it was declared, again after a change (CDAT 1.04, section 2; Documentation/driver-api/auxiliary_bus.rst)', async () => {
    using bench = new ChildBench(options);
    const bytes = await readCdat(bench.at(table.at));
    expect(Buffer.from(bytes).equals(bench.cdat.table.bytes)).to.equal(true);
    bench.cdat.update([{ kind: 'dsis', flags: 0, handle: 1 }]);
    expect(parseCdat(await readCdat(bench.at(table.at)))).to.deep.include({
      sequence: 1,
      structures: [{ kind: 'dsis', flags: 0, handle: 1 }],
    });
  });

  it('doe together child: and by which the device attests, in a session as well, again after a reset; not once it is gone (DSP0274 1.3; Documentation/driver-api/auxiliary_bus.rst)', async () => {
    using bench = new ChildBench(options);
    const child = bench.at(attestation.at);
    const inSession = { ...policy, device: functionName, session: true };
    const result = await attest(child, inSession);
    expect(result.reason).to.equal(undefined);
    expect(result).to.include({ verdict: 'trusted', version: '1.3' });
    expect(result.session).to.not.equal(undefined);
    bench.function.reset();
    expect(await attest(child, policy)).to.include({ verdict: 'trusted' });
    bench[Symbol.dispose]();
    expect(await attest(child, policy)).to.include({ verdict: 'refused', reason: 'doe.gone' });
  });

  it('doe together child: a signal ends what is under way at once, with its reason (own rule)', async () => {
    using bench = new ChildBench(options);
    const signal = AbortSignal.abort(new Error('enough'));
    const reason = await readCdat(bench.at(table.at), { signal }).then(
      () => 'none',
      (error: unknown) => String(error),
    );
    expect(reason).to.equal('Error: enough');
  });
});
