import { MdevHost, nodeImporter, type Device } from '@mdevkit/core';
import {
  CdatFeature,
  cdatOfMemory,
  deviceConfig,
  encodeReadEntry,
  findMailbox,
  openDoe,
  tableAccessId,
  type DoeMailbox,
} from '@mdevkit/doe';
import { againstOwn, micro, type Benchmark, type Measurement } from '../measure/index.js';

const NAME = 'doe.exchange';
const MEMORY = {
  dpa: 0,
  length: 2 ** 28,
  volatile: true,
  latency: { read: 150, write: 250 },
  bandwidth: { read: 16_000, write: 16_000 },
};

/**
 * One entry of a CDAT, asked for and received through the registers of a DOE Capability; the baseline calls the feature that
 * answers it.
 */
export const doe: Benchmark = {
  name: 'doe',
  measures: [againstOwn(NAME, 'the feature, called directly')],
  run: async () => {
    await using host = new MdevHost({ importer: nodeImporter(import.meta.url) });
    await host.loadPackage('@mdevkit/doe');
    const { uuid } = await host.create({ parent: 'doe0', type: 'doe-cxl-type3' });
    await using device = await host.open(uuid);
    await using mailbox = await tableAccessOf(device);
    return [await exchange(mailbox)];
  },
};

async function tableAccessOf(device: Device): Promise<DoeMailbox> {
  const { mailboxes } = await openDoe(deviceConfig(device));
  const found = findMailbox(mailboxes, tableAccessId.vendor, tableAccessId.type);
  await Promise.all(mailboxes.filter((each) => each !== found).map((each) => each.close()));
  if (found === undefined) {
    throw new Error('the device has no CXL Table Access');
  }
  return found;
}

function exchange(mailbox: DoeMailbox): Promise<Measurement> {
  const { vendor, type } = tableAccessId;
  const feature = new CdatFeature(cdatOfMemory({ ranges: [MEMORY] }));
  const request = encodeReadEntry(0);
  return micro(
    NAME,
    () => mailbox.exchange(vendor, type, request),
    () => feature.handle(request),
  );
}
