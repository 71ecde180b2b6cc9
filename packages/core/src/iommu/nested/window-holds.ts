import { failure } from '../../errors/index.js';
import { DisposableStore } from '../../lifecycle/index.js';
import type { Iova } from '../dma/dma.js';
import { advance } from '../iova.js';
import type { Area } from '../space/index.js';
import type { ParentWindow } from './parent-window.js';

/** The part of one map of the parent that is held. */
export interface HeldPiece {
  readonly area: Area;
  /** In the memory of the map. */
  readonly offset: number;
  readonly size: number;
}

/** A range of a window that is to be pinned, checked. */
export interface HoldRequest {
  readonly window: ParentWindow;
  readonly offset: number;
  readonly length: number;
  readonly pieces: readonly HeldPiece[];
}

/** The pins of a nested space in its parent, as long as they last. */
export class WindowHolds {
  readonly #holds = new Set<WindowHold>();

  /** Throws what the memory throws, and holds nothing then. */
  hold(request: HoldRequest): Disposable {
    const memory = new DisposableStore();
    try {
      for (const { area, offset, size } of request.pieces) {
        memory.add(area.memory.pin(offset, size));
      }
      // An unmap is under way, or the memory's own code has just done one.
      if (request.pieces.some(({ area }) => area.size === 0 || area.unmapping)) {
        throw failure('nested.unmapped', { iova: request.window.parentIova(request.offset) });
      }
    } catch (error) {
      memory[Symbol.dispose]();
      throw error;
    }
    return new WindowHold(request, memory, this.#holds);
  }

  /** The windows that have something pinned in a range of the parent. */
  windowsOn(parentIova: Iova, length: number): ReadonlySet<ParentWindow> {
    const holds = [...this.#holds].filter((hold) => hold.overlaps(parentIova, length));
    return new Set(holds.map(({ window }) => window));
  }

  /** What is pinned in a map of the parent. */
  in(area: Area): readonly WindowHold[] {
    return [...this.#holds].filter((hold) => hold.touches(area));
  }
}

/** One pin: it counts in every map of the parent that it covers, until it is disposed. */
export class WindowHold implements Disposable {
  readonly window: ParentWindow;
  /** Where it starts in the parent. */
  readonly #start: Iova;
  readonly #length: number;
  readonly #pieces: readonly HeldPiece[];
  readonly #memory: Disposable;
  readonly #all: Set<WindowHold>;

  constructor(request: HoldRequest, memory: Disposable, all: Set<WindowHold>) {
    this.window = request.window;
    this.#start = request.window.parentIova(request.offset);
    this.#length = request.length;
    this.#pieces = request.pieces;
    this.#memory = memory;
    this.#all = all;
    for (const { area } of this.#pieces) {
      area.pins += 1;
    }
    all.add(this);
  }

  overlaps(parentIova: Iova, length: number): boolean {
    const last = advance(parentIova, length - 1);
    return this.#start <= last && advance(this.#start, this.#length - 1) >= parentIova;
  }

  touches(area: Area): boolean {
    return this.#pieces.some((piece) => piece.area === area);
  }

  /** Harmless the second time. Throws what the memory throws, after all. */
  [Symbol.dispose](): void {
    if (!this.#all.delete(this)) {
      return;
    }
    for (const { area } of this.#pieces) {
      area.pins -= 1;
    }
    this.#memory[Symbol.dispose]();
  }
}
