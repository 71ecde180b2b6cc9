import { UnixStream } from '@mdevkit/linux';
import { fields, RawClient, writePayload, type RawMessage } from '../raw-client.test-support.js';

/** The path of the socket. */
const path = process.argv[2] ?? '';

const wait = (client: RawClient): RawMessage => {
  for (;;) {
    const message = client.receive();
    if (message !== undefined) {
      return message;
    }
    if (client.ended || !client.stream.wait(true, false, 5000)) {
      throw new Error('no message has come');
    }
  }
};

/** A client in another process: it maps memory without a descriptor and serves it on its twin socket. */
using client = RawClient.connect(path);
const capabilities = JSON.stringify({
  capabilities: { max_msg_fds: 1, twin_socket: { supported: true } },
});
client.send(1, fields(0, new TextEncoder().encode(`${capabilities}\0`)));
const version = wait(client);
using twin = new RawClient(UnixStream.adopt(version.fds[0] ?? -1));
client.send(2, fields(32, 3, 0n, 0x1000n, 0x1000n));
wait(client);
// The device copies 8 bytes from 0x1000 to 0x1800 while it carries this out.
client.send(10, writePayload(1, 0, new Uint8Array(4)));
const read = wait(twin);
twin.send(read.command, fields(read.payload, 0x0102_0304_0506_0708n), { id: read.id, flags: 1 });
const write = wait(twin);
twin.send(write.command, write.payload.slice(0, 16), { id: write.id, flags: 1 });
const reply = wait(client);
const said = [...write.payload].join(' ');
process.stdout.write(`${reply.errno}: ${said}\n`);
