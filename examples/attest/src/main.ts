import { interposersFromEnvironment, type EnvironmentInterposers } from '@mdevkit/testing';
import { parseOptions, usage, type Options } from './options.js';
import { attestDevice } from './program.js';
import { report, reportJson } from './report.js';
import { openSubject } from './subject.js';

const TRUSTED = 0;
const REFUSED = 1;
const NOT_ASKED = 2;

async function main(args: readonly string[]): Promise<number> {
  let options: Options;
  let around: EnvironmentInterposers | undefined;
  try {
    // npm changes the folder, and tells where it was called.
    options = parseOptions(args, process.env['INIT_CWD'] ?? '.');
    if (options.help) {
      process.stdout.write(usage);
      return 0;
    }
    around = interposersFromEnvironment();
    const { interposers } = around;
    await using subject = await openSubject(options, { interposers });
    const attestation = await attestDevice(subject.device, subject.manifest);
    const lines = options.json ? [reportJson(attestation)] : report(attestation);
    process.stdout.write(`${lines.join('\n')}\n`);
    return attestation.verdict === 'trusted' ? TRUSTED : REFUSED;
  } catch (error) {
    warn(`attest: ${error instanceof Error ? error.message : String(error)}`);
    return NOT_ASKED;
  } finally {
    around?.report().forEach(warn);
  }
}

function warn(line: string): void {
  process.stderr.write(`${line}\n`);
}

process.exitCode = await main(process.argv.slice(2));
