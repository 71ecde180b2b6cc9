import type { Clock } from '../clock/index.js';
import type { Device, Endpoint } from '../device/index.js';
import { failure } from '../errors/index.js';
import type { AttachedDevice } from './attachment.js';
import type { MdevIdentity } from './mdev-identity.js';
import type { MdevTypeSpec } from './mdev-type.js';
import { Mdev, type MdevInfo } from './mdev.js';
import type { Parent } from './parent.js';
import { parseUuid } from './uuid.js';

export interface CreateRequest {
  readonly parent: string;
  /** `<driver>-<id>`. */
  readonly type: string;
  readonly uuid: string;
}

/** Makes the model of a new mdev and what belongs to it. A failure leaves nothing behind. */
export type MdevFactory = (
  parent: Parent,
  type: MdevTypeSpec,
  identity: MdevIdentity,
) => Promise<{ readonly endpoint: Endpoint; readonly destroy: () => Promise<void> }>;

/** A creation under way; `settled` never rejects. */
interface Creation {
  readonly parent: Parent;
  readonly settled: Promise<void>;
}

/**
 * All parents and mdevs of a host. UUIDs are unique across parents; an mdev is visible from the moment it is
 * complete until its removal is.
 *
 * Source: Linux drivers/vfio/mdev/mdev_core.c.
 */
export class MdevRegistry {
  readonly #clock: Clock;
  readonly #make: MdevFactory;
  readonly #parents = new Map<string, Parent>();
  readonly #mdevs = new Map<string, Mdev>();
  /** UUIDs between the begin and the commit of their creation. */
  readonly #creating = new Map<string, Creation>();
  /** Parents whose removal is under way. */
  readonly #departures = new Map<string, Promise<void>>();

  constructor(clock: Clock, make: MdevFactory) {
    this.#clock = clock;
    this.#make = make;
  }

