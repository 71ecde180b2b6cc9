import { type DoeInstances, type DoeInstanceSpec } from '@mdevkit/doe';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { ConfigTrace, doeAccesses, doeFunctionDriver, echo, lateEcho } from '../devices/index.js';
import { rootPorts, vfioUserDevice } from '../qemu/index.js';
import { serveMdevs, type ServedMdevs } from '../serve/index.js';
import { discoverByShell, featureByShell, type DoePlace } from './doe-shell.js';
import { complaintsIn } from './kernel-log.js';
import { useGuest } from './use-guest.js';

const OURS = 0x6d64;
const ADDRESS = '0000:01:00.0';
const LATE_POLLS = 3;

/** What the kernel is to find: the capabilities in their order, each with its features behind discovery. */
const found: readonly { readonly place: DoePlace; readonly features: readonly string[] }[] = [
  { place: { address: ADDRESS, at: 0x140, version: 2 }, features: ['6d64:01', '6d64:03'] },
  { place: { address: ADDRESS, at: 0x180, version: 1 }, features: ['1e98:07', '6d64:04'] },
  { place: { address: ADDRESS, at: 0x1c0, version: 2 }, features: [] },
];

describe('DOE Capabilities under Linux (drivers/pci/doe.c)', () => {
  const trace = new ConfigTrace();
  let served: ServedMdevs | undefined;
  let doe: DoeInstances | undefined;
  /** Of the boot, by capability. */
  let walks: readonly string[][] = [];

  before(async () => {
    const instances = (): readonly DoeInstanceSpec[] => [
      {
        at: 0x140,
        message: 1,
        features: [
          { feature: echo(OURS, 1) },
          { feature: echo(OURS, 2), owner: 'nobody' },
          { feature: echo(OURS, 3), owner: 'nobody', withheld: 'error' },
        ],
      },
      {
        at: 0x180,
        version: 1,
        features: [{ feature: lateEcho(0x1e98, 7, trace, LATE_POLLS) }, { feature: echo(OURS, 4) }],
      },
      { at: 0x1c0, message: 0, features: [] },
    ];
    const onMade = (made: DoeInstances): void => {
      doe = made;
    };
    served = await serveMdevs(doeFunctionDriver({ instances, trace, onMade }), 'doe-one', 1);
  });

  const guest = useGuest(() => ({
    programs: ['doe-exchange'],
    kernelOptions: ['dyndbg="file drivers/pci/doe.c +p"'],
    devices: [
      ...rootPorts(1),
      vfioUserDevice({ id: 'doe0', bus: 'port0', path: served?.at(0).path ?? '' }),
    ],
  }));

  before(() => {
    const lines = trace.take();
    walks = found.map(({ place: { at } }) => walkOf(lines, at));
  });

  after(async () => {
    await served?.[Symbol.asyncDispose]();
  });

  it('doe_features names what is configured, and nothing that is hidden (Documentation/ABI/testing/sysfs-bus-pci)', async () => {
    const names = found.flatMap(({ features }) => features);
    expect(await listed()).to.deep.equal(
      [...names.map((name) => `${name} ${name}`), 'doe_discovery 0001:00'].sort(),
    );
  });

  it('the kernel walks each capability once, to its end (pci_doe_cache_features)', async () => {
    const expected = found.flatMap(({ place: { at }, features }) => [
      `[${at.toString(16)}] Issuing Abort`,
      ...['0001:00', ...features].map((name, index) => {
        const [vendor, type] = name.split(':').map((digits) => Number.parseInt(digits, 16));
        const ids = `vid: ${(vendor ?? 0).toString(16)} type: ${(type ?? 0).toString(16)}`;
        return `[${at.toString(16)}] Found feature ${index} ${ids}`;
      }),
    ]);
    const log = await guest().read(`dmesg | sed -n 's/.*pci ${ADDRESS}: DOE: //p'`);
    expect(log.split('\n')).to.deep.equal(expected);
  });

  it('no mailbox costs boot time: one that fails costs a second (drivers/pci/doe.c, PCI_DOE_TIMEOUT)', async () => {
    const log = await guest().read('dmesg -r');
    const walked = log.split('\n').filter((line) => line.includes(`pci ${ADDRESS}: DOE: `));
    const times = walked.map((line) => Number(/^<\d+>\[ *(\d+\.\d+)\]/.exec(line)?.[1]));
    expect(times.length).to.be.greaterThan(found.length);
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(Math.max(...gaps)).to.be.lessThan(1);
    expect(complaintsIn(log, /DOE: |0000:01:00\.0/)).to.deep.equal([]);
  });

  it('lspci decodes the capabilities (PCI Express Base Specification 6.0, section 7.9.24)', async () => {
    const text = await guest().read(`lspci -vvv -s ${ADDRESS}`);
    const idle = '\\s+DOECtl: IntEn-\\s+DOESta: Busy- IntSta. Error- ObjectReady-';
    const [first, second, third] = [
      `\\[140 v2\\] Data Object Exchange\\s+DOECap: IntSup\\+\\s+IntMsgNum 1${idle}`,
      `\\[180 v1\\] Data Object Exchange\\s+DOECap: IntSup-${idle}`,
      `\\[1c0 v2\\] Data Object Exchange\\s+DOECap: IntSup\\+\\s+IntMsgNum 0${idle}`,
    ].map((pattern) => new RegExp(`Capabilities: ${pattern}`));
    expect(text).to.match(first ?? /$^/);
    expect(text).to.match(second ?? /$^/);
    expect(text).to.match(third ?? /$^/);
    expect(text).to.not.match(/unknown|broken/i);
  });

  found.forEach(({ place, features }, index) => {
    const name = place.at.toString(16);
    it(`a shell walks [${name}] by setpci, with the accesses of the kernel (pci_doe_abort, pci_doe_send_req, pci_doe_recv_resp)`, async () => {
      trace.take();
      const answers = (await guest().read(discoverByShell(place))).split('\n');
      const walk = walkOf(trace.take(), place.at);
      const words = ['0001:00', ...features].map((each, at, { length }) => {
        const next = ((at + 1) % length).toString(16).padStart(2, '0');
        return `${next}${each.slice(5)}${each.slice(0, 4)}`;
      });
      expect(answers).to.deep.equal(words);
      expect(walk).to.deep.equal(walks[index]);
      expect(walk.slice(0, 2)).to.deep.equal(['W08=00000001', 'R0c=00000000']);
      const first = discovery(0, place.version, answers[0] ?? '');
      expect(walk.slice(2, 2 + first.length)).to.deep.equal(first);
      expect(walk).to.have.length(2 + words.length * first.length);
    });
  });

  it('a bad index answers with vendor ffff (PCI Express Base Specification 6.0, section 6.30.1.1)', async () => {
    for (const { place, features } of found) {
      for (const index of [features.length + 1, 0xff]) {
        expect(await guest().read(featureByShell(place, index))).to.match(/ffff$/);
      }
    }
  });

  it('an object goes there and back, whatever its length (section 6.30.1)', async () => {
    for (const bytes of [4, 8, 252, 1024]) {
      const payload = Buffer.from(Array.from({ length: bytes }, (_, at) => (at * 7) & 0xff));
      const answer = await guest().read(exchange(0x140, OURS, 1, payload.toString('hex')));
      expect(answer).to.equal(payload.toString('hex'));
    }
  });

  it('a late answer is waited for, and no access waits for it (section 6.30.2)', async () => {
    trace.take();
    expect(await guest().read(exchange(0x180, 0x1e98, 7, '0badcafe'))).to.equal('0badcafe');
    const accesses = doeAccesses(trace.take(), 0x180);
    const go = accesses.indexOf('W08=80000000');
    const polls = accesses.slice(go + 1, accesses.indexOf('R0c=80000000'));
    expect(polls.length).to.be.at.least(LATE_POLLS);
    expect(polls.every((line) => line.startsWith('R0c='))).to.equal(true);
  });

  it('a withheld or unknown feature answers with Error, and an abort mends it (section 6.30.2)', async () => {
    for (const type of [2, 3, 9]) {
      const refused = await guest().run(`${exchange(0x140, OURS, type, '00000000')} 2>&1`);
      expect(refused, `type ${type}`).to.deep.equal({ code: 1, output: 'the Error bit is set\n' });
      expect(await guest().read(`lspci -vvv -s ${ADDRESS}`)).to.match(/DOESta: .* Error\+/);
      await guest().read(discoverByShell({ address: ADDRESS, at: 0x140, version: 2 }));
      expect(await guest().read(exchange(0x140, OURS, 1, '01020304'))).to.equal('01020304');
    }
  });

  it('a function-level reset mends it, too (section 6.6.2; drivers/pci/pci.c, pcie_flr)', async () => {
    const device = `/sys/bus/pci/devices/${ADDRESS}`;
    await guest().run(exchange(0x140, OURS, 9, '00000000'));
    expect(await guest().read(`lspci -vvv -s ${ADDRESS}`)).to.match(/DOESta: .* Error\+/);
    await guest().read(`echo flr >${device}/reset_method; echo 1 >${device}/reset`);
    expect(await guest().read(`lspci -vvv -s ${ADDRESS}`)).to.not.match(/DOESta: .* Error\+/);
    expect(await guest().read(exchange(0x140, OURS, 1, '01020304'))).to.equal('01020304');
  });

  it('removed and found again it is walked in the same way (drivers/pci/probe.c, pci_init_capabilities)', async () => {
    trace.take();
    await findAgain();
    const lines = trace.take();
    expect(found.map(({ place: { at } }) => walkOf(lines, at))).to.deep.equal(walks);
  });

  it('granted to a client, a feature is gone from the registers until it is given back; granted to them, it is there (own rule)', async () => {
    const features = doe?.at(0x140)?.features;
    const before = await listed();
    {
      using _taken = features?.grant({ vendor: OURS, type: 1 }, { to: 'client' });
      using _given = features?.grant({ vendor: OURS, type: 2 }, { to: 'registers' });
      await findAgain();
      expect(await listed()).to.deep.equal(
        before.map((line) => line.replaceAll('6d64:01', '6d64:02')),
      );
      expect((await guest().run(exchange(0x140, OURS, 1, '00000000'))).code).to.equal(1);
      await findAgain();
      expect(await guest().read(exchange(0x140, OURS, 2, '00000001'))).to.equal('00000001');
    }
    expect(await guest().read(exchange(0x140, OURS, 1, '00000002'))).to.equal('00000002');
    await findAgain();
    expect(await listed()).to.deep.equal(before);
  });

  /** What sysfs lists: names and contents. */
  async function listed(): Promise<string[]> {
    const list = await guest().read(
      `cd /sys/bus/pci/devices/${ADDRESS}/doe_features; for each in *; do echo $each $(cat $each); done`,
    );
    return list.split('\n').sort();
  }

  async function findAgain(): Promise<void> {
    await guest().read(
      `echo 1 >/sys/bus/pci/devices/${ADDRESS}/remove; echo 1 >/sys/bus/pci/rescan`,
    );
  }
});

function exchange(at: number, vendor: number, type: number, payload: string): string {
  return `doe-exchange ${ADDRESS} ${at} ${vendor} ${type} ${payload}`;
}

/** What the kernel did with one capability. It polls, and leaves Interrupt Status as it is. */
function walkOf(lines: readonly string[], at: number): string[] {
  return doeAccesses(lines, at).map((line) => line.replace(/^(R0c=.*)[23]$/, '$10'));
}

/** The accesses of one discovery that is answered at once. */
function discovery(index: number, version: 1 | 2, answer: string): string[] {
  const word = (value: number): string => value.toString(16).padStart(8, '0');
  const ready = 'R0c=80000000';
  const taken = 'W14=00000000';
  return [
    'R0c=00000000',
    ...['W10=00000001', 'W10=00000003'],
    `W10=${word(index | (version === 1 ? 0 : version << 8))}`,
    'W08=80000000',
    ready,
    ...['R14=00000001', taken, 'R14=00000003', taken],
    ...[`R14=${answer}`, ready, taken, 'R0c=00000000'],
  ];
}
