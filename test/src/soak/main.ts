import { parseOptions, usage, type SoakOptions } from './options.js';
import { problemsOf, reportJson, reportLines, type SoakReport } from './report.js';
import { soak } from './soak.js';

async function main(args: readonly string[]): Promise<number> {
  let options: SoakOptions;
  try {
    options = parseOptions(args);
  } catch (error) {
    return failed(error);
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
  const stray: string[] = [];
  process.on('unhandledRejection', (error) => {
    stray.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  });
  process.on('uncaughtException', (error) => {
    stray.push(error.stack ?? error.message);
  });
  const tell = (line: string): void => void process.stderr.write(`${line}\n`);
  let report: SoakReport;
  try {
    report = { ...(await soak(options, stop.signal, tell)), stray };
  } catch (error) {
    return failed(error);
  }
  process.stdout.write(`${options.json ? reportJson(report) : reportLines(report).join('\n')}\n`);
  return problemsOf(report) === 0 ? 0 : 1;
}

function failed(error: unknown): number {
  process.stderr.write(`soak: ${error instanceof Error ? error.message : String(error)}\n`);
  return 2;
}

process.exitCode = await main(process.argv.slice(2));
