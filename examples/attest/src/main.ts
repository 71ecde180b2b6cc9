import { parseOptions, usage, type Options } from './options.js';
import { attestDevice } from './program.js';
import { report, reportJson } from './report.js';
import { openSubject } from './subject.js';

const TRUSTED = 0;
const REFUSED = 1;
const NOT_ASKED = 2;

async function main(args: readonly string[]): Promise<number> {
  let options: Options;
  try {
    // npm changes the folder, and tells where it was called.
    options = parseOptions(args, process.env['INIT_CWD'] ?? '.');
    if (options.help) {
      process.stdout.write(usage);
      return 0;
    }
    await using subject = await openSubject(options);
    const attestation = await attestDevice(subject.device, subject.manifest);
    const lines = options.json ? [reportJson(attestation)] : report(attestation);
    process.stdout.write(`${lines.join('\n')}\n`);
    return attestation.verdict === 'trusted' ? TRUSTED : REFUSED;
  } catch (error) {
    process.stderr.write(`attest: ${error instanceof Error ? error.message : String(error)}\n`);
    return NOT_ASKED;
  }
}

process.exitCode = await main(process.argv.slice(2));
