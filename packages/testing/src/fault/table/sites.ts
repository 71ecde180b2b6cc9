import type { ClientCallKind } from '@mdevkit/core';
import { faultsAt, type FaultName } from './fitting.js';
import { clientCallKinds, type CallPoint } from './points.js';

/** A kind of place where calls are met: the points that they count for, and what can be done to them there. */
export interface Site {
  /** The narrowest of its points: what a report names. */
  readonly point: CallPoint;
  readonly points: readonly CallPoint[];
  readonly faults: ReadonlySet<FaultName>;
  /** Whether it answers ENOMEM under memory pressure. */
  readonly allocates: boolean;
  /** What becomes of it while the link is down; register accesses see to that themselves. */
  readonly withoutLink: 'fails' | 'lost' | undefined;
}

interface SiteTraits {
  /** Points that it counts for as well. */
  readonly also?: readonly CallPoint[];
  /** What fits the point, and does not fit here. */
  readonly without?: readonly FaultName[];
  readonly allocates?: boolean;
  readonly withoutLink?: 'fails' | 'lost';
}

function site(point: CallPoint, traits: SiteTraits = {}): Site {
  const faults = new Set(faultsAt(point));
  traits.without?.forEach((name) => faults.delete(name));
  return {
    point,
    points: [...(traits.also ?? []), point],
    faults,
    allocates: traits.allocates ?? false,
    withoutLink: traits.withoutLink,
  };
}

/** Of the model. */
export const sites = {
  dmaRead: site('dma.read', { also: ['dma'], withoutLink: 'fails' }),
  dmaWrite: site('dma.write', { also: ['dma'], withoutLink: 'fails' }),
  /** Memory to memory. */
  dmaCopy: site('dma.write', { also: ['dma', 'dma.read'], withoutLink: 'fails' }),
  /** A page request carries nothing. */
  dmaRequest: site('dma', { without: ['corrupt', 'shorten'], withoutLink: 'fails' }),
  /** An access or a pin. */
  dmaHold: site('dma', { without: ['corrupt', 'shorten'], allocates: true, withoutLink: 'fails' }),
  irq: site('irq', { withoutLink: 'lost' }),
  event: site('event'),
  schedule: site('clock.schedule', { allocates: true }),
  fire: site('clock.fire'),
  create: site('model.create'),
  open: site('model.open'),
  reset: site('model.reset'),
  close: site('model.close'),
  quiesce: site('model.quiesce'),
  modelRead: site('model.read'),
  modelWrite: site('model.write'),
} as const;

const allocating: ReadonlySet<ClientCallKind> = new Set(['dma-map', 'bind', 'control', 'mmap']);

/** Of the client, by the kind of its call. */
export const clientSites: ReadonlyMap<ClientCallKind, Site> = new Map(
  clientCallKinds.map((kind) => [
    kind,
    site(`client.${kind}`, { allocates: allocating.has(kind) }),
  ]),
);

/** The silence for a client that is gone: nobody may refuse it. */
export const partingSite = site('client.quiet', { without: ['fail'] });
