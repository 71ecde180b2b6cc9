import { Region, type DeviceModel, type RegionSlot } from '@mdevkit/core';
import type { MdevFaults } from '../inject/index.js';
import { sites } from '../table/index.js';
import type { ClientAccess } from './client-access.js';
import { faultyRegion } from './region.js';

/**
 * A model, as a plan has it. What `inner` does not offer is not offered either; only open and close, which no client can ask
 * for, are met with every model.
 */
export function faultyModel(
  inner: DeviceModel,
  faults: MdevFaults,
  client: ClientAccess,
): DeviceModel {
  const { deviceApi, irqs, features, migration, objects } = inner;
  const reset = inner.reset?.bind(inner);
  const drainPasid = inner.drainPasid?.bind(inner);
  const quiesce = inner.quiesce?.bind(inner);
  const resume = inner.resume?.bind(inner);
  return {
    deviceApi,
    regions: faultyRegions(inner.regions, faults, client),
    irqs,
    ...(features === undefined ? {} : { features }),
    ...(migration === undefined ? {} : { migration }),
    ...(objects === undefined ? {} : { objects }),
    open: () => {
      faults.enter(sites.open);
      // An open resets first, where there is a reset.
      if (reset === undefined) {
        faults.renew();
      }
      return inner.open?.();
    },
    close: () => closeThen(inner, faults),
    ...(reset === undefined
      ? {}
      : {
          reset: () => {
            faults.enter(sites.reset);
            faults.renew();
            return reset();
          },
        }),
    ...(drainPasid === undefined ? {} : { drainPasid }),
    ...(quiesce === undefined
      ? {}
      : {
          quiesce: (cause) => {
            faults.enter(sites.quiesce);
            return quiesce(cause);
          },
        }),
    ...(resume === undefined ? {} : { resume }),
    [Symbol.dispose]: () => {
      inner[Symbol.dispose]?.();
    },
  };
}

/** A close that fails has closed nevertheless, as that of a file. */
function closeThen(inner: DeviceModel, faults: MdevFaults): void | Promise<void> {
  const { error } = faults.meet(sites.close);
  faults.abandon();
  const answer = inner.close?.();
  if (error === undefined) {
    return answer;
  }
  if (answer === undefined) {
    throw error;
  }
  return answer.then(() => {
    throw error;
  });
}

/** What is no list of regions is for the core to refuse. */
function faultyRegions(
  slots: readonly RegionSlot[],
  faults: MdevFaults,
  client: ClientAccess,
): readonly RegionSlot[] {
  const isList: boolean = Array.isArray(slots);
  return isList
    ? slots.map((slot, index) =>
        slot instanceof Region ? faultyRegion(slot, index, faults, client) : slot,
      )
    : slots;
}
