/** What each example says, line by line. */
export interface ExampleTranscript {
  /** The folder below `examples`. */
  readonly name: string;
  readonly transcript: readonly string[];
}

export const examples: readonly ExampleTranscript[] = [
  {
    name: 'counter',
    transcript: [
      'type counter-one: 8 available on counter0',
      'open: 1 region, 1 interrupt index',
      'ID is 0xc0ffee',
      'COUNT is 1',
      'COUNT is 2',
      'interrupt: the limit is reached',
      'COUNT is 3',
      'a read at the end is refused: EINVAL region.range: the access starts at or beyond the end of the region (region=registers, offset=20, length=4, size=20)',
    ],
  },
  {
    name: 'pci-function',
    transcript: [
      'config space: 4096 bytes',
      'capability 0x10 at 0x40',
      'capability 0x11 at 0x7c',
      'capability 0x9 at 0x88',
      'vendor capability 0xbe11, version 2: 4 bells',
      'BAR 0 before Memory Space Enable: EIO',
      'BAR 0 after it: ID is 0x6c6c6562',
      'MSI-X is bound',
      'ring bell 2 without Bus Master Enable',
      'set Bus Master Enable: the message that waited is sent',
      '  vector 2 fires',
      'ring bell 0',
      '  vector 0 fires',
    ],
  },
  {
    name: 'dma-copy',
    transcript: [
      'copy 19 bytes from 0x10000 to 0x20000',
      '  interrupt',
      '  status: done',
      '  the target holds: moved by the device',
      'the source may only be read by the device:',
      'copy 19 bytes from 0x20000 to 0x10000',
      '  interrupt',
      '  status: fault',
      '  event: fault, write of 19 bytes at 0x10000',
      'the target is unmapped: 4096 bytes',
      'copy 19 bytes from 0x10000 to 0x20000',
      '  interrupt',
      '  status: fault',
      '  event: fault, write of 19 bytes at 0x20000',
      'counters: 129 bytes read, 31 written, 2 faults',
    ],
  },
  {
    name: 'migration',
    transcript: [
      'source: RUNNING, COUNT is 5',
      'target: RUNNING, COUNT is 0',
      'source: STOP_COPY, COUNT is 5',
      'the image has 8 bytes',
      'target: RESUMING, COUNT is 0',
      'target: RUNNING, COUNT is 5',
      'target: RUNNING, COUNT is 6',
    ],
  },
  {
    name: 'removal',
    transcript: [
      'shelf0 is unplugged, with 5000 ms of grace',
      'busy client: request interrupt',
      'polite client: asked to let go within 5000 ms, closes',
      'busy client: event request',
      'a new client: ENODEV parent.leaving',
      'busy client works on: ok',
      'the grace is over',
      'busy client: event hangup, the parent was removed',
      'busy client works on: ENODEV device.revoked',
      'parents left: 0',
    ],
  },
  {
    name: 'driver-package',
    transcript: [
      'office north opens',
      'office south opens',
      'loaded: tickets',
      'A window of the office: type tickets-window on north, 2 available',
      'A window of the office: type tickets-window on south, 2 available',
      'north, first window: ticket 1',
      'north, second window: ticket 2',
      'south: ticket 1',
      'north, first window: ticket 3',
      'office south closes; tickets drawn: 1',
      'office north closes; tickets drawn: 3',
    ],
  },
];
