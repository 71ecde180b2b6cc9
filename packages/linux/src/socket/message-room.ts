import { libc, SCM_MAX_FD, SCM_RIGHTS, SOL_SOCKET } from '../libc/index.js';
import { NativeBuffer } from '../native/index.js';

/*
 * Where things stand in the room. A `struct msghdr` has the name, its length, the vectors, their number, the control
 * messages, their length and the flags; a `struct cmsghdr` its length, its level and its type.
 * Source: include/linux/socket.h.
 */
const vectorsField = 16;
const vectorCountField = 24;
const controlField = 32;
const controlLengthField = 40;
const flagsField = 48;
const vectorAt = 64;
const vectorLengthField = vectorAt + 8;
const controlAt = 128;
const controlHeader = 16;
const descriptorSize = 4;
/** For the descriptors, and for what the owner of a socket may have asked for beside, as credentials. */
const controlRoom = 2048;

/**
 * The structures that sendmsg(2) and recvmsg(2) take for one run of bytes, in memory that they can stay in: a call
 * only writes what is different from the last one, and allocates nothing.
 */
export class MessageRoom implements Disposable {
  readonly #memory = NativeBuffer.allocate(controlAt + controlRoom);
  readonly #view = this.#memory.view;
  /** Of the `struct msghdr`. */
  readonly #header = this.#memory.address;

  constructor() {
    this.#setAddress(vectorsField, this.#header + vectorAt);
    this.#view.setUint32(vectorCountField, 1, true);
    this.#setAddress(controlField, this.#header + controlAt);
  }

  /** Answers as recvmsg(2), for `length` bytes to `address`. */
  receive(fd: number, address: number, length: number, flags: number): number {
    this.#aim(address, length, controlRoom);
    return libc().recvmsg(fd, this.#header, flags);
  }

  /** Answers as sendmsg(2), for `length` bytes from `address` with at most SCM_MAX_FD descriptors. */
  send(
    fd: number,
    address: number,
    length: number,
    flags: number,
    descriptors: readonly number[],
  ): number {
    const end = controlHeader + descriptors.length * descriptorSize;
    this.#view.setUint32(controlAt, end, true);
    this.#view.setUint32(controlAt + 4, 0, true);
    this.#view.setInt32(controlAt + 8, SOL_SOCKET, true);
    this.#view.setInt32(controlAt + 12, SCM_RIGHTS, true);
    descriptors.forEach((descriptor, index) => {
      this.#view.setInt32(controlAt + controlHeader + index * descriptorSize, descriptor, true);
    });
    this.#aim(address, length, Math.ceil(end / 8) * 8);
    return libc().sendmsg(fd, this.#header, flags);
  }

  /** MSG_… that came with the last message received. */
  get flags(): number {
    return this.#view.getUint32(flagsField, true);
  }

  /** How many bytes of control messages came with it. */
  get controlLength(): number {
    return this.#view.getUint32(controlLengthField, true);
  }

  /** Tells `found` the descriptors of each control message that has a type of `types`. */
  forEachDescriptor(types: readonly number[], found: (descriptor: number) => void): void {
    const end = controlAt + Math.min(this.controlLength, controlRoom);
    let at = controlAt;
    while (at + controlHeader <= end) {
      const length = this.#view.getUint32(at, true);
      if (length < controlHeader) {
        return;
      }
      if (
        this.#view.getInt32(at + 8, true) === SOL_SOCKET &&
        types.includes(this.#view.getInt32(at + 12, true))
      ) {
        const last = Math.min(at + length, end) - descriptorSize;
        for (let place = at + controlHeader; place <= last; place += descriptorSize) {
          found(this.#view.getInt32(place, true));
        }
      }
      at += Math.ceil(length / 8) * 8;
    }
  }

  [Symbol.dispose](): void {
    this.#memory[Symbol.dispose]();
  }

  #aim(address: number, length: number, controlLength: number): void {
    this.#setAddress(vectorAt, address);
    this.#view.setUint32(vectorLengthField, length, true);
    this.#view.setUint32(controlLengthField, controlLength, true);
    this.#view.setUint32(flagsField, 0, true);
  }

  #setAddress(at: number, address: number): void {
    this.#view.setUint32(at, address % 2 ** 32, true);
    this.#view.setUint32(at + 4, Math.floor(address / 2 ** 32), true);
  }
}

/** How many descriptors fit one message. */
export const maxDescriptors = SCM_MAX_FD;
