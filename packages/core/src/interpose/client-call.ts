import type { DmaMap, SetIrqs } from '../device/contract.js';
import type { QuiesceCause } from '../device/model.js';
import type { Iova } from '../iommu/dma/dma.js';

/**
 * One thing that a client does to a device, as its endpoint is asked for it: after what a transport checks of its messages,
 * before the core's own rules. What it carries is the caller's: it must not be kept beyond the call without a copy.
 *
 * These are none: the question for the migration state, the data of a migration (read and written by its own session), and
 * the setting of an ioeventfd. The writes that an ioeventfd does are `write`s.
 */
export type ClientCall =
  | { readonly kind: 'open' | 'close' | 'release' | 'reset' | 'info' }
  | { readonly kind: 'region-info' | 'irq-info'; readonly index: number }
  | {
      /** `data[at .. at + length)`: of a write before the call, of a read after it. */
      readonly kind: 'read' | 'write';
      readonly region: number;
      readonly offset: number;
      readonly data: DataView;
      readonly at: number;
      readonly length: number;
    }
  | { readonly kind: 'set-irqs'; readonly request: SetIrqs }
  | {
      readonly kind: 'mmap';
      readonly region: number;
      readonly offset: number;
      readonly length: number;
    }
  | { readonly kind: 'feature'; readonly flags: number; readonly payload: Uint8Array }
  | { readonly kind: 'migration-state'; readonly state: number }
  | { readonly kind: 'dma-map'; readonly map: DmaMap }
  | { readonly kind: 'dma-unmap'; readonly iova: Iova; readonly size: number }
  /** Answers the PASID. */
  | { readonly kind: 'bind' }
  | { readonly kind: 'unbind'; readonly pasid: number }
  /** A silence of the device, for all of what `cause` says. */
  | { readonly kind: 'quiet'; readonly cause: QuiesceCause }
  /** Of the control plane: `client` counts from 1. */
  | { readonly kind: 'control-open' }
  | { readonly kind: 'control-close'; readonly client: number }
  /** Answers a `Reply`. */
  | { readonly kind: 'control'; readonly client: number; readonly request: Uint8Array };

export type ClientCallKind = ClientCall['kind'];
