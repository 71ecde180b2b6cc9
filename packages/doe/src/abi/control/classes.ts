import {
  arrayOut,
  bytesIn,
  bytesOut,
  classMethod,
  constIn,
  createObject,
  destroyEventSource,
  EventChannelClass,
  handleOf,
  method,
  objectClass,
  optional,
  valueIn,
  valueOut,
} from '@mdevkit/core';
import { MOST_INDEXES } from '../object/index.js';

/** Bytes of the longest payload that goes through the control plane, both ways: whole words of one attribute. */
export const MOST_CONTROL_PAYLOAD = 65_532;

/** What a grant reports when it is taken away from its holder; the event has no data. */
export const DOE_EVENT_REVOKED = 1;

/** DOE Capabilities of one function at the most, by their size in config space (PCI_DOE_SIZEOF). */
const MOST_INSTANCES = 160;

/** Who a grant gives its feature to. */
export const DOE_GRANT_CLIENT = 0;
export const DOE_GRANT_REGISTERS = 1;
export const DOE_GRANT_NOBODY = 2;

/** How a feature looks to the registers while it is not theirs. */
export const DOE_WITHHELD_HIDDEN = 0;
export const DOE_WITHHELD_ERROR = 1;

/** Bits 7:0 of an element of `owners`; a client is the holder of a grant. */
export const DOE_OWNER_MASK = 0xff;
export const DOE_OWNER_REGISTERS = 0;
export const DOE_OWNER_CLIENT = 1;
export const DOE_OWNER_NOBODY = 2;
/** Discovery shows the feature to the registers. */
export const DOE_OWNER_LISTED = 1 << 8;

/**
 * A feature of one DOE Capability that is granted for a time: to the holder of the object, who asks it without the registers;
 * to the registers, for a feature that is nobody's otherwise; or to nobody. It is given back when the object goes.
 */
export const DoeGrantClass = objectClass({
  name: 'DOE_GRANT',
  id: 0,
  methods: {
    /**
     * `at` is the config offset of the DOE Capability. `withheld` is what the registers see of the feature while it is not
     * theirs, by default what the driver has said. ENODEV for a capability that there is not, ENOENT for a feature, EBUSY
     * for one that is granted, EPERM for discovery.
     */
    create: createObject(0, {
      at: valueIn(1, 'u32'),
      vendor: valueIn(2, 'u32'),
      type: valueIn(3, 'u32'),
      to: constIn(4, {
        client: DOE_GRANT_CLIENT,
        registers: DOE_GRANT_REGISTERS,
        nobody: DOE_GRANT_NOBODY,
      }),
      withheld: optional(constIn(5, { hidden: DOE_WITHHELD_HIDDEN, error: DOE_WITHHELD_ERROR })),
      channel: optional(handleOf(6, EventChannelClass)),
      element: optional(valueIn(7, 'u64')),
    }),
    destroy: destroyEventSource(1, {}),
    /**
     * Payload for payload, without the two words of the header; both end at a whole word, filled up with zeros. Several may
     * be under way, and are answered in their order. EPERM unless the feature was granted to the client, EIO when it was
     * taken away or does not respond, EMSGSIZE for a response of more than MOST_CONTROL_PAYLOAD bytes.
     */
    exchange: method(
      2,
      {
        request: bytesIn(1, { max: MOST_CONTROL_PAYLOAD }),
        response: bytesOut(2, { max: MOST_CONTROL_PAYLOAD }),
      },
      'read',
    ),
  },
});

/** The DOE Capabilities of the function. It has no objects. */
export const DoeInstanceClass = objectClass({
  name: 'DOE_INSTANCE',
  id: 1,
  methods: {
    /** Config offsets, in the order of the driver's declaration. */
    list: classMethod(0, { at: arrayOut(0, 'u32', { max: MOST_INSTANCES }) }),
    /**
     * `message` is the Interrupt Message Number, which an instance without interrupts does not have. `features` are the first
     * words of their objects (vendor, type << 16), discovery first; `owners` says, for the same index, whose each is
     * (DOE_OWNER_*). ENODEV for a capability that there is not.
     */
    describe: classMethod(1, {
      at: valueIn(0, 'u32'),
      version: valueOut(1, 'u32'),
      message: optional(valueOut(2, 'u32')),
      features: arrayOut(3, 'u32', { max: MOST_INDEXES }),
      owners: arrayOut(4, 'u32', { max: MOST_INDEXES }),
    }),
  },
});

/** What a driver with DOE Capabilities adds to the control plane of its devices. */
export const doeClasses = [DoeGrantClass, DoeInstanceClass] as const;
