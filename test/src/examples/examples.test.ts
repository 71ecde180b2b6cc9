import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { inRepository } from './repository.js';
import { PROGRAM_TEST_LIMIT_MS, runProgram } from './run-program.js';
import { examples } from './transcripts.js';

/** What `program.ts` of every example offers. */
interface ExampleProgram {
  main(print: (line: string) => void): Promise<void>;
}

describe('examples (docs/guides/drivers.md)', () => {
  for (const { name, transcript } of examples) {
    it(`${name}: the program says what the guide promises, and ends by itself with 0`, async () => {
      const run = await runProgram(inRepository(`examples/${name}/dist/main.js`));
      expect(run.stderr).to.equal('');
      expect(run.stdout.split('\n')).to.deep.equal([...transcript, '']);
      expect(run.code).to.equal(0);
    }).timeout(PROGRAM_TEST_LIMIT_MS);

    it(`${name}: run twice in one process it says the same, and leaves nothing behind`, async () => {
      const url = pathToFileURL(inRepository(`examples/${name}/dist/program.js`)).href;
      const program = (await import(url)) as ExampleProgram;
      const lines: string[] = [];
      const print = (line: string): void => {
        lines.push(line);
      };
      await program.main(print);
      await program.main(print);
      expect(lines).to.deep.equal([...transcript, ...transcript]);
    });
  }
});
