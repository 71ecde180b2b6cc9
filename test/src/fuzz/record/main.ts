import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fixtures, writeRecording } from '../corpus/index.js';
import { loadGuestPackage } from './guest-lab.js';
import { sessionScripts } from './sessions.js';

/*
 * `node test/dist/fuzz/record/main.js [NAME…]`: records what a stock QEMU says to our server, into test/fixtures/vfio-user.
 * It needs the guest lab (test/guest).
 */
const names = process.argv.slice(2);
const guest = await loadGuestPackage();
const lab = await guest.openLab((line) => process.stderr.write(`lab: ${line}\n`));
mkdirSync(fixtures, { recursive: true });
for (const script of sessionScripts) {
  const { name } = script;
  if (names.length > 0 && !names.includes(name)) {
    continue;
  }
  await using device = await script.serve();
  await script.run(guest, lab, device.path);
  for (const [index, { messages }] of device.proxy.recordings.entries()) {
    const recording = index === 0 ? name : `${name}-${index + 1}`;
    writeRecording(join(fixtures, `${recording}.jsonl`), {
      name: recording,
      client: 'QEMU 11.1.3',
      messages,
    });
    process.stdout.write(`${recording}: ${messages.length} messages\n`);
  }
}
