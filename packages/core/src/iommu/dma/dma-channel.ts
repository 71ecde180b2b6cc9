import { normalIova } from '../iova.js';
import type { AccessOptions, ModelAccess } from '../access/index.js';
import type { AddressSpace } from '../space/address-space.js';
import { liveLength } from '../memory/index.js';
import { accessBit, READ, WRITE } from '../space/area.js';
import { Attempt } from './attempt.js';
import { copyIn, copyOut } from './copy-bytes.js';
import { copyRange } from './copy-range.js';
import type { DmaTally } from './dma-counters.js';
import type { DmaHub } from './dma-hub.js';
import type { DmaTarget } from './dma-target.js';
import type { Dma, DmaAccess, DmaSegment, Iova, Pasid } from './dma.js';
import { requestPages } from './page-request.js';
import { isLength, piecesOf } from './pieces.js';
import { reach, reachedOffset } from './reach.js';
import { checkList, type CheckedList } from './scatter-list.js';
import { fetchPieces, storePieces } from './message-transfer.js';
import { fillPieces, readPieces, viewPieces, writePieces } from './transfer.js';

/**
 * The accesses of a device with one PASID: with its own, whichever that is, if none is given.
 *
 * A read or write inside one map whose memory is one array is translated and copied right here. Everything else,
 * also every fault, goes by a list of checked pieces, with the same rules.
 */
export class DmaChannel implements Dma {
  readonly #hub: DmaHub;
  readonly #tally: DmaTally;
  readonly #pasid: Pasid | undefined;

  /** Which client a port with a PASID of its own was made for. */
  readonly #opening: number;

  constructor(hub: DmaHub, pasid: Pasid | undefined) {
    this.#opening = hub.opening;
    this.#hub = hub;
    this.#tally = hub.tally;
    this.#pasid = pasid;
  }

  get pasid(): Pasid {
    return this.#pasid ?? this.#hub.own?.pasid ?? 0;
  }

  read(iova: Iova, into: Uint8Array): void {
    const space = this.#space();
    const at = typeof iova === 'bigint' ? normalIova(iova) : iova;
    if (space !== undefined) {
      const { length } = into;
      const area = reach(space, at, length, READ);
      if (area !== undefined && copyOut(area, reachedOffset(area, at), into, length)) {
        this.#tally.bytesRead += length;
        return;
      }
    }
    this.#readPieces(space, iova, into);
  }

  write(iova: Iova, from: Uint8Array): void {
    const space = this.#space();
    const at = typeof iova === 'bigint' ? normalIova(iova) : iova;
    if (space !== undefined) {
      const { length } = from;
      const area = reach(space, at, length, WRITE);
      if (area !== undefined && copyIn(area, reachedOffset(area, at), from, length)) {
        space.dirtyLog?.mark(at, length);
        this.#tally.bytesWritten += length;
        return;
      }
    }
    this.#writePieces(space, iova, from);
  }

