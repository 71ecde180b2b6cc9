import { implement, type Implementation } from '@mdevkit/core';
import {
  DOE_OWNER_CLIENT,
  DOE_OWNER_LISTED,
  DOE_OWNER_NOBODY,
  DOE_OWNER_REGISTERS,
  DoeInstanceClass,
} from '../../abi/control/index.js';
import { discoveryId, featureKey } from '../../abi/object/index.js';
import type { FeatureEntry } from '../ownership/index.js';
import type { DoeInstances } from '../set/index.js';
import { instanceAt } from './instance-at.js';

const OWNERS = { registers: DOE_OWNER_REGISTERS, nobody: DOE_OWNER_NOBODY } as const;

/** What a client may ask of the DOE Capabilities of a function. */
export function instanceObjects(
  instances: DoeInstances,
): Implementation<typeof DoeInstanceClass, undefined> {
  return implement(DoeInstanceClass).withState<undefined>({
    list: () => ({ at: instances.all.map(({ at }) => at) }),
    describe: (args) => {
      const { version, message, features } = instanceAt(instances, args.at);
      return {
        version,
        message,
        features: [discoveryId, ...features.entries].map(featureKey),
        owners: [DOE_OWNER_REGISTERS | DOE_OWNER_LISTED, ...features.entries.map(ownerOf)],
      };
    },
  });
}

function ownerOf({ owner, isListed }: FeatureEntry): number {
  const who = typeof owner === 'string' ? OWNERS[owner] : DOE_OWNER_CLIENT;
  return isListed ? who | DOE_OWNER_LISTED : who;
}
