import { safeLogger, silentLogger, type Logger } from '@mdevkit/core';
import {
  CXL_COMPLIANCE_CAPABILITY,
  CXL_COMPLIANCE_HALT_ALL,
  CXL_COMPLIANCE_NOT_AUTHORIZED,
  CXL_COMPLIANCE_STATUS,
  CXL_COMPLIANCE_SUCCESS,
  CXL_COMPLIANCE_UNKNOWN_FAILURE,
  CXL_COMPLIANCE_UNSUPPORTED_INJECTION,
} from '@mdevkit/uapi';
import {
  complianceId,
  complianceMode,
  complianceModeNames,
  complianceModes,
  decodeComplianceRequest,
  decodeModeArguments,
  encodeCapabilities,
  encodeOutcome,
  encodeStatus,
  type ComplianceMode,
} from '../../abi/compliance/index.js';
import type { DoeCall, DoeFeature } from '../feature/index.js';
import { complianceStatus } from './compliance-status.js';
import type { ComplianceTarget } from './compliance-target.js';

/** Codes that every target has. */
const always =
  (1 << CXL_COMPLIANCE_CAPABILITY) | (1 << CXL_COMPLIANCE_STATUS) | (1 << CXL_COMPLIANCE_HALT_ALL);

/** Options of {@link ComplianceFeature}. */
export interface ComplianceFeatureOptions {
  /** Told of modes that were not left when they had to be; silent by default. */
  readonly logger?: Logger;
}

/**
 * CXL Compliance: sets the test modes of a device. It answers every code, those that its target does not have with
 * _unsupported injection function_. While modes are being left, requests wait.
 *
 * Source: CXL 3.1, section 14.16.4.
 */
export class ComplianceFeature implements DoeFeature {
  readonly vendor = complianceId.vendor;
  readonly type = complianceId.type;
  readonly #target: ComplianceTarget;
  readonly #logger: Logger;
  /** Modes that were set since the last halt that succeeded: bit n stands for code n. */
  #active = 0;
  /** Settles when a halt that takes its time is over; never rejects. */
  #halting: Promise<void> | undefined;

  constructor(target: ComplianceTarget, { logger = silentLogger }: ComplianceFeatureOptions = {}) {
    this.#target = target;
    this.#logger = safeLogger(logger);
  }

  /** The modes that are set. */
  get active(): readonly ComplianceMode[] {
    return complianceModeNames.filter((mode) => (this.#active & bitOf(mode)) !== 0);
  }

  /** Without an answer for what has no code. */
  handle(
    request: Uint8Array,
    call?: DoeCall,
  ): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    return this.#halting === undefined
      ? this.#answer(request)
      : this.#answerLater(request.slice(), call, this.#halting);
  }

  /** Leaves all modes; those of the next owner are set behind that. A failure is logged. */
  reset(): void {
    if (this.#halting !== undefined) {
      return;
    }
    const failed = (error: unknown): void => {
      this.#logger.error('compliance mode was not left', { error });
    };
    try {
      const halt = this.#halt();
      if (halt !== undefined) {
        halt.catch(failed);
      }
    } catch (error) {
      failed(error);
    }
  }

  #answer(request: Uint8Array): Uint8Array | undefined | Promise<Uint8Array> {
    const decoded = decodeComplianceRequest(request);
    if (decoded === undefined) {
      return undefined;
    }
    switch (decoded.code) {
      case CXL_COMPLIANCE_CAPABILITY:
        return this.#capabilities();
      case CXL_COMPLIANCE_STATUS:
        return this.#status();
      case CXL_COMPLIANCE_HALT_ALL:
        return outcome(decoded.code, () => this.#halt());
      default:
        return this.#mode(decoded.code, decoded.arguments);
    }
  }

  async #answerLater(
    request: Uint8Array,
    call: DoeCall | undefined,
    halting: Promise<void>,
  ): Promise<Uint8Array | undefined> {
    await halting;
    return call?.signal.aborted === true ? undefined : this.#answer(request);
  }

  #mode(code: number, bytes: Uint8Array): Uint8Array | Promise<Uint8Array> {
    const mode = complianceMode(code);
    const run = mode && this.#target.modes[mode];
    if (mode === undefined || run === undefined) {
      return encodeOutcome(code, CXL_COMPLIANCE_UNSUPPORTED_INJECTION);
    }
    if (!this.#enabled(mode)) {
      return encodeOutcome(code, CXL_COMPLIANCE_NOT_AUTHORIZED);
    }
    const values = decodeModeArguments(mode, bytes);
    if (values === undefined) {
      return encodeOutcome(code, CXL_COMPLIANCE_UNKNOWN_FAILURE);
    }
    return outcome(
      code,
      // `run` takes what `mode` has, which the compiler cannot follow through the name.
      () => (run as (values: object) => void | Promise<void>).call(this.#target.modes, values),
      () => {
        this.#active |= bitOf(mode);
      },
    );
  }

  /** The modes count as set until they have been left. */
  #halt(): void | Promise<void> {
    const left = (): void => {
      this.#active = 0;
    };
    const halt = this.#target.haltAll();
    if (halt === undefined) {
      left();
      return;
    }
    const done = halt.then(left);
    const over = (): void => {
      this.#halting = undefined;
    };
    this.#halting = done.then(over, over);
    return done;
  }

  #capabilities(): Uint8Array {
    const { modes } = this.#target;
    const available = complianceModeNames.filter((mode) => modes[mode] !== undefined);
    const enabled = available.filter((mode) => this.#enabled(mode));
    return encodeCapabilities({ available: maskOf(available), enabled: maskOf(enabled) });
  }

  #status(): Uint8Array {
    const { size = 0, units = 0 } = this.#target.cache ?? {};
    return encodeStatus({ active: this.#active, cacheSize: size, cacheSizeUnits: units });
  }

  #enabled(mode: ComplianceMode): boolean {
    return this.#target.enabled?.(mode) ?? true;
  }
}

function bitOf(mode: ComplianceMode): number {
  return 1 << complianceModes[mode].code;
}

function maskOf(modes: readonly ComplianceMode[]): bigint {
  return BigInt(modes.reduce((mask, mode) => mask | bitOf(mode), always) >>> 0);
}

/** Runs something that may take its time, and answers how it ended. */
function outcome(
  code: number,
  run: () => void | Promise<void>,
  done: () => void = () => undefined,
): Uint8Array | Promise<Uint8Array> {
  const success = (): Uint8Array => {
    done();
    return encodeOutcome(code, CXL_COMPLIANCE_SUCCESS);
  };
  const failed = (error: unknown): Uint8Array => encodeOutcome(code, complianceStatus(error));
  try {
    const promise = run();
    return promise === undefined ? success() : promise.then(success, failed);
  } catch (error) {
    return failed(error);
  }
}
