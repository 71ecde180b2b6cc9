import type { ClientCall } from '@mdevkit/core';
import type { Facts } from '../inject/index.js';
import { clientSites, partingSite, type Site } from '../table/index.js';

const nothing: Facts = {};

/** Where a call of a client is met. */
export function siteOf(call: ClientCall): Site {
  if (call.kind === 'quiet' && call.cause === 'disconnect') {
    return partingSite;
  }
  const site = clientSites.get(call.kind);
  if (site === undefined) {
    throw new TypeError(`a client has no call ${call.kind}`);
  }
  return site;
}

/** What rules may ask for of a call. */
export function factsOf(call: ClientCall): Facts {
  switch (call.kind) {
    case 'read':
    case 'write':
    case 'mmap':
      return { region: call.region, offset: call.offset, length: call.length };
    case 'region-info':
      return { region: call.index };
    case 'irq-info':
      return { index: call.index };
    case 'set-irqs': {
      const { index, start, count } = call.request;
      return { index, subindex: start, count };
    }
    default:
      return nothing;
  }
}
