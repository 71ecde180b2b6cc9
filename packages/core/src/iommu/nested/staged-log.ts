import { DirtyLog } from '../dirty/index.js';
import type { Iova } from '../dma/dma.js';

/** Marks a range of the nested space in the log of the parent. */
export type MarkParent = (iova: Iova, length: number) => void;

/**
 * Where the writes to a nested space are marked while its parent wants to know of them: in its own log, if there
 * is one, under its own IOVAs, and in that of the parent under those of the parent. What it reports is its own.
 */
export class StagedLog extends DirtyLog {
  readonly #own: DirtyLog | undefined;
  readonly #markParent: MarkParent;

  constructor(own: DirtyLog | undefined, pageSize: number, markParent: MarkParent) {
    super({ pageSize });
    this.#own = own;
    this.#markParent = markParent;
  }

  override get count(): number {
    return this.#own?.count ?? 0;
  }

  override mark(iova: Iova, length: number): void {
    this.#own?.mark(iova, length);
    this.#markParent(iova, length);
  }

  override report(...call: Parameters<DirtyLog['report']>): void {
    this.#own?.report(...call);
  }

  override clear(...call: Parameters<DirtyLog['clear']>): void {
    this.#own?.clear(...call);
  }
}
