import { parseOptions, usage, type SoakOptions } from './options.js';
import { problemsOf, reportJson, reportLines } from './report.js';
import { soak } from './soak.js';

async function main(args: readonly string[]): Promise<number> {
  let options: SoakOptions;
  try {
    options = parseOptions(args);
  } catch (error) {
    process.stderr.write(`soak: ${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
  if (options.help) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      stop.abort();
    });
  }
  // A promise that nobody waits for is a problem like any other.
  let unhandled = 0;
  process.on('unhandledRejection', (error) => {
    unhandled += 1;
    process.stderr.write(
      `soak: an unhandled rejection: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
  });
  const report = await soak(options, stop.signal, (line) => void process.stderr.write(`${line}\n`));
  process.stdout.write(`${options.json ? reportJson(report) : reportLines(report).join('\n')}\n`);
  return problemsOf(report) + unhandled === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
