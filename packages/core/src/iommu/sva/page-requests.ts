import type { Clock } from '../../clock/index.js';
import { silentLogger, type Logger } from '../../log/index.js';
import type { DmaTarget, PageRequest, PageRequester } from '../dma/dma-target.js';

/** `success`: the range can be accessed now; `invalid`: it cannot, and the access fails. */
export type PageResponse = 'success' | 'invalid';

/** Provides what a device asks for, or refuses. Throwing refuses. */
export type PageRequestHandler = (request: PageRequest) => PageResponse | Promise<PageResponse>;

/** How many requests of one PASID wait for an answer at the most, if nothing else is said. */
export const DEFAULT_REQUEST_LIMIT = 64;

export interface PageRequestsOptions {
  readonly handler: PageRequestHandler;
  /** Needed for a deadline, and for nothing else. */
  readonly clock?: Clock | undefined;
  /** Milliseconds that the handler has for one request; without it, as long as it wants. */
  readonly deadlineMs?: number | undefined;
  /** Requests of one PASID without an answer at the most, 1 or more; {@link DEFAULT_REQUEST_LIMIT} by default. */
  readonly limit?: number | undefined;
  readonly logger?: Logger | undefined;
}

/**
 * The page requests of an address space: a device that meets memory that is not there asks for it and waits,
 * a handler provides it. Each request has exactly one answer. It is `invalid` unless the handler says
 * otherwise in time: one that throws, answers anything else or misses its deadline refuses, and an answer
 * that comes later is dropped.
 *
 * The handler runs after the device's call has returned, in the order of the requests.
 *
 * Source: PCI Express Base Specification 6.0, section 10.4 (Page Request Services); Linux
 * drivers/iommu/iommufd/eventq.c; include/uapi/linux/iommufd.h, struct iommu_hwpt_pgfault and enum
 * iommufd_page_response_code.
 */
export class PageRequests implements PageRequester {
  readonly #handler: PageRequestHandler;
  readonly #clock: Clock | undefined;
  readonly #deadlineMs: number | undefined;
  readonly #limit: number;
  readonly #logger: Logger;
  readonly #outstanding = new Set<Outstanding>();

  /** Throws RangeError for a limit or a deadline that is none, TypeError for a deadline without a clock. */
  constructor(options: PageRequestsOptions) {
    const { handler, clock, deadlineMs, limit = DEFAULT_REQUEST_LIMIT, logger } = options;
    if (!Number.isSafeInteger(limit) || limit < 1) {
      throw new RangeError(`the limit of page requests is 1 or more, not ${limit}`);
    }
    if (deadlineMs !== undefined && !(deadlineMs > 0)) {
      throw new RangeError(`the deadline of a page request is more than 0 ms, not ${deadlineMs}`);
    }
    if (deadlineMs !== undefined && clock === undefined) {
      throw new TypeError('page requests with a deadline need a clock');
    }
    this.#handler = handler;
    this.#clock = clock;
    this.#deadlineMs = deadlineMs;
    this.#limit = limit;
    this.#logger = logger ?? silentLogger;
  }

  /** How many requests have no answer yet. */
  get outstanding(): number {
    return this.#outstanding.size;
  }

  /** Asks the handler. Never rejects. */
  request(request: PageRequest): Promise<PageResponse> {
    if (this.#countOf(request.source) >= this.#limit) {
      this.#warn('too many page requests wait for an answer; this one is refused', request);
      return Promise.resolve('invalid');
    }
    return new Promise((resolve) => {
      const entry: Outstanding = { request, resolve, deadline: undefined };
      this.#outstanding.add(entry);
      this.#startDeadline(entry);
      void this.#ask(entry);
    });
  }

  /**
   * Answers all outstanding requests of one source: invalid. For a PASID that is detached, or leads elsewhere now.
   *
   * Source: Linux drivers/iommu/iommufd/eventq.c, iommufd_auto_response_faults.
   */
  cancel(source: DmaTarget): void {
    for (const entry of [...this.#outstanding]) {
      if (entry.request.source === source) {
        this.#answer(entry, 'invalid');
      }
    }
  }

  /** Answers all outstanding requests: invalid. */
  cancelAll(): void {
    for (const entry of [...this.#outstanding]) {
      this.#answer(entry, 'invalid');
    }
  }

  #countOf(source: DmaTarget): number {
    let count = 0;
    for (const { request } of this.#outstanding) {
      count += request.source === source ? 1 : 0;
    }
    return count;
  }

  async #ask(entry: Outstanding): Promise<void> {
    const { request } = entry;
    // The handler may do anything, and the device that asks is in the middle of something.
    await Promise.resolve();
    if (!this.#outstanding.has(entry)) {
      return;
    }
    if (!this.#answer(entry, await this.#response(request))) {
      this.#logger.debug('the answer to a page request came too late', fieldsOf(request));
    }
  }

  async #response(request: PageRequest): Promise<PageResponse> {
    try {
      const answer: unknown = await this.#handler(request);
      if (answer === 'success' || answer === 'invalid') {
        return answer;
      }
      this.#warn('the answer to a page request is none', request, { answer });
    } catch (error) {
      this.#warn('the handler of a page request failed', request, { error });
    }
    return 'invalid';
  }

  #startDeadline(entry: Outstanding): void {
    if (this.#clock !== undefined && this.#deadlineMs !== undefined) {
      entry.deadline = this.#clock.schedule(this.#deadlineMs, () => {
        if (this.#answer(entry, 'invalid')) {
          this.#warn('a page request was not answered in time', entry.request);
        }
      });
    }
  }

  /** Whether it was still to be answered. */
  #answer(entry: Outstanding, response: PageResponse): boolean {
    if (!this.#outstanding.delete(entry)) {
      return false;
    }
    entry.deadline?.[Symbol.dispose]();
    entry.resolve(response);
    return true;
  }

  #warn(message: string, request: PageRequest, more: Readonly<Record<string, unknown>> = {}): void {
    this.#logger.warn(message, { ...fieldsOf(request), ...more });
  }
}

interface Outstanding {
  readonly request: PageRequest;
  readonly resolve: (response: PageResponse) => void;
  deadline: Disposable | undefined;
}

function fieldsOf({ pasid, iova, length, access }: PageRequest): Record<string, unknown> {
  return { pasid, iova, length, access };
}
