import { commandName } from '@mdevkit/vfio-user';
import { commandOf, errnoOf, flagsOf, HEADER_SIZE, idOf, sizeOf } from '../message/index.js';
import type { Action, Sequence } from './action.js';

const SHOWN_BYTES = 96;

/** A sequence for a human, a line for each action. */
export function describeSequence({ model, tight, seed, actions }: Sequence): string {
  const head = `model ${model}, ${tight ? 'tight' : 'usual'} limits, answers by seed ${seed}`;
  return [head, ...actions.map((action) => `  ${describeAction(action)}`)].join('\n');
}

export function describeAction(action: Action): string {
  switch (action.kind) {
    case 'send': {
      const { bytes, fds, cuts } = action;
      const pieces = cuts.length === 0 ? '' : `, cut at ${cuts.join(' ')}`;
      const with_ = fds.length === 0 ? '' : `, with ${fds.join(' ')}`;
      return `send ${describeBytes(bytes)}${with_}${pieces}`;
    }
    case 'deaf':
      return action.on ? 'read no more' : 'read again';
    case 'time':
      return `${action.milliseconds} ms pass`;
    case 'process':
    case 'half-close':
    case 'reconnect':
    case 'cut-file':
      return action.kind;
  }
}

export function describeBytes(bytes: Uint8Array): string {
  if (bytes.length < HEADER_SIZE) {
    return `${bytes.length} bytes ${hex(bytes)}`;
  }
  const payload = bytes.subarray(HEADER_SIZE);
  const more = payload.length > SHOWN_BYTES ? `… (${payload.length} bytes)` : '';
  const size = sizeOf(bytes) === bytes.length ? '' : ` size ${sizeOf(bytes)}`;
  const errno = errnoOf(bytes) === 0 ? '' : ` errno ${errnoOf(bytes)}`;
  const head = `${commandName(commandOf(bytes))} id ${idOf(bytes)} flags 0x${flagsOf(bytes).toString(16)}`;
  return `${head}${size}${errno} ${hex(payload.subarray(0, SHOWN_BYTES))}${more}`;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
