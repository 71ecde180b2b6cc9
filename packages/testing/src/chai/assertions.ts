import type { DeviceEvent, Iova, Pasid } from '@mdevkit/core';
import type { ErrnoName } from '@mdevkit/uapi';
import type { FakeLogLevel } from '../fakes/index.js';

/** Narrows interrupts to those of an index, and of a subindex. */
export interface FiredWhere {
  readonly index?: number;
  readonly subindex?: number;
}

/** Which address space is meant; the device's own without it. */
export interface DmaWhere {
  readonly pasid?: Pasid;
}

/** Some members of an event; each must be equal, deeply; an address by its value, as a number or as a bigint. */
export type EventPattern = {
  [K in DeviceEvent['kind']]: Pick<Extract<DeviceEvent, { kind: K }>, 'kind'> &
    Partial<Addressed<Extract<DeviceEvent, { kind: K }>>>;
}[DeviceEvent['kind']];

/** The same members, each address a number or a bigint. */
type Addressed<T> = { readonly [M in keyof T]: T[M] extends bigint ? Iova : T[M] };

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- how the types of chai are extended
  namespace Chai {
    interface Assertion {
      /** A FakeIrqs fired so many times, or at least once without a number. What was dropped does not count. */
      fired(times?: number, where?: FiredWhere): Assertion;
      /** At least once, there. */
      fired(where: FiredWhere): Assertion;
      /**
       * At some moment the device had stored exactly these bytes there, by one write or several; without `bytes`, it has
       * written at this address; without any, anywhere. Of a view for writing that it has changed, what it left as it was
       * counts as stored beside what it changed, and not by itself.
       */
      written(iova?: Iova, bytes?: ArrayLike<number>, where?: DmaWhere): Assertion;
      /** The device has read each byte of a range, by one read or several; without one, anything at all. */
      read(iova?: Iova, length?: number, where?: DmaWhere): Assertion;
      /** So many accesses of a FakeDma were refused, of any PASID; at least one without a number. */
      faulted(times?: number): Assertion;
      /** A FakeEvents was told of such an event; of any without a pattern. */
      reported(event?: EventPattern): Assertion;
      /** A FakeLogger has a line of this level whose message contains, or matches, the text. */
      logged(level?: FakeLogLevel, text?: string | RegExp): Assertion;
      /** It is an MdevError, of this code and reason where they are given. */
      mdevError(code?: ErrnoName, reason?: string): Assertion;
      /** A promise, or what a function returns, rejects with such an MdevError. Await it. */
      rejectedWithMdev(code?: ErrnoName, reason?: string): Promise<void>;
    }
  }
}
