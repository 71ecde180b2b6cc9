import { closeSync, fstatSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  classMethod,
  defineDriver,
  fdIn,
  implement,
  ManualClock,
  MdevHost,
  objectClass,
} from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { connectControl } from '../client/index.js';
import { eventually, turns } from '../eventually.test-support.js';
import { failureOf } from '../failure-of.test-support.js';
import { ControlServer } from '../server/index.js';

const Tool = objectClass({
  name: 'TOOL',
  id: 0,
  methods: { take: classMethod(0, { fd: fdIn(0) }) },
});

/** A device whose handler waits for `gate` and tells which descriptor it has. */
function toolDriver(
  gate: Promise<void>,
  taken: (fd: number) => void,
): ReturnType<typeof defineDriver> {
  return defineDriver({
    name: 'tools',
    deviceApi: 'vfio-platform',
    types: [{ id: 'one' }],
    parents: [{ name: 'bench0', capacity: 1 }],
    objects: [Tool],
    model: () => ({
      deviceApi: 'vfio-platform',
      regions: [],
      irqs: [],
      objects: [
        implement(Tool).withState({
          take: async ({ fd }) => {
            taken(fd);
            await gate;
          },
        }),
      ],
    }),
  });
}

describe('a descriptor in a call whose handler is late (unix(7), SCM_RIGHTS)', () => {
  it('control descriptor raw: its number is of nothing else until the handler is over', async () => {
    const clock = new ManualClock();
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    let taken: number | undefined;
    const folder = mkdtempSync(join(tmpdir(), 'mdevkit-'));
    const path = join(folder, 'socket');
    {
      await using host = new MdevHost({ clock });
      await host.load(
        toolDriver(gate, (fd) => {
          taken = fd;
        }),
      );
      const { uuid } = await host.create({ parent: 'bench0', type: 'tools-one' });
      await using device = await host.attach(uuid);
      await using _ = ControlServer.listen(device, { path });
      await using control = await connectControl(path);
      const file = openSync('/dev/null', 'r');
      const calling = failureOf(() => control.call(Tool, 'take', { fd: file }));
      const lent = await eventually(() => taken);
      clock.advance(60_000);
      expect((await calling).code).to.equal('ETIMEDOUT');
      await turns();
      expect(fstatSync(lent).ino).to.equal(fstatSync(file).ino);
      closeSync(file);
      open();
      await turns();
      expect(() => fstatSync(lent)).to.throw('EBADF');
    }
    rmSync(folder, { recursive: true });
  });
});
