import { doeDriver } from './driver.js';
import { issueAuthority, issueIdentity, type Validity } from './identity/index.js';
import { functionName } from './model/index.js';

/*
 * What a host loads by the name of the package: devices with keys of their own, made when this module is loaded. A program
 * that has certificates makes its driver with `doeDriver`.
 */

const validity: Validity = {
  from: new Date('2026-01-01T00:00:00Z'),
  until: new Date('2056-01-01T00:00:00Z'),
};

const authority = await issueAuthority({ validity });

/** The root of these devices, in DER. */
export const root: Uint8Array = authority.certificate;

export default doeDriver({
  spdm: { slots: { 0: await issueIdentity({ validity, authority, cma: functionName }) } },
});
