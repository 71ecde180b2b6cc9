import { MdevError, type Device, type DeviceEvent } from '@mdevkit/core';

/** A device in the hands of somebody who lets go of it when told to: from then on every call rejects unheard. */
export function handOf(device: Device): { readonly device: Device; readonly letGo: () => void } {
  let isGone = false;
  const get = (target: Device, name: string | symbol): unknown => {
    const member: unknown = Reflect.get(target, name, target);
    if (typeof member !== 'function') {
      return member;
    }
    return (...given: unknown[]): unknown => {
      if (isGone) {
        return refused(name);
      }
      return Reflect.apply(member, target, given);
    };
  };
  const letGo = (): void => {
    isGone = true;
  };
  return { device: new Proxy(device, { get }), letGo };
}

/** Events just end; every other call answers by a promise, also when it refuses. */
function refused(method: string | symbol): unknown {
  if (method === 'events') {
    return noEvents();
  }
  const error = new MdevError('EBADF', 'conformance.let-go', 'nobody uses the device any more');
  return Promise.reject(error);
}

async function* noEvents(): AsyncGenerator<DeviceEvent, undefined> {
  await Promise.resolve();
  return undefined;
}