  get parents(): readonly Parent[] {
    return [...this.#parents.values()];
  }

  get mdevs(): readonly MdevInfo[] {
    return [...this.#mdevs.values()].map((mdev) => mdev.info);
  }

  /** Throws EEXIST `parent.exists`. */
  addParent(parent: Parent): void {
    if (this.#parents.has(parent.name)) {
      throw failure('parent.exists', { parent: parent.name });
    }
    this.#parents.set(parent.name, parent);
  }

  /** Throws ENODEV `parent.not-found`. */
  parent(name: string): Parent {
    const parent = this.#parents.get(name);
    if (parent === undefined) {
      throw failure('parent.not-found', { parent: name });
    }
    return parent;
  }

  /**
   * Throws in this order EINVAL, ENODEV (no such parent), ENOENT, EEXIST, EUSERS, ENODEV (the parent leaves), or
   * what the driver throws.
   */
  async create(request: CreateRequest): Promise<MdevIdentity> {
    const uuid = parseUuid(request.uuid);
    const parent = this.parent(request.parent);
    const type = parent.typeSpec(request.type);
    if (this.#mdevs.has(uuid) || this.#creating.has(uuid)) {
      throw failure('mdev.exists', { uuid });
    }
    const release = parent.take(type);
    if (parent.leaving) {
      release();
      throw failure('parent.leaving', { parent: parent.name });
    }
    const identity = { uuid, type: request.type, parent: parent.name };
    const creation = this.#complete(parent, type, identity, release);
    this.#creating.set(uuid, { parent, settled: creation.catch(() => undefined) });
    try {
      await creation;
      return identity;
    } finally {
      this.#creating.delete(uuid);
    }
  }

  /** Throws EINVAL, EAGAIN while it is being created or removed, ENODEV also while its parent leaves. */
  async remove(text: string, graceMs: number): Promise<void> {
    const uuid = parseUuid(text);
    requireGrace(graceMs);
    if (this.#creating.has(uuid)) {
      throw failure('mdev.removing', { uuid });
    }
    const mdev = this.#find(uuid);
    this.#requireStaying(mdev);
    mdev.beginRemoval();
    await mdev.askToClose(this.#clock, graceMs);
    await this.#takeAway(mdev, 'the mdev was removed');
  }

  /** Throws EINVAL, ENODEV, EBUSY, or what the driver's open throws. */
  async open(text: string): Promise<Device> {
    return this.#findStaying(text).open();
  }

  /** As {@link MdevRegistry.open}, for a transport. */
  async attach(text: string): Promise<AttachedDevice> {
    return this.#findStaying(text).attach();
  }

  info(text: string): MdevInfo {
    return this.#find(parseUuid(text)).info;
  }

  /**
   * Removes a parent and, newest first, all its mdevs. Creations of it that have begun end first. Throws EINVAL,
   * ENODEV for an unknown one, EAGAIN when its removal has begun already.
   */
  async removeParent(name: string, graceMs: number): Promise<void> {
    const parent = this.parent(name);
    requireGrace(graceMs);
    if (parent.leaving) {
      throw failure('mdev.removing', { parent: name });
    }
    await this.#depart(parent, graceMs);
  }

  /** As {@link MdevRegistry.removeParent}, but joins a removal that has begun; an unknown one is gone already. */
  async parentGone(name: string, graceMs: number): Promise<void> {
    const parent = this.#parents.get(name);
    if (parent !== undefined) {
      await (this.#departures.get(name) ?? this.#depart(parent, graceMs));
    }
  }

  /** Ends the grace of every removal that is under way. */
  hurry(): void {
    for (const mdev of this.#mdevs.values()) {
      mdev.hurry();
    }
  }

  async #depart(parent: Parent, graceMs: number): Promise<void> {
    parent.beginLeaving();
    const departure = this.#removeChildren(parent, graceMs);
    this.#departures.set(parent.name, departure);
    try {
      await departure;
    } finally {
      this.#departures.delete(parent.name);
      this.#parents.delete(parent.name);
    }
  }

  async #removeChildren(parent: Parent, graceMs: number): Promise<void> {
    const creations = [...this.#creating.values()].filter((creation) => creation.parent === parent);
    await Promise.all(creations.map(({ settled }) => settled));
    const children = [...this.#mdevs.values()]
      .filter((mdev) => mdev.identity.parent === parent.name)
      .reverse();
    const staying = children.filter((mdev) => mdev.info.state !== 'removing');
    for (const mdev of staying) {
      mdev.beginRemoval();
    }
    await Promise.all(staying.map((mdev) => mdev.askToClose(this.#clock, graceMs)));
    for (const mdev of staying) {
      await this.#takeAway(mdev, 'the parent was removed');
    }
    await Promise.all(children.map((mdev) => mdev.gone));
  }

  async #complete(
    parent: Parent,
    type: MdevTypeSpec,
    identity: MdevIdentity,
    release: () => void,
  ): Promise<void> {
    try {
      const { endpoint, destroy } = await this.#make(parent, type, identity);
      if (parent.leaving) {
        await destroy();
        throw failure('parent.leaving', { parent: parent.name });
      }
      this.#mdevs.set(identity.uuid, new Mdev(identity, endpoint, { destroy, release }));
    } catch (error) {
      release();
      throw error;
    }
  }

  async #takeAway(mdev: Mdev, reason: string): Promise<void> {
    try {
      await mdev.takeAway(reason);
    } finally {
      this.#mdevs.delete(mdev.identity.uuid);
    }
  }

  /** Throws ENODEV once the removal of the mdev's parent has begun. */
  #requireStaying(mdev: Mdev): void {
    const { parent } = mdev.identity;
    if (this.#parents.get(parent)?.leaving !== false) {
      throw failure('parent.leaving', { parent });
    }
  }

  #findStaying(text: string): Mdev {
    const mdev = this.#find(parseUuid(text));
    this.#requireStaying(mdev);
    return mdev;
  }

  #find(uuid: string): Mdev {
    const mdev = this.#mdevs.get(uuid);
    if (mdev === undefined) {
      throw failure('mdev.not-found', { uuid });
    }
    return mdev;
  }
}

function requireGrace(graceMs: number): void {
  // A number by its type, but who comes from JavaScript may pass anything.
  if (typeof graceMs !== 'number' || !(graceMs >= 0)) {
    throw failure('mdev.grace', { graceMs });
  }
}
