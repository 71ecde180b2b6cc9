import type { Implementation } from '@mdevkit/core';
import type { Adapter } from '../adapter.js';
import type { VerbsCapabilities } from '../options.js';
import { implementRc, implementUc } from './connected.js';
import { implementUd } from './datagram.js';
import { implementDevice } from './device.js';
import { implementXrcIni, implementXrcTgt } from './extended.js';
import { implementMr, implementMw, implementPd } from './memory.js';
import { implementAh, implementCq, implementSrq, implementXrcd } from './queues.js';

/** Everything that one device does on its control plane. */
export function implementVerbs(
  adapter: Adapter,
  capabilities: VerbsCapabilities,
): readonly Implementation[] {
  const domains = implementPd(adapter);
  const regions = implementMr(adapter, domains);
  const queues = implementCq(adapter);
  const xrcds = implementXrcd(adapter, capabilities);
  const shared = implementSrq(adapter, capabilities, domains, queues, xrcds);
  const handles = implementAh(adapter, domains);
  const context = { domains, queues, shared };
  return [
    implementDevice(adapter),
    domains,
    regions,
    implementMw(adapter, domains, regions),
    queues,
    shared,
    handles,
    xrcds,
    implementRc(adapter, context),
    implementUc(adapter, context),
    implementUd(adapter, context, handles),
    implementXrcIni(adapter, capabilities, context),
    implementXrcTgt(adapter, xrcds),
  ];
}
