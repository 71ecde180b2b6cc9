import { access, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { fencedBlocks } from './markdown.js';
import { inRepository } from './repository.js';

/** An excerpt starts with the path of its file. */
const pathLine = /^\/\/ ([\w./-]+)\n/;

/** A text without its layout: an excerpt is indented less than its file. */
function words(text: string): string {
  return text.split(/\s+/).join(' ').trim();
}

describe('guides (docs/guides, "a test compares the two")', () => {
  for (const [guide, fewest] of [
    ['drivers.md', 5],
    ['objects.md', 20],
    ['testing.md', 5],
    ['qemu.md', 1],
  ] as const) {
    it(`${guide}: every excerpt stands word for word in the file that it names`, async () => {
      const blocks = fencedBlocks(await readFile(inRepository(`docs/guides/${guide}`), 'utf8'));
      const excerpts = blocks.filter(({ content }) => pathLine.test(content));
      expect(excerpts).to.have.lengthOf.at.least(fewest);
      for (const { content } of excerpts) {
        const [line = '', path = ''] = pathLine.exec(content) ?? [];
        const source = await readFile(inRepository(path), 'utf8');
        expect(words(source), path).to.contain(words(content.slice(line.length)));
      }
    });
  }
});

describe('links of the documents', () => {
  const documents = [
    'README.md',
    'CONTRIBUTING.md',
    'docs/architecture.md',
    'docs/speed.md',
    'docs/guides/drivers.md',
    'docs/guides/objects.md',
    'docs/guides/qemu.md',
    'docs/guides/testing.md',
    'docs/reference/control-rules.md',
    'docs/reference/control-wire.md',
    'docs/reference/cxlflash-rules.md',
    'docs/reference/device-rules.md',
    'docs/reference/event-rules.md',
    'docs/reference/iommu-rules.md',
    'docs/reference/vfio-user-rules.md',
    'packages/control/README.md',
    'packages/cxlflash/README.md',
  ];
  for (const document of documents) {
    it(`${document}: every link leads to a file or a folder of the repository`, async () => {
      const text = await readFile(inRepository(document), 'utf8');
      const links = [...text.matchAll(/\]\(([^)#]+)/g)].map(([, link = '']) => link);
      for (const link of links) {
        await access(inRepository(join(dirname(document), link)));
      }
    });
  }
});
