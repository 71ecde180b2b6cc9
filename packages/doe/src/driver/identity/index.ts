export { identityFrom, type IdentityFiles, type SpdmIdentity } from './identity.js';
export { type Issued, type Validity } from './issue-certificate.js';
export {
  issueAuthority,
  issueIdentity,
  type AuthorityOptions,
  type IdentityOptions,
  type SpdmAuthority,
} from './issue-identity.js';
export { type KeyKind } from './key-kind.js';
