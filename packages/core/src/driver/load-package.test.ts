import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { ContainerModule } from 'inversify';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { outcome, testDriver } from './host.test-support.js';
import { MdevHost } from './mdev-host.js';
import { nodeImporter } from './node-importer.js';
import type { PackageImporter } from './package-importer.js';

const folder = 'file:///packages/afu/';

/** A package that exists only here. */
function fakePackage(manifest: unknown, namespace: unknown): PackageImporter {
  return {
    manifest: (name) =>
      name === 'afu'
        ? Promise.resolve({ manifest, folder })
        : Promise.reject(new Error(`Cannot find module '${name}'`)),
    load: (url) => {
      expect(url).to.equal(`${folder}dist/driver.js`);
      return namespace instanceof Error ? Promise.reject(namespace) : Promise.resolve(namespace);
    },
  };
}

const goodManifest = { name: 'afu', mdevkit: { driver: './dist/driver.js' } };

describe('loading a driver package (docs/guides/drivers.md, package.json)', () => {
  const cases: readonly [title: string, manifest: unknown, namespace: unknown, expected: string][] =
    [
      ['a manifest without an entry', { name: 'afu' }, {}, 'ENOEXEC driver.entry'],
      [
        'an entry that is not a relative path',
        { mdevkit: { driver: 'x' } },
        {},
        'ENOEXEC driver.entry',
      ],
      [
        'an entry outside of the package',
        { mdevkit: { driver: './../x' } },
        {},
        'ENOEXEC driver.entry',
      ],
      ['a manifest that is not an object', null, {}, 'ENOEXEC driver.entry'],
      ['a module that throws', goodManifest, new Error('boom'), 'ENOEXEC driver.load'],
      ['a module without a default export', goodManifest, {}, 'ENOEXEC driver.entry'],
      ['a default export of another kind', goodManifest, { default: 5 }, 'ENOEXEC driver.entry'],
      [
        'a module that binds no driver',
        goodManifest,
        { default: new ContainerModule(() => undefined) },
        'ENOEXEC driver.entry',
      ],
      [
        'a module that throws while it is loaded',
        goodManifest,
        {
          default: new ContainerModule(() => {
            throw new Error('boom');
          }),
        },
        'ENOEXEC driver.load',
      ],
      [
        'a driver that is not well formed',
        goodManifest,
        { default: testDriver({ name: 'no spaces allowed' }) },
        'EINVAL driver.invalid',
      ],
    ];

  for (const [title, manifest, namespace, expected] of cases) {
    it(`${title}: ${expected}, and nothing is half loaded`, async () => {
      await using host = new MdevHost({ importer: fakePackage(manifest, namespace) });
      expect(await outcome(() => host.loadPackage('afu'))).to.equal(expected);
      expect(host.parents).to.deep.equal([]);
      await host.load(testDriver());
      expect(host.parents).to.deep.equal(['p0']);
    });
  }

  it('an unknown package is ENOENT with the name and the cause', async () => {
    await using host = new MdevHost({ importer: fakePackage(goodManifest, {}) });
    const error: unknown = await host.loadPackage('nothing').catch((caught: unknown) => caught);
    expect(error).to.have.property('code', 'ENOENT');
    expect(error).to.have.property('message').that.includes("Cannot find module 'nothing'");
    expect(error).to.have.nested.property('cause.message');
  });
});

describe('loading a driver package from a folder of node_modules', () => {
  let base: string;

  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'mdevkit-packages-'));
    const core = new URL('../index.js', import.meta.url).href;
    const home = join(base, 'node_modules', 'afu-driver');
    await mkdir(home, { recursive: true });
    await writeFile(
      join(home, 'package.json'),
      JSON.stringify({ name: 'afu-driver', type: 'module', mdevkit: { driver: './module.js' } }),
    );
    await writeFile(
      join(home, 'module.js'),
      `import { defineDriver } from ${JSON.stringify(core)};
       export default defineDriver({
         name: 'afu',
         deviceApi: 'vfio-platform',
         types: [{ id: 'one' }],
         parents: [{ name: 'afu0', capacity: 1 }],
         model: () => ({ deviceApi: 'vfio-platform', regions: [], irqs: [] }),
       });`,
    );
  });

  afterEach(async () => {
    await rm(base, { recursive: true });
  });

  it('works by its name', async () => {
    const importer = nodeImporter(pathToFileURL(join(base, 'host.js')).href);
    await using host = new MdevHost({ importer });
    expect(await host.loadPackage('afu-driver')).to.deep.equal(['afu']);
    const { uuid } = await host.create({ parent: 'afu0', type: 'afu-one' });
    await using device = await host.open(uuid);
    expect((await device.info()).numRegions).to.equal(0);
  });
});
