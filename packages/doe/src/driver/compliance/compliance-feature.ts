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
import type { DoeFeature } from '../feature/doe-feature.js';
import { complianceStatus } from './compliance-status.js';
import type { ComplianceTarget } from './compliance-target.js';

/** Codes that every target has. */
const always =
  (1 << CXL_COMPLIANCE_CAPABILITY) | (1 << CXL_COMPLIANCE_STATUS) | (1 << CXL_COMPLIANCE_HALT_ALL);

/**
 * CXL Compliance: sets the test modes of a device. It answers every code, those that its target does not have with
 * _unsupported injection function_.
 *
 * Source: CXL 3.1, section 14.16.4.
 */
export class ComplianceFeature implements DoeFeature {
  readonly vendor = complianceId.vendor;
  readonly type = complianceId.type;
  readonly #target: ComplianceTarget;
  /** Modes that were set since the last halt: bit n stands for code n. */
  #active = 0;

  constructor(target: ComplianceTarget) {
    this.#target = target;
  }

  /** The modes that are set. */
  get active(): readonly ComplianceMode[] {
    return complianceModeNames.filter((mode) => (this.#active & bitOf(mode)) !== 0);
  }

  /** Without an answer for what has no code. */
  handle(request: Uint8Array): Uint8Array | undefined | Promise<Uint8Array> {
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

  /** Leaves all modes. */
  reset(): void {
    // Nobody is there to be told of a failure.
    void outcome(CXL_COMPLIANCE_HALT_ALL, () => this.#halt());
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

  #halt(): void | Promise<void> {
    this.#active = 0;
    return this.#target.haltAll();
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
