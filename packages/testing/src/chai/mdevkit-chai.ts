import './assertions.js';
import { faulted, read, written } from './dma.js';
import { mdevError, rejectedWithMdev } from './errors.js';
import { fired } from './fired.js';
import { logged, reported } from './told.js';

/**
 * A plugin of chai: assertions about the fakes, and about errors. Each can be turned round by `not`; what fails shows all
 * that was recorded.
 *
 * @example
 * import { expect, use } from 'chai';
 * import { mdevkitChai } from '@mdevkit/testing/chai';
 * use(mdevkitChai);
 * expect(irqs).to.have.fired(2);
 * expect(dma).to.have.written(0x1000, [1, 2, 3]);
 */
export function mdevkitChai({ Assertion }: Chai.ChaiStatic): void {
  Assertion.addMethod('fired', fired);
  Assertion.addMethod('written', written);
  Assertion.addMethod('read', read);
  Assertion.addMethod('faulted', faulted);
  Assertion.addMethod('reported', reported);
  Assertion.addMethod('logged', logged);
  Assertion.addMethod('mdevError', mdevError);
  Assertion.addMethod('rejectedWithMdev', rejectedWithMdev);
}
