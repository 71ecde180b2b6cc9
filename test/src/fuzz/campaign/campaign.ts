import { loadCorpus } from '../corpus/index.js';
import { fuzzModels } from '../models/index.js';
import { generate } from '../mutation/index.js';
import { Random } from '../random/index.js';
import { describeSequence, type Sequence } from '../sequence/index.js';
import { FuzzFailure, runSequence, Target } from '../target/index.js';
import { growth, measureMemory, type Memory } from './memory.js';
import { failAgain, minimise } from './minimise.js';

export interface CampaignOptions {
  readonly seed: number;
  /** As soon as so many have been sent, it ends. */
  readonly messages: number;
  /** Devices by name; all by default. */
  readonly models?: readonly string[];
  /** The number of the sequence to begin with, to see one again. */
  readonly first?: number;
  /** Whether memory is measured now and then, which takes a while. */
  readonly watchMemory?: boolean;
  /** Told now and then, and before each sequence if it may hang. */
  readonly onProgress?: (progress: CampaignSummary) => void;
  readonly onSequence?: (index: number) => void;
}

export interface CampaignSummary {
  readonly messages: number;
  readonly sequences: number;
  /** How many replies had which errno; 0 is success. */
  readonly errnos: ReadonlyMap<number, number>;
  readonly memory: Memory | undefined;
}

/** A campaign that has found something. */
export class CampaignError extends Error {
  override readonly name = 'CampaignError';
}

/** Sequences between two measurements of memory. */
const INTERVAL = 2000;

/** Runs sequences until there were enough messages. Rejects with CampaignError, which tells the smallest that fails. */
export async function runCampaign(options: CampaignOptions): Promise<CampaignSummary> {
  const { seed, messages, watchMemory = false, first = 0 } = options;
  const models = options.models ?? fuzzModels.map(({ name }) => name);
  const corpus = loadCorpus();
  const errnos = new Map<number, number>();
  const target = await Target.open();
  let sent = 0;
  let index = first;
  let before: Memory | undefined;
  let memory: Memory | undefined;
  try {
    for (; sent < messages; index++) {
      options.onSequence?.(index);
      const sequence = generate(new Random(seed, index), corpus, models);
      await runOrExplain(target, sequence, seed, index, errnos);
      sent += sequence.actions.filter(({ kind }) => kind === 'send').length;
      if ((index - first) % INTERVAL === INTERVAL - 1) {
        target.renewKit();
        if (watchMemory) {
          memory = await measureMemory();
          // The first interval has made the engine know the code.
          before ??= memory;
          checkMemory(before, memory, seed, index);
        }
        options.onProgress?.({ messages: sent, sequences: index - first + 1, errnos, memory });
      }
    }
  } finally {
    await target[Symbol.asyncDispose]();
  }
  return { messages: sent, sequences: index - first, errnos, memory };
}

async function runOrExplain(
  target: Target,
  sequence: Sequence,
  seed: number,
  index: number,
  errnos: Map<number, number>,
): Promise<void> {
  try {
    const result = await runSequence(target, sequence);
    for (const [errno, count] of result.errnos) {
      errnos.set(errno, (errnos.get(errno) ?? 0) + count);
    }
  } catch (error) {
    const smallest = await minimise(sequence, error);
    const again = (await failAgain(smallest)) ?? error;
    throw new CampaignError(
      `seed ${seed}, sequence ${index}: ${explain(again)}\n${describeSequence(smallest)}`,
      { cause: error },
    );
  }
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  const cause = error.cause instanceof Error ? `: ${error.cause.stack ?? error.cause.message}` : '';
  return error instanceof FuzzFailure
    ? `${error.message}${cause}`
    : `${error.stack ?? error.message}${cause}`;
}

function checkMemory(before: Memory, now: Memory, seed: number, index: number): void {
  const grown = growth(before, now);
  if (grown !== undefined) {
    throw new CampaignError(`seed ${seed}, up to sequence ${index}: memory grows: ${grown}`);
  }
}
