import type { PciFunctionLayout } from '@mdevkit/pci';
import { PCI_DOE_CAP_INT_MSG_NUM, PCI_DOE_CAP_INT_SUP, PCI_EXT_CAP_ID_DOE } from '@mdevkit/uapi';
import type { DoeCapabilitySpec } from '../feature/index.js';
import { capabilityName } from '../instance/index.js';

/** What config space says of a DOE Capability, and of its instance. */
interface Declared {
  readonly version: number;
  readonly message: number | undefined;
}

/**
 * Instances are the DOE Capabilities of their function's layout, all of them and as they are declared there: what config space
 * says is what answers.
 *
 * @throws RangeError for an instance that the layout does not have, or has otherwise, and for one that is left out
 */
export function checkInstances(
  layout: PciFunctionLayout,
  instances: readonly DoeCapabilitySpec[],
): void {
  const declared = capabilitiesOf(layout);
  for (const { at, version = 2, message } of instances) {
    const name = capabilityName(at);
    const own = declared.get(at);
    if (own === undefined) {
      throw new RangeError(`${name}: config space has no DOE Capability there`);
    }
    declared.delete(at);
    if (own.version !== version) {
      throw new RangeError(`${name}: config space says version ${own.version}, not ${version}`);
    }
    if (own.message !== message) {
      throw new RangeError(
        `${name}: config space says ${messageText(own.message)}, not ${messageText(message)}`,
      );
    }
  }
  for (const at of declared.keys()) {
    throw new RangeError(
      `${capabilityName(at)}: config space has the DOE Capability, and no instance answers; it may be one without features`,
    );
  }
}

/** By their offsets. */
function capabilitiesOf({ capabilities }: PciFunctionLayout): Map<number, Declared> {
  const found = new Map<number, Declared>();
  for (const { spec, at } of capabilities) {
    if (spec.space === 'extended' && spec.id === PCI_EXT_CAP_ID_DOE) {
      const word = Number(spec.registers.find(({ name }) => name === 'capabilities')?.reset ?? 0);
      const hasMessage = (word & PCI_DOE_CAP_INT_SUP) !== 0;
      const message = hasMessage ? (word & PCI_DOE_CAP_INT_MSG_NUM) >>> 1 : undefined;
      found.set(at, { version: spec.version, message });
    }
  }
  return found;
}

function messageText(message: number | undefined): string {
  return message === undefined ? 'no message' : `message ${message}`;
}
