import type { Corpus, Seed, SeedSession } from '../corpus/index.js';
import { messageOf, versionPayload } from '../message/index.js';
import type { Random } from '../random/index.js';
import type { Action, Sequence } from '../sequence/index.js';
import { mutateMessage } from './mutate-message.js';
import { mutateSequence } from './mutate-sequence.js';
import { goodVersionTexts } from './version-texts.js';

/** Messages of the longest part of a session. */
const LONGEST = 80;

/** Makes a sequence out of parts of the corpus, most of it changed a little. */
export function generate(random: Random, corpus: Corpus, models: readonly string[]): Sequence {
  const model = random.pick(models);
  const parts = [part(random, corpus.sessions, model)];
  while (random.chance(60) && parts.length < 6) {
    parts.push(part(random, corpus.sessions, model));
  }
  const share = random.pick([0, 3, 10, 25, 60]);
  const actions: Action[] = [];
  // Hardly any without VERSION: it would end at once.
  if (!random.chance(2)) {
    actions.push(sendOf(random, version(random, corpus), random.chance(10) ? 100 : 0));
  }
  for (const seed of spliced(random, parts)) {
    actions.push(sendOf(random, seed, share));
    if (random.chance(12)) {
      actions.push({ kind: 'process' });
    }
  }
  for (let count = random.pick([0, 0, 1, 2, 4, 8]); count > 0; count--) {
    mutateSequence(random, actions);
  }
  return {
    model,
    tight: random.chance(60),
    seed: random.next(),
    actions,
  };
}

function version(random: Random, { versions }: Corpus): Seed {
  if (versions.length > 0 && random.chance(50)) {
    return random.pick(versions);
  }
  const payload = versionPayload(random.pick(goodVersionTexts), random.chance(20) ? 1 : 0);
  return { bytes: messageOf(1, payload, { id: 1 }), fds: [] };
}

/** A run of messages from anywhere in a session. */
function part(random: Random, sessions: readonly SeedSession[], model: string): readonly Seed[] {
  const own = sessions.filter(({ models }) => models.includes(model));
  const { seeds } = random.pick(own.length > 0 && random.chance(80) ? own : sessions);
  const length = Math.min(seeds.length, random.between(1, LONGEST));
  const start = random.below(seeds.length - length + 1);
  return seeds.slice(start, start + length);
}

/** One after the other, or taken in turns. */
function spliced(random: Random, parts: readonly (readonly Seed[])[]): readonly Seed[] {
  if (random.chance(60)) {
    return parts.flat();
  }
  const rest = parts.map((seeds) => [...seeds]);
  const mixed: Seed[] = [];
  while (rest.some((seeds) => seeds.length > 0)) {
    mixed.push(
      ...random.pick(rest.filter((seeds) => seeds.length > 0)).splice(0, random.between(1, 5)),
    );
  }
  return mixed;
}

function sendOf(random: Random, { bytes, fds }: Seed, share: number): Action {
  let changed = bytes;
  if (random.chance(share)) {
    for (let count = random.pick([1, 1, 1, 2, 3]); count > 0; count--) {
      changed = mutateMessage(random, changed);
    }
  }
  return { kind: 'send', bytes: changed, fds, cuts: [] };
}
