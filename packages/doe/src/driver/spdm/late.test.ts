import { expect } from 'chai';
import { describe, it } from 'mocha';
import { makeDevice, type Device } from './device.test-support.js';
import { HeldSource } from './held-source.test-support.js';
import { nonce, RawRequester } from './raw-requester.test-support.js';
import { RawSession } from './raw-session.test-support.js';
import { isSigned } from './signature.test-support.js';

describe('spdm responder: answers that nobody waits for any more', () => {
  it('spdm abort: of a challenge, the late answer is thrown away, and the transcript is as if it had not been asked (DSP0274 1.2, M1/M2)', async () => {
    const { requester, source, chain } = await held();
    const digests = requester.message(0x81, 0, 0);
    const heard = [digests, await requester.sendBytes(digests)];
    await abort(source, (signal) =>
      requester.ask(requester.message(0x83, 0, 0xff, nonce(1)), signal),
    );
    const request = requester.message(0x83, 0, 0, nonce(2));
    const response = await requester.sendBytes(request);
    const body = response.subarray(0, response.length - requester.signatureSize);
    const transcript = Buffer.concat([...requester.a, ...heard, request, body]);
    const signature = response.subarray(body.length);
    const key = requester.leafKey(chain);
    expect(isSigned(requester, 'challenge_auth', { key, transcript, signature })).to.equal(true);
  });

  it('spdm abort: of measurements, neither the row nor its signature has them (DSP0274 1.2, L1/L2)', async () => {
    const { requester, source, chain } = await held();
    const first = requester.message(0xe0, 0, 1);
    const heard = [first, await requester.sendBytes(first)];
    await abort(source, (signal) => requester.ask(requester.message(0xe0, 0, 2), signal));
    await abort(source, (signal) =>
      requester.ask(requester.message(0xe0, 1, 2, nonce(1), 0), signal),
    );
    const request = requester.message(0xe0, 1, 5, nonce(2), 0);
    const response = await requester.sendBytes(request);
    const body = response.subarray(0, response.length - requester.signatureSize);
    const transcript = Buffer.concat([...requester.a, ...heard, request, body]);
    const signature = response.subarray(body.length);
    const key = requester.leafKey(chain);
    expect(isSigned(requester, 'measurements', { key, transcript, signature })).to.equal(true);
  });

  it('spdm abort: of a key exchange, no session is made, however often (DSP0274 1.2, KEY_EXCHANGE)', async () => {
    const { device, requester, source, chain } = await held();
    const session = new RawSession(device.responder, requester);
    const { request } = await probe(session, chain);
    for (let time = 0; time < 5; time += 1) {
      const again = Buffer.from(request);
      again[2] = 0xff;
      await abort(source, (signal) => requester.ask(again, signal));
    }
    for (let time = 1; time < 4; time += 1) {
      expect(await new RawSession(device.responder, requester).exchange(chain)).to.equal(true);
    }
    expect(await new RawSession(device.responder, requester).exchange(chain)).to.equal(false);
  });

  it('spdm late answer: GET_VERSION while it is worked on begins anew, and the late answer does not come into it (DSP0274 1.2, GET_VERSION)', async () => {
    const { requester, source, chain } = await held();
    source.hold = true;
    const late = requester.ask(requester.message(0xe0, 0, 0xff));
    await requester.connect();
    source.release();
    expect(await late).to.equal(undefined);
    const request = requester.message(0xe0, 1, 1, nonce(2), 0);
    const response = await requester.sendBytes(request);
    const body = response.subarray(0, response.length - requester.signatureSize);
    const transcript = Buffer.concat([...requester.a, request, body]);
    const signature = response.subarray(body.length);
    const key = requester.leafKey(chain);
    expect(isSigned(requester, 'measurements', { key, transcript, signature })).to.equal(true);
  });

  it('spdm late answer: after a reset nothing comes of it (PCI Express Base Specification 6.0, section 6.6.2)', async () => {
    const { device, requester, source } = await held();
    source.hold = true;
    const late = requester.ask(requester.message(0x83, 0, 1, nonce(1)));
    device.responder.reset();
    source.release();
    expect(await late).to.equal(undefined);
    expect((await requester.send(0x81, 0, 0)).toString('hex')).to.equal('107f0400');
  });

  it('spdm abort: within a session, the session goes on with the next record (DSP0277 1.1, section on sequence numbers)', async () => {
    const { device, requester, source, chain } = await held();
    const session = new RawSession(device.responder, requester);
    await session.exchange(chain);
    expect((await session.finish())[1]).to.equal(0x65);
    const record = session.seal(requester.message(0xe0, 0, 0xff));
    await abort(source, (signal) => session.ask(record, signal));
    expect((await session.send(0xe8, 0, 0))[1]).to.equal(0x68);
  });

  it('spdm at once: answers that need no measurements are there at once (own rule)', async () => {
    const { device, requester, source } = await held();
    source.hold = true;
    const call = { signal: new AbortController().signal, at: 0x100 };
    for (const request of [
      requester.message(0x81, 0, 0),
      requester.message(0x83, 0, 0, nonce(1)),
    ]) {
      expect(device.responder.cma.handle(request, call)).to.be.instanceOf(Uint8Array);
    }
    expect(source.waiting).to.have.length(0);
  });

  interface Held {
    readonly device: Device;
    readonly source: HeldSource;
    readonly requester: RawRequester;
    readonly chain: Buffer;
  }

  async function held(): Promise<Held> {
    const source = new HeldSource();
    const device = await makeDevice({ measurements: source });
    const requester = new RawRequester(device.responder);
    await requester.connect();
    const chain = await requester.chain(0);
    await requester.connect();
    return { device, source, requester, chain };
  }

  /** Asks, aborts while the device measures, and lets it go on then. */
  async function abort(
    source: HeldSource,
    ask: (signal: AbortSignal) => Promise<Buffer | undefined>,
  ): Promise<void> {
    const controller = new AbortController();
    source.hold = true;
    const answer = ask(controller.signal);
    expect(source.waiting).to.have.length(1);
    controller.abort();
    source.release();
    expect(await answer).to.equal(undefined);
  }

  async function probe(session: RawSession, chain: Buffer): Promise<RawSession> {
    expect(await session.exchange(chain)).to.equal(true);
    return session;
  }
});
