import type { Device, MdevType, TypeQuery } from '@mdevkit/core';

/** What the library needs of a host; `MdevHost` of the core is one. */
export interface FlashHost {
  /** Types that fit and are available, best first. */
  findTypes(query: TypeQuery): readonly MdevType[];
  create(options: {
    readonly parent: string;
    readonly type: string;
  }): Promise<{ readonly uuid: string }>;
  open(uuid: string): Promise<Device>;
  remove(uuid: string): Promise<void>;
}
