import { NativeBuffer, UnixStream } from '@mdevkit/linux';
import { VfioUserDevice, type VfioUserServer } from '@mdevkit/vfio-user';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { closeSync, openSync } from 'node:fs';
import {
  commandOf,
  ERROR,
  flagsOf,
  idOf,
  messageOf,
  NO_REPLY,
  payloadOf,
  TYPE_REPLY,
  versionPayload,
} from './message/index.js';
import { fuzzModels } from './models/index.js';
import type { Action, DescriptorKind } from './sequence/index.js';
import { MessageStream, openDescriptors, runSequence, Target } from './target/index.js';

const HEADER = 'docs/interop/vfio-user.rst, Header';
const NAMELESS = messageOf(1, versionPayload('{"capabilities":{}}\0'), { id: 1 });
/** By its VERSION a client of rust-vmm, which cannot read errors (rust-vmm/vfio, vfio-user/src/lib.rs). */
const RUST_VMM = messageOf(
  1,
  versionPayload('{"capabilities":{"max_msg_fds":1,"migration":{"pgsize":4096}}}\0', 1),
  { id: 1 },
);
const READ = payloadOf(0n, 0, 4);

interface Sent {
  readonly bytes: Uint8Array;
  readonly fds?: readonly DescriptorKind[];
}

/** The replies to what was sent, as `id command flags`, and the server as it is then. */
async function talk(
  model: string,
  sends: readonly Sent[],
  look: (replies: readonly string[], server: VfioUserServer) => void,
): Promise<void> {
  const target = await Target.open();
  const { kit, buffer } = target;
  try {
    await using served = await target.serve(
      fuzzModels.find(({ name }) => name === model)!,
      false,
    );
    using stream = UnixStream.connect(target.path);
    served.server.acceptOne();
    const stepped = new MessageStream();
    for (const { bytes, fds = [] } of sends) {
      buffer.bytes.set(bytes);
      stream.send(
        buffer,
        0,
        bytes.length,
        fds.map((kind) => kit.fdOf(kind, stream.fd)),
      );
      served.server.processOne();
      served.server.processOne();
    }
    for (let count = 1; count > 0;) {
      count = stream.receive(buffer, 0, buffer.size);
      stepped.add(buffer.bytes.subarray(0, Math.max(0, count)));
    }
    const replies: string[] = [];
    for (let size = stepped.nextSize; size !== undefined; size = stepped.nextSize) {
      const reply = stepped.take(size);
      replies.push(`${idOf(reply)} ${commandOf(reply)} ${flagsOf(reply)}`);
    }
    look(replies, served.server);
  } finally {
    await target[Symbol.asyncDispose]();
  }
}

function failed(id: number, command: number): string {
  return `${id} ${command} ${TYPE_REPLY | ERROR}`;
}

describe('what fuzzing has found in VfioUserServer', () => {
  it('own end: a client that has sent its end of the connection with half a message is noticed to be gone (unix(7), SCM_RIGHTS)', async () => {
    const target = await Target.open();
    const half = messageOf(9, READ, { id: 2, size: 4096 });
    const actions: readonly Action[] = [
      { kind: 'send', bytes: NAMELESS, fds: [], cuts: [] },
      { kind: 'send', bytes: half, fds: ['own-end'], cuts: [] },
    ];
    try {
      await runSequence(target, { model: 'messages', tight: false, seed: 1, actions });
    } finally {
      await target[Symbol.asyncDispose]();
    }
  });

  it(`answered reply: a reply with too many descriptors is not answered (${HEADER})`, async () => {
    const reply = messageOf(9, READ, { id: 2, flags: TYPE_REPLY });
    const fds = Array.from({ length: 20 }, () => 'null' as const);
    await talk('messages', [{ bytes: NAMELESS }, { bytes: reply, fds }], (replies) => {
      expect(replies).to.deep.equal(['1 1 1']);
    });
  });

  it(`answered post: a VERSION that wants no reply gets none, not even an error (${HEADER})`, async () => {
    const posted = NAMELESS.slice();
    posted[8] = NO_REPLY;
    await talk('messages', [{ bytes: posted }], (replies) => {
      expect(replies).to.deep.equal([]);
    });
  });

  it('wrong name: a command is held under its own name, whatever is refused meanwhile (own rule)', async () => {
    const held = messageOf(9, payloadOf(16n, 0, 4), { id: 2 });
    const typeless = messageOf(13, new Uint8Array(0), { id: 3, flags: 2 });
    const sends = [{ bytes: NAMELESS }, { bytes: held }, { bytes: typeless }];
    await talk('asynchronous', sends, (_, server) => {
      expect(server.session?.held).to.equal(9);
      expect(server.processOne()).to.deep.equal({ kind: 'held', command: 9 });
    });
  });

  it('invented success: a second VERSION fails for a client that cannot read other errors (own rule)', async () => {
    await talk('messages', [{ bytes: RUST_VMM }, { bytes: RUST_VMM }], (replies) => {
      expect(replies).to.deep.equal(['1 1 1', failed(1, 1)]);
    });
  });

  it('invented success: nor does a DMA_READ that a client sends succeed for it (own rule)', async () => {
    const read = messageOf(11, payloadOf(0n, 4n), { id: 2 });
    await talk('messages', [{ bytes: RUST_VMM }, { bytes: read }], (replies) => {
      expect(replies).to.deep.equal(['1 1 1', failed(2, 11)]);
    });
  });
});

describe('what fuzzing has found in VfioUserDevice', () => {
  it('no twin: a twin socket that is no socket is closed, and the server is at fault (docs/interop/vfio-user.rst, VFIO_USER_VERSION)', async () => {
    const [ours, theirs] = UnixStream.pair();
    using _theirs = theirs;
    using buffer = NativeBuffer.allocate(4096);
    const other = openSync('/dev/null', 'r');
    try {
      const connecting = VfioUserDevice.connect(ours, { polling: { maxSpins: 0 } });
      expect(theirs.wait(true, false, 5000)).to.equal(true);
      theirs.receive(buffer, 0, buffer.size);
      const text = '{"capabilities":{"twin_socket":{"supported":true,"fd_index":0}}}\0';
      const id = idOf(buffer.bytes);
      const reply = messageOf(1, versionPayload(text), { id, flags: TYPE_REPLY });
      buffer.bytes.set(reply);
      const before = openDescriptors();
      theirs.send(buffer, 0, reply.length, [other]);
      const error = await connecting.then(
        () => undefined,
        (refusal: unknown) => refusal,
      );
      expect(error).to.have.property('code', 'EPROTO');
      // The connection is closed, and nothing else has come.
      expect(openDescriptors()).to.equal(before - 1);
    } finally {
      closeSync(other);
    }
  });
});
