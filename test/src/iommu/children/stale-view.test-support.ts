import { SharedMemory } from '@mdevkit/linux';
import { outcomeOf } from '../byte-model.test-support.js';
import { contentOf, PeerFile } from '../descriptors.test-support.js';
import { TestDevice } from '../device.test-support.js';

/*
 * A model keeps a view of memory that its client unmaps and disposes: it is `sealed`, or its owner then shrinks it
 * (`truncated`). `trusted` is the mistake of not disposing it before.
 */
const PAGE = 4096;
const how = process.argv[2];
using peer = PeerFile.unsealed(2 * PAGE);
const memory =
  how === 'sealed' ? SharedMemory.create(2 * PAGE) : SharedMemory.from(peer.fd, { trusted: true });
// The owner's way to its own bytes, which outlives the client's.
using owner = SharedMemory.from(memory.fd, { trusted: true });
await using device = await TestDevice.open();
await device.client.dmaMap({ iova: 0, memory });
const stale = device.dma.view(0, 2 * PAGE, 'write');
stale.fill(7);
const before = owner.view(PAGE, 1)?.[0];
let truth: number | undefined;
if (how === 'trusted') {
  peer.truncate(PAGE);
} else {
  await device.client.dmaUnmap(0, 2 * PAGE);
  memory[Symbol.dispose]();
  if (how === 'truncated') {
    peer.truncate(0);
  } else {
    truth = contentOf(owner.fd, 2 * PAGE)[PAGE];
  }
}
const seen = [stale[0], stale[PAGE]];
stale.fill(9);
const answer = {
  before,
  seen,
  truth: truth === undefined ? undefined : [truth, contentOf(owner.fd, 2 * PAGE)[PAGE]],
  dma: outcomeOf(() => device.dma.read(0, new Uint8Array(1))),
};
process.stdout.write(JSON.stringify(answer));
