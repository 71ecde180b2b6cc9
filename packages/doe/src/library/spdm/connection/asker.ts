import type { Clock } from '@mdevkit/core';
import {
  SPDM_ERROR,
  SPDM_ERROR_BUSY,
  SPDM_ERROR_RESPONSE_NOT_READY,
  SPDM_VERSION_10,
} from '@mdevkit/uapi';
import {
  decodeError,
  encodeRespondIfReady,
  isSpdmVersion,
  notReadyOf,
  readHeader,
  type NotReady,
} from '../../../abi/spdm/index.js';
import { failure } from '../../../errors/index.js';
import { answerError } from './answer-error.js';
import type { SpdmLimits } from './limits.js';
import type { Patience } from './patience.js';
import { checkSignal, pause } from './pause.js';

/** The way of messages to a responder and back: in the clear, or sealed. */
export interface SpdmPort {
  /** Resolves to the answer, with at most the padding of a data object behind it. */
  send(message: Uint8Array, signal: AbortSignal | undefined): Promise<Uint8Array>;
}

/** What it takes to wait for a device. */
export interface AskServices {
  readonly clock: Clock;
  readonly limits: SpdmLimits;
  /** Of the call that asks. */
  readonly patience: Patience;
}

/** Data objects have whole words. */
const WORD = 4;

/** An ERROR of the device. */
interface Refusal {
  readonly code: number;
  readonly data: number;
  readonly notReady: NotReady | undefined;
}

/** Asks a responder, and again if it is busy or not ready. */
export class Asker {
  readonly #port: SpdmPort;
  readonly #services: AskServices;
  /** The most bytes of a request. */
  requestSize = Number.POSITIVE_INFINITY;

  constructor(port: SpdmPort, services: AskServices) {
    this.#port = port;
    this.#services = services;
  }

  /**
   * Resolves to the answer of the code `expected`, in the version of the request, padding included.
   *
   * Source: DSP0274 1.3, ERROR response message (Busy, ResponseNotReady), RESPOND_IF_READY request message.
   *
   * @throws MdevError a reason for each code of ERROR (`doe.spdm-error-…`); `doe.spdm-version-byte`,
   *   `doe.spdm-unexpected-response`, `doe.spdm-oversized`, `doe.spdm-malformed`, `doe.spdm-time-limit`,
   *   `doe.spdm-cancelled`
   */
  async ask(request: Uint8Array, expected: number, signal?: AbortSignal): Promise<Uint8Array> {
    if (request.length > this.requestSize) {
      throw failure('doe.spdm-request-size', { length: request.length, most: this.requestSize });
    }
    const { limits, patience } = this.#services;
    const { code } = readHeader(request);
    let message = request;
    let busy = 0;
    let notReady = 0;
    for (;;) {
      checkSignal(signal);
      patience.check();
      const answer = await this.#port.send(message, signal);
      const refusal = this.#refusal(request, answer, expected);
      if (refusal === undefined) {
        return answer;
      }
      const wait = refusal.notReady;
      const isBusy = refusal.code === SPDM_ERROR_BUSY && busy < limits.busyRetries;
      if (isBusy && patience.retry()) {
        busy += 1;
        await this.#wait(limits.busyDelayMs, signal);
      } else if (wait?.requestCode === code && notReady < limits.readyRetries && patience.retry()) {
        notReady += 1;
        await this.#wait(readyDelay(wait, limits), signal);
        message = respondIfReady(request, wait);
      } else {
        throw answerError(refusal.code, refusal.data, code);
      }
    }
  }

  async #wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
    const { clock, patience } = this.#services;
    patience.check(ms);
    await pause(clock, ms, signal);
  }

  /** The ERROR in an answer, or undefined for the answer that is expected. */
  #refusal(request: Uint8Array, answer: Uint8Array, expected: number): Refusal | undefined {
    const asked = readHeader(request);
    const { version, code, param1, param2 } = readHeader(answer);
    if (answer.length > Math.ceil(this.#services.limits.messageBytes / WORD) * WORD) {
      throw failure('doe.spdm-oversized', { length: answer.length, request: asked.code });
    }
    // An ERROR of a device that has forgotten everything is of version 1.0.
    if (version !== asked.version && (code !== SPDM_ERROR || version !== SPDM_VERSION_10)) {
      throw failure('doe.spdm-version-byte', { version, expected: asked.version });
    }
    if (code === SPDM_ERROR) {
      // What stands behind most errors is of no use here, and differs between versions.
      const notReady =
        param1 === SPDM_ERROR_RESPONSE_NOT_READY
          ? notReadyOf(decodeError(answer).message)
          : undefined;
      return { code: param1, data: param2, notReady };
    }
    if (code !== expected) {
      throw failure('doe.spdm-unexpected-response', { code, expected });
    }
    return undefined;
  }
}

function readyDelay({ exponent }: NotReady, limits: SpdmLimits): number {
  const milliseconds = Math.ceil(2 ** exponent / 1000);
  if (milliseconds > limits.readyDelayMs) {
    throw failure('doe.spdm-error-not-ready', { milliseconds });
  }
  return milliseconds;
}

function respondIfReady(request: Uint8Array, { requestCode, token }: NotReady): Uint8Array {
  const { version } = readHeader(request);
  if (!isSpdmVersion(version)) {
    throw new RangeError(`no version of SPDM: ${version}`);
  }
  return encodeRespondIfReady({ version, requestCode, token });
}
