import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { commandOf } from '../message/index.js';
import type { DescriptorKind } from '../sequence/index.js';
import type { RecordedMessage } from './message-splitter.js';
import { fixtures, readRecording } from './recording-file.js';
import type { Seed, SeedSession } from './seed.js';
import { writtenSessions } from './written-sessions.js';

/** What sequences are made of. */
export interface Corpus {
  /** Of the recorded clients. */
  readonly versions: readonly Seed[];
  readonly sessions: readonly SeedSession[];
}

/** All recordings of the repository, and what is written beside them. Throws what reading them throws. */
export function loadCorpus(): Corpus {
  const recorded = readdirSync(fixtures)
    .filter((file) => file.endsWith('.jsonl'))
    .sort()
    .map((file) => readRecording(join(fixtures, file)))
    .map(({ name, messages }) => ({ name, seeds: messages.map(seedOf) }));
  const isVersion = ({ bytes }: Seed): boolean => commandOf(bytes) === 1;
  return {
    versions: recorded.flatMap(({ seeds }) => seeds.filter(isVersion)),
    sessions: [
      ...recorded.map(({ name, seeds }) => ({
        name,
        models: ['edu'],
        seeds: seeds.filter((seed) => !isVersion(seed)),
      })),
      ...writtenSessions,
    ],
  };
}

/** What a client's descriptors were is known by what they are for. */
function seedOf({ bytes, descriptors }: RecordedMessage): Seed {
  const kind: DescriptorKind = commandOf(bytes) === 8 ? 'eventfd' : 'memory';
  return { bytes, fds: Array.from({ length: descriptors }, () => kind) };
}
