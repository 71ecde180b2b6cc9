import { PCI_DOE_MAX_LENGTH } from '@mdevkit/uapi';
import { DEFAULT_LIMITS, type DoeLimits } from './ports.js';

/** The shortest object that a requester sends: discovery. */
const LEAST_WORDS = 3;

/**
 * The limits of a device: the defaults, and what its driver has said.
 *
 * @throws RangeError for times that are not positive, and for numbers that cannot be
 */
export function doeLimits(own: Partial<DoeLimits> = {}): DoeLimits {
  const limits = { ...DEFAULT_LIMITS, ...own };
  for (const name of ['responseMs', 'grantMs', 'abortMs'] as const) {
    if (!(limits[name] > 0 && Number.isFinite(limits[name]))) {
      throw new RangeError(`${name} is a time in milliseconds, not ${limits[name]}`);
    }
  }
  if (!Number.isInteger(limits.queued) || limits.queued < 1) {
    throw new RangeError(`${limits.queued} exchanges cannot wait; 1 is the least`);
  }
  const { objectWords } = limits;
  if (
    !Number.isInteger(objectWords) ||
    objectWords < LEAST_WORDS ||
    objectWords > PCI_DOE_MAX_LENGTH
  ) {
    throw new RangeError(
      `the longest object has ${LEAST_WORDS} .. ${PCI_DOE_MAX_LENGTH} words, not ${objectWords}`,
    );
  }
  return limits;
}
