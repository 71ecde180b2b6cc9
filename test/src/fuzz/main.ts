import { parseArgs } from 'node:util';
import { runCampaign, type CampaignSummary } from './campaign/index.js';
import { runClientCampaign } from './client/index.js';
import { runDoeCampaign } from './doe/index.js';

/*
 * `node test/dist/fuzz/main.js [--messages N] [--seed N] [--model NAME]… [--first SEQUENCE]`: sends mutated sessions to
 * servers in this process until something breaks or there were enough messages, and then a twentieth as many mutated
 * replies to clients. The exit code is 1 if something broke. With `--trace` the number of each sequence is told before it
 * runs, so that one that hangs is known.
 *
 * With `--doe N [--seed N]` instead: N cases against DOE Capabilities and the decoders of SPDM.
 */
const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '20261121' },
    model: { type: 'string', multiple: true },
    first: { type: 'string', default: '0' },
    trace: { type: 'boolean', default: false },
    doe: { type: 'string' },
  },
});
// Most errors are refusals that nobody reads; what fails runs again with all of its stack.
Error.stackTraceLimit = 0;
const began = performance.now();

function tell(summary: CampaignSummary): void {
  const { messages, sequences, memory } = summary;
  const seconds = (performance.now() - began) / 1000;
  const rate = Math.round(messages / seconds);
  const held =
    memory === undefined
      ? ''
      : `, heap ${mebibytes(memory.heap)}, native ${mebibytes(memory.native)}, ${memory.mappings} mappings`;
  process.stdout.write(
    `${messages} messages, ${sequences} sequences, ${seconds.toFixed(1)} s, ${rate}/s${held}\n`,
  );
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

async function fuzzServer(messages: number, seed: number): Promise<void> {
  const summary = await runCampaign({
    seed,
    messages,
    first: Number(values.first),
    watchMemory: true,
    onProgress: tell,
    ...(values.model !== undefined && { models: values.model }),
    ...(values.trace && {
      onSequence: (index: number) => void process.stderr.write(`sequence ${index}\n`),
    }),
  });
  tell(summary);
  const errnos = [...summary.errnos].sort(([a], [b]) => a - b);
  process.stdout.write(
    `replies by errno: ${errnos.map(([errno, count]) => `${errno}: ${count}`).join(', ')}\n`,
  );
}

async function fuzzClient(atLeast: number, seed: number): Promise<void> {
  const { messages, connections, calls } = await runClientCampaign({ seed, messages: atLeast });
  process.stdout.write(
    `client: ${messages} messages, ${connections} connections, ${calls} calls\n`,
  );
}

async function fuzzDoe(cases: number, seed: number): Promise<void> {
  await runDoeCampaign({
    cases,
    seed,
    onPart: (line) => {
      process.stdout.write(`${line}, ${((performance.now() - began) / 1000).toFixed(1)} s\n`);
    },
  });
}

process.stdout.write(`seed ${values.seed}\n`);
try {
  const seed = Number(values.seed);
  if (values.doe === undefined) {
    const messages = Number(values.messages);
    await fuzzServer(messages, seed);
    await fuzzClient(messages / 20, seed);
  } else {
    await fuzzDoe(Number(values.doe), seed);
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
