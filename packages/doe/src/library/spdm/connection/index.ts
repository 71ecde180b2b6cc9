export {
  algorithmNames,
  type AeadName,
  type AlgorithmNames,
  type AlgorithmPreferences,
  type DheName,
  type HashName,
  type SignatureName,
} from './algorithm-names.js';
export { answerError } from './answer-error.js';
export { Asker, type AskServices, type SpdmPort } from './asker.js';
export { needCapability } from './capabilities.js';
export { ClearPort } from './clear-port.js';
export { exchangeMessages, type Conversation } from './conversation.js';
export { DEFAULT_SPDM_LIMITS, resolveLimits, type SpdmLimits } from './limits.js';
export { negotiate, type NegotiationWishes } from './negotiate.js';
export { Patience, type PatienceScope } from './patience.js';
export { Transcripts } from './transcripts.js';
export { Turns } from './turns.js';
