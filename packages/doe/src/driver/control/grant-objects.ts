import { implement, type Implementation } from '@mdevkit/core';
import { DOE_EVENT_REVOKED, DoeGrantClass, MOST_CONTROL_PAYLOAD } from '../../abi/control/index.js';
import { featureName } from '../../abi/object/index.js';
import { failure } from '../../errors/index.js';
import { ask, type Ending } from '../exchange/index.js';
import type { FeatureGrant } from '../ownership/index.js';
import type { DoeInstance, DoeInstances } from '../set/index.js';
import { instanceAt } from './instance-at.js';

/** A grant that a client holds, and what it is one of. */
export interface HeldGrant {
  readonly instance: DoeInstance;
  readonly grant: FeatureGrant;
}

/** What grants of features do on the control plane. */
export function grantObjects(
  instances: DoeInstances,
): Implementation<typeof DoeGrantClass, HeldGrant> {
  return implement(DoeGrantClass).withState<HeldGrant>(
    {
      create: ({ at, vendor, type, to, withheld, channel, element }, call) => {
        const instance = instanceAt(instances, at);
        const events = call.events({ channel, element });
        const onRevoked = (): void => {
          events.report(DOE_EVENT_REVOKED);
        };
        const grant = instance.features.grant({ vendor, type }, { to, withheld, onRevoked });
        return { state: { instance, grant } };
      },
      exchange: ({ instance, grant }, { request }, call) => {
        const { entry, isOver, options, requester } = grant;
        const feature = featureName(entry);
        if (isOver) {
          throw failure('doe.revoked', { feature });
        }
        if (options.to !== 'client') {
          throw failure('doe.not-yours', { feature });
        }
        // The grant ends with its client and with the device, which wait for nobody but whoever asks.
        const ending: Ending = (stop) =>
          call.onEnd(() => {
            stop(failure('doe.revoked', { feature }));
          });
        const response = ask(instance.exchanges, requester, entry, request, [ending]);
        return response instanceof Uint8Array ? answer(response) : response.then(answer);
      },
    },
    {
      release: ({ grant }) => {
        grant[Symbol.dispose]();
      },
    },
  );
}

function answer(response: Uint8Array): { readonly response: Uint8Array } {
  if (response.length > MOST_CONTROL_PAYLOAD) {
    throw failure('doe.long-object', { length: response.length, most: MOST_CONTROL_PAYLOAD });
  }
  return { response };
}
