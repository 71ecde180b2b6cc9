import { MdevError } from '@mdevkit/core';
import {
  SPDM_CAP_CHAL,
  SPDM_CAP_HBEAT,
  SPDM_CAP_MEAS,
  SPDM_CAP_MEAS_SIG,
  SPDM_SUMMARY_ALL,
  SPDM_VERSION_12,
} from '@mdevkit/uapi';
import {
  sameBytes,
  summaryHash,
  type MeasurementBlock,
  type SpdmVersion,
} from '../../../abi/spdm/index.js';
import { failure } from '../../../errors/index.js';
import type { DoeTransport } from '../../mailbox/index.js';
import { summarize, TrustAnchors } from '../chain/index.js';
import type { DeviceIdentity } from '../evidence/index.js';
import { SpdmRequester } from '../requester.js';
import type { Attestation, AttestationPolicy } from './attestation.js';
import { References, type MeasurementReport } from './reference.js';
import { withReasons } from './transport.js';

/** What is known so far. */
type Findings = {
  -readonly [K in keyof Attestation as Exclude<K, 'verdict' | 'reason' | 'detail'>]: Attestation[K];
};

/**
 * Asks a device who it is and what it runs, and compares that with a policy: the chain comes from a trusted root, the
 * device has the key, nobody has changed what was negotiated, and the signed measurements are the expected ones.
 *
 * Refused, with a reason of its own: everything that a device, or whoever stands between, can do wrong; devices that take
 * longer than `limits.totalMs`; errors of the transport, those that are no MdevError with `doe.spdm-transport`.
 * Thrown: the caller's abort, and mistakes of a program (TypeError, RangeError), those of the transport too.
 *
 * Source: DSP0274 1.3; PCI Express Base Specification 6.0, section 6.31.
 *
 * @throws TypeError, RangeError for a policy that cannot be meant. MdevError once the caller's signal was aborted
 */
export async function attest(
  transport: DoeTransport,
  policy: AttestationPolicy,
): Promise<Attestation> {
  const references = new References(policy.measurements, policy.allowUnlisted);
  checkPolicy(policy);
  const findings: Findings = { chain: [], measurements: [] };
  try {
    await examine(withReasons(transport), policy, references, findings);
    return { verdict: 'trusted', ...findings };
  } catch (error) {
    if (!MdevError.is(error) || policy.signal?.aborted === true) {
      throw error;
    }
    return { verdict: 'refused', reason: error.reason, detail: error.message, ...findings };
  }
}

function checkPolicy({ roots, slot = 0 }: AttestationPolicy): void {
  if (!Number.isInteger(slot) || slot < 0 || slot > 7) {
    throw new RangeError(`a slot is 0 .. 7, not ${slot}`);
  }
  // A root that cannot be read is the caller's mistake, not the device's.
  new TrustAnchors(roots);
}

async function examine(
  transport: DoeTransport,
  policy: AttestationPolicy,
  references: References,
  findings: Findings,
): Promise<void> {
  const { slot = 0, session = false, signal } = policy;
  const call = { ...(signal && { signal }) };
  const options = { ...policy, sessions: session, totalOf: 'connection' } as const;
  const requester = await SpdmRequester.connect(transport, options);
  findings.version = `${requester.version >> 4}.${requester.version & 0xf}`;
  findings.algorithms = requester.algorithms;
  const identity = await requester.identify(slot, policy, {
    ...call,
    onCertificates: (certificates) => {
      findings.chain = certificates.map(summarize);
    },
  });
  const has = (bits: number): boolean => (requester.capabilities & bits) !== 0;
  if (!session && !has(signatures(requester.version))) {
    throw failure('doe.spdm-capability', {
      what: 'a way to show that it has the key, and has seen what was negotiated',
    });
  }
  const challenged = has(SPDM_CAP_CHAL)
    ? await requester.challenge(identity, 'all', call)
    : undefined;
  const judge = (blocks: readonly MeasurementBlock[]): void => {
    const { algorithms } = requester.context;
    findings.measurements = references.report(blocks, algorithms);
    checkReports(findings.measurements, blocks);
    checkSummary(requester, blocks, challenged?.summaryHash);
  };
  if (has(SPDM_CAP_MEAS_SIG)) {
    judge((await requester.measurements({ signer: identity }, call)).blocks);
  } else if (!has(SPDM_CAP_MEAS)) {
    judge([]);
  } else if (!session) {
    throw failure('doe.spdm-unsigned');
  }
  if (session) {
    await converse(requester, identity, judge, findings, signal);
  }
}

/**
 * Capabilities of which each gives a signature over what was negotiated. Before version 1.2 that of measurements is over
 * them alone, and the versions, flags and algorithms that were agreed on may be those of whoever stands between.
 *
 * Source: DSP0274 1.1 and 1.2, MEASUREMENTS response message, L1 and L2; CHALLENGE_AUTH response message, M1 and M2.
 */
function signatures(version: SpdmVersion): number {
  return version >= SPDM_VERSION_12 ? SPDM_CAP_CHAL | SPDM_CAP_MEAS_SIG : SPDM_CAP_CHAL;
}

/** The same inside of a session, whose keys show who answers. */
async function converse(
  requester: SpdmRequester,
  identity: DeviceIdentity,
  judge: (blocks: readonly MeasurementBlock[]) => void,
  findings: Findings,
  signal: AbortSignal | undefined,
): Promise<void> {
  const call = { ...(signal && { signal }) };
  const has = (bits: number): boolean => (requester.capabilities & bits) !== 0;
  await using session = await requester.openSession(identity, call);
  if (has(SPDM_CAP_HBEAT)) {
    await session.heartbeat(call);
  }
  if (has(SPDM_CAP_MEAS)) {
    const wishes = has(SPDM_CAP_MEAS_SIG) ? { signer: identity } : {};
    judge((await session.measurements(wishes, call)).blocks);
  }
  await session.end(call);
  findings.session = { id: session.id, heartbeatSeconds: session.heartbeatSeconds };
}

function checkReports(
  reports: readonly MeasurementReport[],
  blocks: readonly MeasurementBlock[],
): void {
  const wrong = reports.find(({ ok }) => !ok);
  if (wrong === undefined) {
    return;
  }
  const { index, value, expected } = wrong;
  if (expected === undefined) {
    throw failure('doe.spdm-measurement-unlisted', { index, value });
  }
  throw failure(
    blocks.some((block) => block.index === index)
      ? 'doe.spdm-measurement'
      : 'doe.spdm-measurement-missing',
    { index, value, expected },
  );
}

/** What was signed with the challenge is what was measured. */
function checkSummary(
  { context }: SpdmRequester,
  blocks: readonly MeasurementBlock[],
  signed: Uint8Array | undefined,
): void {
  const found = summaryHash(blocks, SPDM_SUMMARY_ALL, context);
  if (signed !== undefined && (found === undefined || !sameBytes(signed, found))) {
    throw failure('doe.spdm-summary');
  }
}
