import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { manifestPath, readManifest, writeManifest } from './manifest.js';

describe('the manifest of a device', () => {
  let folder = '';
  let path = '';

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mdevkit-manifest-'));
    path = manifestPath(join(folder, 'device'));
  });

  after(async () => {
    await rm(folder, { recursive: true });
  });

  const refused = (): Promise<unknown> =>
    readManifest(path).then(
      () => undefined,
      (error: unknown) => error,
    );

  it('is read as it was written', async () => {
    const manifest = { roots: ['-----BEGIN CERTIFICATE-----'], measurements: { 1: 'aa', 254: '' } };
    await writeManifest(path, manifest);
    expect(await readManifest(path)).to.deep.equal(manifest);
  });

  it('a file that is not there is said to be not there', async () => {
    expect(await readManifest(join(folder, 'none')).catch(String)).to.match(/ENOENT/);
  });

  for (const text of ['', '{', 'roots', '{"roots":[],}', '['.repeat(100_000)]) {
    it(`${JSON.stringify(text.slice(0, 12))} is no JSON, and the file is named`, async () => {
      await writeFile(path, text);
      const error = await refused();
      expect(error).to.be.instanceOf(TypeError);
      expect(error).to.have.property('message', `${path} is no JSON`);
    });
  }

  for (const text of [
    'null',
    '7',
    '"roots"',
    '[]',
    '{}',
    '{"roots":[]}',
    '{"measurements":{}}',
    '{"roots":"x","measurements":{}}',
    '{"roots":[1],"measurements":{}}',
    '{"roots":[null],"measurements":{}}',
    '{"roots":{"0":"x"},"measurements":{}}',
    '{"roots":[],"measurements":null}',
    '{"roots":[],"measurements":"aa"}',
    '{"roots":[],"measurements":{"1":7}}',
    '{"roots":[],"measurements":{"1":["aa"]}}',
    '{"roots":[],"measurements":{"__proto__":{"1":"aa"}}}',
  ]) {
    it(`${text} is no manifest`, async () => {
      await writeFile(path, text);
      const error = await refused();
      expect(error).to.be.instanceOf(TypeError);
      expect(error)
        .to.have.property('message')
        .that.matches(/ is no manifest: it needs "roots"/);
    });
  }

  it('a list of measurements is no manifest: they go by index (bug; own rule)', async () => {
    await writeFile(path, '{"roots":[],"measurements":["aa"]}');
    expect(await refused()).to.be.instanceOf(TypeError);
  });
});
