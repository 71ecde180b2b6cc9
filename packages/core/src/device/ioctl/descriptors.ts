import type { ResolveDescriptor } from '../../irq/index.js';
import type { MigrationData } from '../migration/index.js';

/** What a binary call needs of the place where its descriptors live. A transport supplies it. */
export interface Descriptors {
  /** The eventfd behind a number of SET_IRQS. Throws EBADF or EINVAL. */
  readonly resolve: ResolveDescriptor;
  /** Makes a descriptor of a data session and returns its number. */
  install(session: MigrationData): number;
}
