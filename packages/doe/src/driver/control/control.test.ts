import {
  DRIVER_EVENT,
  EventChannelClass,
  readEvents,
  type CallArgs,
  type Control,
  type Handle,
} from '@mdevkit/core';
import { microtasks, settled } from '@mdevkit/core/test-support';
import { PCI_DOE_STATUS_DATA_OBJECT_READY, PCI_DOE_STATUS_ERROR } from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
  DOE_EVENT_REVOKED,
  DOE_OWNER_CLIENT,
  DOE_OWNER_LISTED,
  DOE_OWNER_NOBODY,
  DoeGrantClass,
  DoeInstanceClass,
  MOST_CONTROL_PAYLOAD,
} from '../../abi/control/index.js';
import { answerText, hexOf, ScriptedFeature } from '../feature/scripted-feature.test-support.js';
import { DoeDevice } from './doe-device.test-support.js';

const VENDOR = 0x1e98;
const READY = PCI_DOE_STATUS_DATA_OBJECT_READY;
const ERROR = PCI_DOE_STATUS_ERROR;

type Grant = Handle<'DOE_GRANT'>;

/** Compliance, which is nobody’s, and a slow feature. */
async function open(): Promise<{
  device: DoeDevice;
  quick: ScriptedFeature;
  slow: ScriptedFeature;
}> {
  const quick = new ScriptedFeature(VENDOR, 0);
  const slow = new ScriptedFeature(VENDOR, 2, false);
  const device = await DoeDevice.open([
    { at: 0x140, message: 1, features: [{ feature: quick, owner: 'nobody' }, { feature: slow }] },
    { at: 0x160, version: 1, features: [] },
  ]);
  return { device, quick, slow };
}

function grantOf(
  control: Control,
  type: number,
  to: 'client' | 'registers' | 'nobody' = 'client',
  more: Partial<CallArgs<typeof DoeGrantClass, 'create'>> = {},
): Promise<Grant> {
  return control
    .call(DoeGrantClass, 'create', { at: 0x140, vendor: VENDOR, type, to, ...more })
    .then(({ handle }) => handle);
}

function exchange(control: Control, handle: Grant, ...request: number[]): Promise<string> {
  return answerText(async () => {
    const call = { handle, request: Uint8Array.from(request) };
    const { response } = await control.call(DoeGrantClass, 'exchange', call);
    return response.slice();
  });
}

