import {
  createObject,
  destroyObject,
  flagsIn,
  handleOf,
  method,
  objectClass,
  optional,
  valueIn,
  valueOut,
} from '@mdevkit/core';
import {
  IB_UVERBS_ACCESS_LOCAL_WRITE,
  IB_UVERBS_ACCESS_MW_BIND,
  IB_UVERBS_ACCESS_REMOTE_READ,
  IB_UVERBS_ACCESS_REMOTE_WRITE,
} from '@mdevkit/uapi';

/** A protection domain: what has been made in one does not work with what has been made in another. */
export const Pd = objectClass({
  name: 'PD',
  id: 0,
  methods: { create: createObject(0, {}), destroy: destroyObject(1, {}) },
});

/** What a memory region is good for. Reading by its own device is always allowed. */
const regionAccess = {
  LOCAL_WRITE: IB_UVERBS_ACCESS_LOCAL_WRITE,
  REMOTE_WRITE: IB_UVERBS_ACCESS_REMOTE_WRITE,
  REMOTE_READ: IB_UVERBS_ACCESS_REMOTE_READ,
  MW_BIND: IB_UVERBS_ACCESS_MW_BIND,
};

/**
 * A memory region: addresses (IOVAs) that the client has mapped for its device, under two keys. `lkey` is for the client's
 * own work requests, `rkey` for those of whoever is told it.
 *
 * The domain is no `parent` here: `rereg` may move a region to another one, so the driver counts for itself who uses a domain.
 */
export const Mr = objectClass({
  name: 'MR',
  id: 1,
  methods: {
    register: createObject(0, {
      pd: handleOf(1, Pd),
      iova: valueIn(2, 'u64'),
      length: valueIn(3, 'u64'),
      access: flagsIn(4, regionAccess),
      lkey: valueOut(5, 'u32'),
      rkey: valueOut(6, 'u32'),
    }),
    deregister: destroyObject(1, {}),
    /**
     * Changes what is given and keeps the keys: the domain, the range (`iova` and `length` together), the access. The access
     * counts only with `change` ACCESS, because flags that are left out are 0.
     */
    rereg: method(2, {
      pd: optional(handleOf(1, Pd)),
      iova: optional(valueIn(2, 'u64')),
      length: optional(valueIn(3, 'u64')),
      access: flagsIn(4, regionAccess),
      change: flagsIn(5, { ACCESS: 1 }),
    }),
  },
});

/** Of {@link Mr}'s `rereg`. */
export const REREG_ACCESS = 1;

/**
 * A memory window: a part of a region with an `rkey` of its own, which can be taken back without touching the region.
 *
 * In the kernel a bind is a work request; here it is a call, because the data plane is not what this example is about.
 */
export const Mw = objectClass({
  name: 'MW',
  id: 2,
  methods: {
    create: createObject(0, {
      pd: handleOf(1, Pd, { parent: true }),
      rkey: valueOut(2, 'u32'),
    }),
    destroy: destroyObject(1, {}),
    /** The window gets a new `rkey`; the one before is dead. A `length` of 0 takes the window away. */
    bind: method(2, {
      mr: handleOf(1, Mr),
      iova: valueIn(2, 'u64'),
      length: valueIn(3, 'u64'),
      access: flagsIn(4, {
        REMOTE_WRITE: IB_UVERBS_ACCESS_REMOTE_WRITE,
        REMOTE_READ: IB_UVERBS_ACCESS_REMOTE_READ,
      }),
      rkey: valueOut(5, 'u32'),
    }),
  },
});