  async fetch(iova: Iova, into: Uint8Array): Promise<void> {
    const attempt = this.#attempt(iova, into.length, 'read');
    await fetchPieces(piecesOf(this.#space(), attempt), into, attempt);
    this.#tally.count('read', into.length);
  }

  async store(iova: Iova, from: Uint8Array): Promise<void> {
    const attempt = this.#attempt(iova, from.length, 'write');
    const space = this.#space();
    const pieces = piecesOf(space, attempt);
    space?.dirtyLog?.mark(iova, from.length);
    await storePieces(pieces, from, attempt);
    this.#tally.count('write', from.length);
  }

  fill(iova: Iova, length: number, value: number): void {
    const space = this.#space();
    const attempt = this.#attempt(iova, length, 'write');
    const pieces = piecesOf(space, attempt);
    space?.dirtyLog?.mark(iova, length);
    fillPieces(pieces, value, attempt);
    this.#tally.count('write', length);
  }

  copy(to: Iova, from: Iova, length: number): void {
    const space = this.#space();
    const source = this.#attempt(from, length, 'read');
    const target = this.#attempt(to, length, 'write');
    const sourcePieces = piecesOf(space, source);
    const targetPieces = piecesOf(space, target);
    space?.dirtyLog?.mark(to, length);
    copyRange({ attempt: target, pieces: targetPieces }, { attempt: source, pieces: sourcePieces });
    this.#tally.count('read', length);
    this.#tally.count('write', length);
  }

  gather(segments: readonly DmaSegment[], into: Uint8Array): void {
    const space = this.#space();
    const list = this.#list(space, segments, into.length, 'read');
    readPieces(list.pieces, into, list.attempt);
    this.#tally.count('read', into.length);
  }

  scatter(segments: readonly DmaSegment[], from: Uint8Array): void {
    const space = this.#space();
    const list = this.#list(space, segments, from.length, 'write');
    const log = space?.dirtyLog;
    if (log !== undefined) {
      for (const { iova, length } of segments) {
        log.mark(iova, length);
      }
    }
    writePieces(list.pieces, from, list.attempt);
    this.#tally.count('write', from.length);
  }

  view(iova: Iova, length: number, access: DmaAccess): Uint8Array {
    const space = this.#space();
    if (space !== undefined && isLength(length)) {
      const area = reach(space, iova, length, accessBit(access));
      if (area?.bytes !== undefined) {
        const offset = reachedOffset(area, iova);
        if (offset + length <= liveLength(area.bytes)) {
          this.#viewed(space, iova, length, access);
          return area.bytes.subarray(offset, offset + length);
        }
      }
    }
    return this.#viewOfPiece(space, this.#attempt(iova, length, access));
  }

  views(iova: Iova, length: number, access: DmaAccess): readonly Uint8Array[] {
    const attempt = this.#attempt(iova, length, access);
    const space = this.#space();
    const views = viewPieces(piecesOf(space, attempt), attempt);
    this.#viewed(space, iova, length, access);
    return views;
  }

  async request(iova: Iova, length: number, access: DmaAccess): Promise<void> {
    await requestPages(this.#hub, this.#target(), this.#attempt(iova, length, access));
  }

  access(options: AccessOptions): ModelAccess {
    return this.#hub.openAccess(this.#space(), this.pasid, options);
  }

  withPasid(pasid: Pasid): Dma {
    return new DmaChannel(this.#hub, pasid);
  }

  #space(): AddressSpace | undefined {
    return this.#target()?.space;
  }

  #target(): DmaTarget | undefined {
    if (this.#pasid === undefined) {
      return this.#hub.own;
    }
    return this.#opening === this.#hub.opening ? this.#hub.targetOf(this.#pasid) : undefined;
  }

  #attempt(iova: Iova, length: number, access: DmaAccess): Attempt {
    const opening = this.#pasid === undefined ? this.#hub.opening : this.#opening;
    return new Attempt(this.#hub, opening, this.pasid, iova, length, access);
  }

  #list(
    space: AddressSpace | undefined,
    segments: readonly DmaSegment[],
    length: number,
    access: DmaAccess,
  ): CheckedList {
    const attempts = segments.map((segment) => this.#attempt(segment.iova, segment.length, access));
    const pieces = checkList(space, attempts, length);
    return { pieces, attempt: this.#attempt(segments[0]?.iova ?? 0, length, access) };
  }

  #readPieces(space: AddressSpace | undefined, iova: Iova, into: Uint8Array): void {
    const attempt = this.#attempt(iova, into.length, 'read');
    readPieces(piecesOf(space, attempt), into, attempt);
    this.#tally.count('read', into.length);
  }

  #writePieces(space: AddressSpace | undefined, iova: Iova, from: Uint8Array): void {
    const attempt = this.#attempt(iova, from.length, 'write');
    const pieces = piecesOf(space, attempt);
    space?.dirtyLog?.mark(iova, from.length);
    writePieces(pieces, from, attempt);
    this.#tally.count('write', from.length);
  }

  #viewOfPiece(space: AddressSpace | undefined, attempt: Attempt): Uint8Array {
    const { iova, length, access } = attempt;
    const pieces = piecesOf(space, attempt);
    if (pieces.length > 1) {
      throw attempt.fault('memory');
    }
    const [view = new Uint8Array(0)] = viewPieces(pieces, attempt);
    this.#viewed(space, iova, length, access);
    return view;
  }

  /** Nobody sees when a view is written to: it counts from the start. */
  #viewed(space: AddressSpace | undefined, iova: Iova, length: number, access: DmaAccess): void {
    if (access === 'write') {
      space?.dirtyLog?.mark(iova, length);
    }
    this.#tally.count(access, length);
  }
}
