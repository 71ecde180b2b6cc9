import { readFileSync } from 'node:fs';
import { ManualClock, MdevHost } from '@mdevkit/core';
import {
  deviceConfig,
  doeDriver,
  functionName,
  issueAuthority,
  issueIdentity,
  openDoe,
  type SpdmIdentity,
} from '@mdevkit/doe';
import { expect } from 'chai';
import { before, describe, it } from 'mocha';
import { fencedBlocks } from '../examples/markdown.js';
import { inRepository } from '../examples/repository.js';
import { attested } from './attested.js';
import { look } from './look.js';
import { mirrorDriver } from './mirror.js';
import { testModes } from './test-modes.js';

/** The programs of the README, in their order, each in a file of its own here. */
const files = ['mirror', 'attested', 'look', 'test-modes'] as const;

describe('packages/doe/README.md, its programs', () => {
  const validity = { from: new Date('2026-01-01'), until: new Date('2056-01-01') };
  let root: Uint8Array;
  let identity: SpdmIdentity;

  before(async () => {
    const authority = await issueAuthority({ validity });
    root = authority.certificate;
    identity = await issueIdentity({ authority, validity, cma: functionName });
  });

  it('are those that are compiled and run here', () => {
    const blocks = fencedBlocks(readFileSync(inRepository('packages/doe/README.md'), 'utf8'));
    const programs = blocks.filter(({ language }) => language === 'ts');
    expect(programs.map(({ content }) => content)).to.deep.equal(
      files.map((name) => readFileSync(inRepository(`test/src/doe-readme/${name}.ts`), 'utf8')),
    );
  });

  it('the device answers its feature, and discovery', async () => {
    await using host = new MdevHost();
    await host.load(mirrorDriver);
    const { uuid } = await host.create({ parent: 'mirror0', type: 'mirror-one' });
    await using device = await host.open(uuid);
    const { mailboxes, failed } = await openDoe(deviceConfig(device));
    expect(failed).to.deep.equal([]);
    const answers = mailboxes.map((mailbox) =>
      mailbox.exchange(0x6d64, 7, Uint8Array.of(1, 2, 3, 4)),
    );
    expect((await Promise.all(answers)).map((answer) => [...answer])).to.deep.equal([[4, 3, 2, 1]]);
    await Promise.all(mailboxes.map((mailbox) => mailbox.close()));
  });

  it('the requester looks through a device, and the holder of a grant learns its test modes', async () => {
    await using host = new MdevHost();
    await host.load(doeDriver({ spdm: { slots: { 0: identity } } }));
    const { uuid } = await host.create({ parent: 'doe0', type: 'doe-function' });
    await using device = await host.open(uuid);
    const said: unknown[][] = [];
    const { log } = console;
    console.log = (...words: unknown[]) => void said.push(words);
    try {
      await look(device, root);
    } finally {
      console.log = log;
    }
    // The device measures nothing, and the policy expects something.
    expect(said.at(-1)).to.deep.equal(['refused', 'doe.spdm-measurement-missing']);
    expect(said).to.have.length(3);
    // Code 0, success, and the modes that there are.
    const [code, , , status] = await testModes(device);
    expect([code, status]).to.deep.equal([0, 0]);
  });

  it('a responder is made of PEM', () => {
    const pem = (der: Uint8Array): string =>
      `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----\n`;
    const key = identity.key.export({ type: 'pkcs8', format: 'pem' }).toString();
    const specs = attested(new ManualClock(), identity.chain.map(pem).join(''), key);
    expect(specs.map(({ feature }) => feature.type)).to.deep.equal([1, 2]);
  });
});
