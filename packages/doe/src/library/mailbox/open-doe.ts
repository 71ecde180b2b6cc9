import { findDoeCapabilities, type ConfigAccess } from '../access/index.js';
import { failure } from '../../errors/index.js';
import { DoeMailbox, type DoeMailboxOptions } from './doe-mailbox.js';

/** A DOE Capability that could not be taken into use. */
export interface FailedMailbox {
  readonly at: number;
  /** What {@link DoeMailbox.open} rejected with. */
  readonly error: unknown;
}

/** Every DOE Capability of a function. */
export interface OpenedDoe {
  /** In the order of the capability list. Whoever opened them closes them. */
  readonly mailboxes: readonly DoeMailbox[];
  readonly failed: readonly FailedMailbox[];
}

/**
 * Takes all DOE Capabilities of a function into use, one after the other. One that fails is reported, and never keeps
 * the others from being used.
 *
 * Rejects with what `findDoeCapabilities` rejects with, and with `doe.cancelled` once `signal` is aborted; nothing stays open then.
 *
 * Source: Linux drivers/pci/doe.c, pci_doe_init.
 */
export async function openDoe(
  config: ConfigAccess,
  options: DoeMailboxOptions = {},
): Promise<OpenedDoe> {
  const mailboxes: DoeMailbox[] = [];
  const failed: FailedMailbox[] = [];
  for (const { at } of await findDoeCapabilities(config)) {
    try {
      mailboxes.push(await DoeMailbox.open(config, at, options));
    } catch (error) {
      failed.push({ at, error });
    }
    if (options.signal?.aborted === true) {
      await Promise.all(mailboxes.map((mailbox) => mailbox.close()));
      throw failure('doe.cancelled', {}, options.signal.reason);
    }
  }
  return { mailboxes, failed };
}

/** The first that lists the feature (Linux drivers/pci/doe.c, pci_find_doe_mailbox). */
export function findMailbox(
  mailboxes: readonly DoeMailbox[],
  vendor: number,
  type: number,
): DoeMailbox | undefined {
  return mailboxes.find((mailbox) => mailbox.supports(vendor, type));
}
