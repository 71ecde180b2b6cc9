import type { Random } from '../random/index.js';
import { descriptorKinds, type Action, type DescriptorKind } from '../sequence/index.js';

type Mutator = (random: Random, actions: Action[]) => void;

function place(random: Random, actions: readonly Action[]): number {
  return random.below(actions.length);
}

function duplicate(random: Random, actions: Action[]): void {
  const at = place(random, actions);
  const action = actions[at];
  if (action !== undefined) {
    const times = random.chance(90) ? random.between(1, 3) : random.between(10, 40);
    actions.splice(at, 0, ...Array.from({ length: times }, () => action));
  }
}

function move(random: Random, actions: Action[]): void {
  const [action] = actions.splice(place(random, actions), 1);
  if (action !== undefined) {
    actions.splice(random.below(actions.length + 1), 0, action);
  }
}

function remove(random: Random, actions: Action[]): void {
  actions.splice(place(random, actions), random.between(1, 3));
}

/** A message comes in pieces. */
function cut(random: Random, actions: Action[]): void {
  const at = place(random, actions);
  const action = actions[at];
  if (action?.kind === 'send' && action.bytes.length > 1) {
    const cuts = Array.from({ length: random.between(1, 3) }, () =>
      random.between(1, action.bytes.length - 1),
    );
    actions[at] = { ...action, cuts: [...new Set(cuts)].sort((a, b) => a - b) };
  }
}

/** The client goes away in the middle of a message. */
function goAway(random: Random, actions: Action[]): void {
  const at = place(random, actions);
  const action = actions[at];
  if (action?.kind === 'send') {
    const bytes = action.bytes.slice(0, random.below(action.bytes.length + 1));
    const gone: Action = { kind: random.chance(80) ? 'reconnect' : 'half-close' };
    // Otherwise, in a message that is being carried out.
    const last: Action[] = bytes.length === 0 ? [] : [{ ...action, bytes, cuts: [] }];
    const first = actions.find(({ kind }) => kind === 'send');
    const again: Action[] = gone.kind === 'reconnect' && first !== undefined ? [first] : [];
    actions.splice(at, 1, ...last, gone, ...again);
  }
}

/** Several messages in one send. */
function join(random: Random, actions: Action[]): void {
  const at = place(random, actions);
  const joined: Uint8Array[] = [];
  let next = actions[at];
  while (next?.kind === 'send' && next.fds.length === 0 && joined.length < 8) {
    joined.push(next.bytes);
    next = actions[at + joined.length];
  }
  if (joined.length > 1) {
    actions.splice(at, joined.length, {
      kind: 'send',
      bytes: Buffer.concat(joined),
      fds: [],
      cuts: [],
    });
  }
}

function insert(action: (random: Random) => Action): Mutator {
  return (random, actions) => {
    actions.splice(random.below(actions.length + 1), 0, action(random));
  };
}

function beDeaf(random: Random, actions: Action[]): void {
  const at = place(random, actions);
  actions.splice(at, 0, { kind: 'deaf', on: true });
  if (random.chance(50)) {
    actions.splice(random.between(at + 1, actions.length), 0, { kind: 'deaf', on: false });
  }
}

function changeDescriptors(random: Random, actions: Action[]): void {
  const carriers = actions.flatMap((action, at) =>
    action.kind === 'send' && (action.fds.length > 0 || random.chance(5)) ? [at] : [],
  );
  const at = carriers.length === 0 ? place(random, actions) : random.pick(carriers);
  const action = actions[at];
  if (action?.kind === 'send') {
    actions[at] = { ...action, fds: changedDescriptors(random, action.fds) };
  }
}

function changedDescriptors(random: Random, fds: readonly DescriptorKind[]): DescriptorKind[] {
  const changed = [...fds];
  switch (random.below(5)) {
    case 0:
      changed.splice(random.below(changed.length + 1), 0, random.pick(descriptorKinds));
      break;
    case 1:
      changed.splice(random.below(changed.length + 1), 1);
      break;
    case 2:
      return Array.from({ length: random.between(0, 40) }, () => random.pick(descriptorKinds));
    default:
      if (changed.length > 0) {
        changed[random.below(changed.length)] = random.pick(descriptorKinds);
      }
  }
  return changed;
}

const mutators: readonly Mutator[] = [
  ...[duplicate, duplicate, move, move, remove, cut, cut, goAway, join, join, beDeaf],
  ...[changeDescriptors, changeDescriptors, changeDescriptors, changeDescriptors],
  insert(() => ({ kind: 'process' })),
  insert((random) => ({ kind: 'time', milliseconds: random.pick([1, 100, 4100, 4600, 11_000]) })),
  insert(() => ({ kind: 'cut-file' })),
];

/** Changes the order of things, and what is between them. */
export function mutateSequence(random: Random, actions: Action[]): void {
  if (actions.length > 0) {
    random.pick(mutators)(random, actions);
  }
}