describe('grants on the control plane (own rules; CXL 3.1 section 14.16.4 is what they are for)', () => {
  it('doe control list, doe control describe: instances by their offsets, features by their first words, and whose they are', async () => {
    const { device } = await open();
    await using owned = device;
    const control = await owned.control();
    expect(await control.call(DoeInstanceClass, 'list', {})).to.deep.equal({ at: [0x140, 0x160] });
    const describeAt = (at: number): Promise<unknown> =>
      control.call(DoeInstanceClass, 'describe', { at });
    expect(await describeAt(0x140)).to.deep.equal({
      version: 2,
      message: 1,
      features: [0x0000_0001, 0x0000_1e98, 0x0002_1e98],
      owners: [DOE_OWNER_LISTED, DOE_OWNER_NOBODY, DOE_OWNER_LISTED],
    });
    const plain = await control.call(DoeInstanceClass, 'describe', { at: 0x160 });
    expect([plain.version, plain.message, plain.features]).to.deep.equal([1, undefined, [1]]);
    await grantOf(control, 2, 'client', { withheld: 'error' });
    await grantOf(control, 0, 'registers');
    const { owners } = await control.call(DoeInstanceClass, 'describe', { at: 0x140 });
    expect(owners).to.deep.equal([
      DOE_OWNER_LISTED,
      DOE_OWNER_LISTED,
      DOE_OWNER_CLIENT | DOE_OWNER_LISTED,
    ]);
    expect(await settled(() => describeAt(0x144))).to.equal('ENODEV doe.no-instance');
  });

  it('seed 004 user space: a test mode is reached by a client that was granted it, while the registers keep the rest', async () => {
    const { device, quick, slow } = await open();
    await using owned = device;
    const control = await owned.control();
    await owned.send(quick, Uint8Array.of(2, 0, 0, 0));
    expect(await owned.status()).to.equal(ERROR);
    await owned.abort();
    const { resets } = quick;
    const handle = await grantOf(control, 0);
    expect(await exchange(control, handle, 2, 1, 0, 0, 9)).to.equal('0201000009000000');
    await owned.send(slow, new Uint8Array(4));
    slow.call.resolve(Uint8Array.of(1));
    await microtasks();
    expect(await owned.status()).to.equal(READY);
    await control.call(DoeGrantClass, 'destroy', { handle });
    expect(await exchange(control, handle, 2)).to.match(/^ENOENT /);
    expect(quick.resets).to.equal(resets + 2);
  });

  it('doe control create: what is refused leaves no object and no grant', async () => {
    const { device } = await open();
    await using owned = device;
    const [control, other] = [await owned.control(), await owned.control()];
    const create = (
      args: Partial<CallArgs<typeof DoeGrantClass, 'create'>>,
      client = other,
    ): Promise<Grant | string> => settled(grantOf(client, 0, 'client', args));
    const handle = await grantOf(control, 0);
    expect(await create({})).to.equal('EBUSY doe.granted');
    expect(await create({}, control)).to.equal('EBUSY doe.granted');
    expect(await create({ at: 0x160 })).to.equal('ENOENT doe.no-feature');
    expect(await create({ at: 0 })).to.equal('ENODEV doe.no-instance');
    expect(await create({ vendor: 1 })).to.equal('EPERM doe.discovery-grant');
    expect(await create({ vendor: 0x1_0000 | VENDOR, type: 2 })).to.equal('ENOENT doe.no-feature');
    expect(await create({ type: 0xffff_ffff })).to.equal('ENOENT doe.no-feature');
    expect(await create({ to: 'me' as 'client' })).to.match(/^EINVAL /);
    expect(await other.handles(DoeGrantClass)).to.deep.equal([]);
    await control.call(DoeGrantClass, 'destroy', { handle });
    expect(await create({})).to.be.a('number');
  });

  it('doe control exchange: only the client that the feature was granted to, and not what it gave to others', async () => {
    const { device } = await open();
    await using owned = device;
    const [control, other] = [await owned.control(), await owned.control()];
    const given = await grantOf(control, 0, 'registers');
    expect(await exchange(control, given, 1)).to.equal('EPERM doe.not-yours');
    const kept = await grantOf(control, 2, 'nobody');
    expect(await exchange(control, kept, 1)).to.equal('EPERM doe.not-yours');
    expect(await exchange(other, given, 1)).to.match(/^E(NOENT|INVAL) /);
  });

  it('doe control sizes: payloads up to 65,532 bytes, whole words; a response that is longer is EMSGSIZE', async () => {
    const { device, quick } = await open();
    await using owned = device;
    const control = await owned.control();
    const handle = await grantOf(control, 0);
    expect(await exchange(control, handle)).to.equal('');
    const most = new Uint8Array(MOST_CONTROL_PAYLOAD).fill(0x5a);
    const call = (request: Uint8Array): Promise<unknown> =>
      control.call(DoeGrantClass, 'exchange', { handle, request });
    const { response } = await control.call(DoeGrantClass, 'exchange', { handle, request: most });
    expect(hexOf(response)).to.equal(hexOf(most));
    expect(await settled(() => call(new Uint8Array(MOST_CONTROL_PAYLOAD + 1)))).to.match(
      /^EINVAL /,
    );
    quick.onHandle = () => new Uint8Array(MOST_CONTROL_PAYLOAD + 1);
    expect(await exchange(control, handle, 1)).to.equal('EMSGSIZE doe.long-object');
    quick.onHandle = () => {
      throw new Error('broken');
    };
    expect(await exchange(control, handle, 1)).to.equal('EIO doe.feature-failed');
    quick.onHandle = () => undefined;
    expect(await exchange(control, handle, 1)).to.equal('EIO doe.no-response');
  });

  it('doe control order: several exchanges of a grant are answered in their order, and bounded', async () => {
    const { device, slow } = await open();
    await using owned = device;
    const control = await owned.control();
    const handle = await grantOf(control, 2);
    const answers = Array.from({ length: 18 }, (_, n) => exchange(control, handle, n));
    await microtasks();
    expect(await answers[17]).to.equal('EBUSY doe.queue-full');
    for (let i = 0; i < 17; i++) {
      slow.call.resolve(slow.call.request);
      await microtasks();
    }
    const texts = await Promise.all(answers.slice(0, 17));
    expect(texts).to.deep.equal(texts.map((_, n) => hexOf(Uint8Array.of(n, 0, 0, 0))));
  });

  it('doe control timeout: a feature that hangs is ETIMEDOUT after grantMs, and a guest behind it is served then (bug; PCI Express Base Specification 6.0, section 6.30.2)', async () => {
    const { device, slow } = await open();
    await using owned = device;
    const control = await owned.control();
    const handle = await grantOf(control, 2);
    const mode = await grantOf(control, 0, 'registers');
    expect(mode).to.be.a('number');
    const answer = exchange(control, handle, 1);
    await microtasks();
    await owned.send({ vendor: VENDOR, type: 0 }, Uint8Array.of(4, 4, 4, 4));
    owned.clock.advance(449);
    expect((await owned.status()) & (READY | ERROR)).to.equal(0);
    owned.clock.advance(1);
    expect(await answer).to.equal('ETIMEDOUT doe.timed-out');
    expect(slow.call.signal.aborted).to.equal(true);
    expect(await owned.status()).to.equal(READY);
  });

  it('doe control busy: a grant is not destroyed while it is asked (drivers/infiniband/core/rdma_core.c, uverbs_try_lock_object)', async () => {
    const { device, slow } = await open();
    await using owned = device;
    const control = await owned.control();
    const handle = await grantOf(control, 2);
    const answer = exchange(control, handle, 1);
    await microtasks();
    const destroy = (): Promise<string> =>
      answerText(() => control.call(DoeGrantClass, 'destroy', { handle }));
    expect(await destroy()).to.equal('EBUSY object.locked');
    slow.call.resolve(Uint8Array.of(1));
    expect(await answer).to.equal('01000000');
    expect(await destroy()).to.equal('none');
  });

  it('doe control revoked: an exchange in flight is EIO and later ones too, the holder hears of it, the registers have the feature', async () => {
    const { device, slow } = await open();
    await using owned = device;
    const control = await owned.control();
    const { handle: channel } = await control.call(EventChannelClass, 'create', {});
    const handle = await grantOf(control, 2, 'client', { channel, element: 77n });
    const answers = [exchange(control, handle, 1), exchange(control, handle, 2)];
    await microtasks();
    owned.instances.at(0x140)?.features.revoke(slow);
    expect(await Promise.all(answers)).to.deep.equal(Array(2).fill('EIO doe.revoked'));
    expect(await exchange(control, handle, 3)).to.equal('EIO doe.revoked');
    for await (const { element, type, data } of readEvents(channel)) {
      expect([element, type, data.length]).to.deep.equal([
        77n,
        DRIVER_EVENT | DOE_EVENT_REVOKED,
        0,
      ]);
      break;
    }
    slow.call.resolve(Uint8Array.of(0xee));
    await microtasks();
    await owned.send(slow, Uint8Array.of(1, 2, 3, 4));
    slow.call.resolve(slow.call.request);
    await microtasks();
    expect(await owned.status()).to.equal(READY);
    // Somebody else may have it now, while the dead grant is still an object.
    const next = await grantOf(await owned.control(), 2);
    const { events } = await control.call(DoeGrantClass, 'destroy', { handle });
    expect(events).to.deep.include({ reported: 1 });
    expect(next).to.be.a('number');
    expect(owned.instances.at(0x140)?.features.find(slow)?.owner).to.not.equal('registers');
  });

  for (const [row, what, end] of [
    ['client death', 'its client closes', (_, control) => control.close()],
    ['device goes', 'its client closes the device', ({ device }) => device.close()],
    ['device goes', 'the device is removed', ({ host, uuid }) => host.remove(uuid, 0)],
  ] as const satisfies readonly [
    string,
    string,
    (device: DoeDevice, control: Control) => Promise<unknown>,
  ][]) {
    it(`doe control ${row}: when ${what}, what is asked of a feature that hangs is EIO at once, and the feature is free (bug; drivers/infiniband/core/uverbs_main.c, ib_uverbs_disassociate_ucontext)`, async () => {
      const { device, slow } = await open();
      await using owned = device;
      const control = await owned.control();
      const handle = await grantOf(control, 2);
      const { features } = owned.instances.at(0x140) ?? {};
      const answers = [exchange(control, handle, 1), exchange(control, handle, 2)];
      await microtasks();
      const { disposals, resets } = slow;
      const before = owned.clock.now();
      await end(owned, control);
      expect(await Promise.all(answers)).to.deep.equal(Array(2).fill('EIO doe.revoked'));
      expect([owned.clock.now(), owned.clock.pendingCount]).to.deep.equal([before, 0]);
      expect(slow.call.signal.aborted).to.equal(true);
      expect(features?.find(slow)?.owner).to.equal('registers');
      expect([disposals, slow.calls.length]).to.deep.equal([0, 1]);
      slow.call.resolve(Uint8Array.of(1));
      await microtasks();
      expect(slow.resets - resets).to.equal(slow.disposals === 0 ? 1 : 0);
    });
  }

  it('doe control client death: the registers have the feature as soon as it has settled (own rule)', async () => {
    const { device, slow } = await open();
    await using owned = device;
    const control = await owned.control();
    const handle = await grantOf(control, 2);
    const answer = exchange(control, handle, 1);
    await microtasks();
    await control.close();
    expect(await answer).to.equal('EIO doe.revoked');
    await owned.send(slow, new Uint8Array(4));
    slow.call.resolve(Uint8Array.of(1));
    await microtasks();
    slow.call.resolve(Uint8Array.of(1));
    await microtasks();
    expect(await owned.status()).to.equal(READY);
  });

  it('doe control device goes: grants end before the device, and features after them', async () => {
    const { device, quick, slow } = await open();
    const control = await device.control();
    await grantOf(control, 2);
    await grantOf(control, 0);
    await device.device.close();
    expect([quick.disposals, slow.disposals]).to.deep.equal([0, 0]);
    const { features } = device.instances.at(0x140) ?? {};
    expect(features?.entries.map(({ owner }) => owner)).to.deep.equal(['nobody', 'registers']);
    await device[Symbol.asyncDispose]();
    expect([quick.disposals, slow.disposals]).to.deep.equal([1, 1]);
    expect(device.clock.pendingCount).to.equal(0);
  });

  it('doe control reset: VFIO_DEVICE_RESET fails exchanges in flight with EIO, and leaves grants as they are', async () => {
    const { device, slow } = await open();
    await using owned = device;
    const control = await owned.control();
    const handle = await grantOf(control, 2);
    const answer = exchange(control, handle, 1);
    await microtasks();
    const { resets } = slow;
    await owned.device.reset();
    expect(await answer).to.equal('EIO doe.reset');
    slow.call.resolve(Uint8Array.of(1));
    await microtasks();
    expect(slow.resets).to.equal(resets + 1);
    const again = exchange(control, handle, 2);
    await microtasks();
    slow.call.resolve(slow.call.request);
    expect(await again).to.equal('02000000');
  });
});
