import type { ControlClientIdentity, Pasid } from '@mdevkit/core';
import { CXLFLASH_MAX_CONTEXT, RHT_PERM_RW } from '@mdevkit/uapi';
import { contextCookie, MAX_INTERRUPTS } from '../../abi/index.js';
import { failure } from '../../errors/index.js';
import type { AfuContext } from '../afu/index.js';
import type { Disk } from '../parent/index.js';
import { FlashContext } from './flash-context.js';
import type { SliceServices } from './slice-services.js';

/** PASIDs have 20 bits; 0 is none. */
const PASID_LIMIT = 2 ** 20;

/** How a client asks for a context. */
export interface AttachRequest {
  readonly client: ControlClientIdentity;
  readonly lun: number;
  /** ATTACH_*, which are RHT_PERM_* as well. */
  readonly flags: number;
  readonly interrupts: number;
  readonly pasid?: Pasid | undefined;
}

/**
 * The part of a parent that one mediated device is: some process elements of the AFU, and all of the parent's disks.
 *
 * Source: drivers/scsi/cxlflash/superpipe.c, cxlflash_disk_attach, get_context; drivers/misc/cxl/context.c for the numbers.
 */
export class FlashSlice {
  /** Process elements that there are; the AFU has windows for CXLFLASH_MAX_CONTEXT of them. */
  readonly size: number;
  readonly #services: SliceServices;
  readonly #contexts: (FlashContext | undefined)[];

  constructor(services: SliceServices, size: number) {
    this.#services = services;
    this.size = size;
    this.#contexts = Array.from({ length: size }, () => undefined);
  }

  /** Contexts that are there, or not gone yet. */
  get used(): number {
    return this.#contexts.filter((context) => context !== undefined).length;
  }

  /** What answers in a window. */
  afuAt(number: number): AfuContext | undefined {
    return this.#contexts[number]?.afu;
  }

  disk(lun: number): Disk {
    return this.#services.parent.disk(lun);
  }

  /**
   * Makes a context with one disk.
   *
   * @throws MdevError EINVAL `cxlflash.interrupts`, `cxlflash.access`, `cxlflash.pasid`; ENODEV `cxlflash.no-disk`; ENOSPC
   * `cxlflash.no-contexts`; EPERM `cxlflash.process-element`
   */
  attach({ client, lun, flags, interrupts, pasid }: AttachRequest): FlashContext {
    if (interrupts > MAX_INTERRUPTS) {
      throw failure('cxlflash.interrupts', { interrupts });
    }
    if (flags === 0 || (flags & ~RHT_PERM_RW) !== 0) {
      throw failure('cxlflash.access', { flags });
    }
    if (pasid !== undefined && (pasid < 1 || pasid >= PASID_LIMIT)) {
      throw failure('cxlflash.pasid', { pasid });
    }
    const disk = this.disk(lun);
    const number = this.#freeNumber();
    const context = new FlashContext(this.#services, {
      number,
      contextId: contextCookie(number, this.#services.parent.nextNonce()),
      client,
      permission: flags,
      interrupts,
      pasid,
    });
    this.#contexts[number] = context;
    context.attach(disk);
    return context;
  }

  /**
   * Checks the cookie of a context. One that has failed can only give back what it has. Throws EINVAL `cxlflash.context`.
   */
  check(
    context: FlashContext,
    contextId: bigint,
    client: ControlClientIdentity,
    use: 'use' | 'give-back',
  ): void {
    const isUsable = use === 'give-back' || context.afu.state !== 'failed';
    if (
      context.contextId !== contextId ||
      context.client !== client ||
      !context.isLive ||
      !isUsable
    ) {
      throw failure('cxlflash.context', { contextId });
    }
  }

  /** Ends a context, and gives its number back as soon as nothing of it is left; whether that was in time. */
  async end(context: FlashContext): Promise<boolean> {
    const isQuiet = await context.end();
    this.#forget(context, isQuiet);
    return isQuiet;
  }

  /** Takes a disk away from a context. Throws EINVAL `cxlflash.not-attached`; EBUSY `cxlflash.not-quiet`. */
  async detach(context: FlashContext, lun: number): Promise<void> {
    const isQuiet = await context.detach(lun);
    if (!context.isLive) {
      this.#forget(context, isQuiet);
    }
    if (!isQuiet) {
      throw failure('cxlflash.not-quiet', { contextId: context.contextId });
    }
  }

  /** Ends some contexts at the same time, or all of them; whether they are quiet. */
  async endAll(isMeant: (context: FlashContext) => boolean = () => true): Promise<boolean> {
    const ends = this.#contexts
      .filter((context) => context !== undefined)
      .filter(isMeant)
      .map((context) => this.end(context));
    return (await Promise.all(ends)).every((isQuiet) => isQuiet);
  }

  #freeNumber(): number {
    const number = this.#contexts.indexOf(undefined);
    if (number < 0) {
      throw failure('cxlflash.no-contexts', { contexts: this.size });
    }
    if (number >= CXLFLASH_MAX_CONTEXT) {
      throw failure('cxlflash.process-element', { number });
    }
    return number;
  }

  #forget(context: FlashContext, isQuiet: boolean): void {
    if (!isQuiet) {
      void context.whenGone().then((isGone) => {
        if (isGone) {
          this.#forget(context, true);
        }
      });
    } else if (this.#contexts[context.number] === context) {
      this.#contexts[context.number] = undefined;
    }
  }
}
