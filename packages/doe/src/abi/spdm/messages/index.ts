export {
  decodeAlgorithms,
  decodeNegotiateAlgorithms,
  encodeAlgorithms,
  encodeNegotiateAlgorithms,
  type AlgorithmsMessage,
  type AlgorithmStruct,
  type NegotiateAlgorithms,
} from './algorithms.js';
export {
  CT_EXPONENT,
  decodeCapabilities,
  decodeGetCapabilities,
  encodeCapabilities,
  encodeGetCapabilities,
  type Capabilities,
} from './capabilities.js';
export {
  CERTIFICATE_HEADER_SIZE,
  decodeCertificate,
  decodeGetCertificate,
  encodeCertificate,
  encodeGetCertificate,
  type Certificate,
  type GetCertificate,
} from './certificate.js';
export {
  decodeChallenge,
  decodeChallengeAuth,
  encodeChallenge,
  encodeChallengeAuth,
  type Challenge,
  type ChallengeAuth,
  type ChallengeAuthBody,
} from './challenge.js';
export {
  decodeDigests,
  decodeGetDigests,
  encodeDigests,
  encodeGetDigests,
  slotsOf,
  type Digests,
} from './digests.js';
export {
  decodeEndSession,
  decodeEndSessionAck,
  encodeEndSession,
  encodeEndSessionAck,
  type EndSession,
} from './end-session.js';
export {
  decodeError,
  encodeError,
  encodeNotReady,
  notReadyOf,
  type ErrorMessage,
  type NotReady,
} from './error.js';
export type { SummaryType } from './fields.js';
export {
  decodeFinish,
  decodeFinishRsp,
  encodeFinish,
  encodeFinishRsp,
  type Finish,
  type FinishRsp,
} from './finish.js';
export {
  MESSAGE_HEADER_SIZE,
  readHeader,
  type Decoded,
  type MessageHeader,
  type PlainMessage,
} from './header.js';
export {
  decodeHeartbeat,
  decodeHeartbeatAck,
  encodeHeartbeat,
  encodeHeartbeatAck,
} from './heartbeat.js';
export {
  decodeKeyExchangeRsp,
  encodeKeyExchangeRsp,
  sessionIdOf,
  type KeyExchangeRsp,
  type KeyExchangeRspBody,
} from './key-exchange-rsp.js';
export { decodeKeyExchange, encodeKeyExchange, type KeyExchange } from './key-exchange.js';
export {
  decodeKeyUpdate,
  decodeKeyUpdateAck,
  encodeKeyUpdate,
  encodeKeyUpdateAck,
  type KeyUpdate,
} from './key-update.js';
export {
  decodeGetMeasurements,
  decodeMeasurements,
  encodeGetMeasurements,
  encodeMeasurements,
  type GetMeasurements,
  type Measurements,
  type MeasurementsBody,
} from './measurements.js';
export {
  decodeRespondIfReady,
  encodeRespondIfReady,
  type RespondIfReady,
} from './respond-if-ready.js';
export {
  decodeGetVersion,
  decodeVersion,
  encodeGetVersion,
  encodeVersion,
  knownVersions,
  versionEntry,
  type VersionMessage,
} from './version.js';
