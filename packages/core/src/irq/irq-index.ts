/**
 * How an interrupt index behaves. Three behaviours cover the kernel's tables:
 *
 * - `level`: one line that stays raised (PCI INTx): maskable, masked automatically when it fires.
 * - `message`: `count` independent messages (PCI MSI, MSI-X): never maskable through SET_IRQS.
 *   `resizable` says that ranges may be enabled later than the first (MSI-X with dynamic allocation).
 * - `signal`: one notification to the client (PCI ERR, REQ), independent of the others.
 *
 * At most one `level` or `message` index of a device is active at a time.
 * An index of `count` 0 exists and is unimplemented; `absent` indexes answer EINVAL to everything.
 *
 * Source: Linux drivers/vfio/pci/vfio_pci_intrs.c.
 */
export type IrqIndexSpec =
  | { readonly kind: 'level'; readonly name: string; readonly count: 0 | 1 }
  | {
      readonly kind: 'message';
      readonly name: string;
      /** Vectors, 0 .. 2048. */
      readonly count: number;
      readonly resizable: boolean;
      /**
       * How many vectors this device can have now, those it holds included, when a parent shares them out;
       * `count` without it.
       */
      readonly available?: () => number;
    }
  | {
      readonly kind: 'signal';
      readonly name: string;
      readonly count: 0 | 1;
      /** `request`: the core triggers it to ask the client to let go of the device. */
      readonly role?: 'error' | 'request';
    }
  | { readonly kind: 'absent'; readonly name: string };
