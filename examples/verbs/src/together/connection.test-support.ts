import type { Control, Device, DmaMap, MdevHost } from '@mdevkit/core';

/** A way to a device: the client's memory goes by `device`, its objects by `control`. */
export interface VerbsConnection extends AsyncDisposable {
  readonly device: Device;
  /** Whether a call is answered while an earlier one of the same client waits. A socket carries out one at a time. */
  readonly isConcurrent: boolean;
  /** Another client each time. Closed with the connection at the latest. */
  control(): Promise<Control>;
  /** Memory that the device can reach by this way; bytes of this process without it. */
  allocate?(size: number): { readonly memory: DmaMap['memory']; readonly bytes: Uint8Array };
}

/** Opens the mdev `uuid`. What is made for that goes with the connection. */
export type Connect = (host: MdevHost, uuid: string) => Promise<VerbsConnection>;

/** In the same process, without anything between. */
export async function connectInProcess(host: MdevHost, uuid: string): Promise<VerbsConnection> {
  const device = await host.open(uuid);
  return {
    device,
    isConcurrent: true,
    control: () => device.control(),
    [Symbol.asyncDispose]: () => device.close(),
  };
}
