import type { RegisterHooks } from '@mdevkit/core';
import type { MailboxRegisters } from './mailbox-registers.js';
import { capabilityName } from './register-names.js';

/** The byte enables of an access to a whole word. */
const WHOLE = 0xf;

/** Bits of the bytes that an access touches, by its byte enables. */
const lanes: readonly number[] = Array.from({ length: WHOLE + 1 }, (_, enables) =>
  [0, 1, 2, 3].reduce((bits, byte) => bits | ((enables >>> byte) & 1 ? 0xff << (8 * byte) : 0), 0),
);

/**
 * The registers of {@link doeCapability} as a client touches them, for PciFunctionServices.configHooks. Bytes that an access
 * leaves out keep their bits and do nothing. A mailbox register acts on whole words alone: a smaller access reads zero, and
 * its write is ignored.
 *
 * Source: PCI Express Base Specification 6.0, sections 7.9.24.3 .. 7.9.24.6; own rule for parts of a mailbox register.
 */
export function doeHooks(mailbox: MailboxRegisters): RegisterHooks<string> {
  const name = capabilityName(mailbox.at);
  return {
    [`${name}.control`]: {
      read: () => mailbox.readControl(),
      write(_value: number, _previous: number, written: number, enables: number): void {
        const touched = lanes[enables] ?? 0;
        mailbox.writeControl((written & touched) | (mailbox.readControl() & ~touched));
      },
    },
    [`${name}.status`]: {
      read: () => mailbox.readStatus(),
      write(_value: number, _previous: number, written: number, enables: number): void {
        mailbox.writeStatus(written & (lanes[enables] ?? 0));
      },
    },
    [`${name}.write-mailbox`]: {
      write(_value: number, _previous: number, written: number, enables: number): void {
        if (enables === WHOLE) {
          mailbox.writeMailbox(written);
        }
      },
    },
    [`${name}.read-mailbox`]: {
      read: (enables) => (enables === WHOLE ? mailbox.readMailbox() : 0),
      write(_value: number, _previous: number, _written: number, enables: number): void {
        if (enables === WHOLE) {
          mailbox.acknowledge();
        }
      },
    },
  };
}
