import { pathToFileURL } from 'node:url';
import { defineDriver } from '@mdevkit/core';
import { inRepository } from '../../examples/repository.js';
import { examples } from '../../examples/transcripts.js';
import { WrongData, type Load, type Round } from './load.js';

/** What `program.ts` of every example offers. */
interface ExampleProgram {
  main(print: (line: string) => void): Promise<void>;
}

/** For the load's own host, which it does not need. */
const nothing = defineDriver({
  name: 'nothing',
  deviceApi: 'vfio-platform',
  types: [{ id: 'none' }],
  parents: [],
  model: () => ({ deviceApi: 'vfio-platform', regions: [], irqs: [] }),
});

/**
 * The programs of the examples, which have drivers and hosts of their own: migration, shared virtual addresses, removal with
 * a grace, object files and more. They show how a device works, not what a client makes of a fault.
 */
export const programs: Load = {
  name: 'examples',
  weight: 2,
  isLocal: true,
  isFragile: true,
  driver: () => Promise.resolve(nothing),
  run: async ({ random, did }: Round) => {
    const example = examples[random.below(examples.length)];
    if (example === undefined) {
      throw new RangeError('there are no examples');
    }
    const { name, transcript } = example;
    const url = pathToFileURL(inRepository(`examples/${name}/dist/program.js`)).href;
    const program = (await import(url)) as ExampleProgram;
    const lines: string[] = [];
    await program.main((line) => void lines.push(...line.split('\n')));
    if (lines.join('\n') !== transcript.join('\n')) {
      throw new WrongData(`${name} prints something else: ${lines.join(' | ')}`);
    }
    did(name);
  },
};
