import {
  VFIO_IRQ_SET_ACTION_MASK,
  VFIO_IRQ_SET_ACTION_TRIGGER,
  VFIO_IRQ_SET_ACTION_UNMASK,
  VFIO_IRQ_SET_DATA_BOOL,
  VFIO_IRQ_SET_DATA_EVENTFD,
  VFIO_IRQ_SET_DATA_NONE,
} from '@mdevkit/uapi';
import type {
  RecordedAnswer,
  RecordedArguments,
  RecordedDevice,
  RecordingEntry,
  RecordingHeader,
} from './entry.js';
import { addressText, errorText, irqText, placeText, printableText, valueText } from './text.js';

type CallEntry = Extract<RecordingEntry, { readonly kind: 'call' }>;

/** What happened, in words, with the names that the recorded device has for its registers and interrupts. No time. */
export function describeEntry(entry: RecordingEntry, device: RecordedDevice): string {
  return printableText(entryText(entry, device));
}

function entryText(entry: RecordingEntry, device: RecordedDevice): string {
  switch (entry.kind) {
    case 'call':
      return callText(entry, device);
    case 'answer':
      return `answer of #${entry.id}: ${answerText(entry.answer)}`;
    case 'irq': {
      const { action, index, subindex, delivered } = entry;
      const heard = action === 'deassert' || delivered ? '' : ', nobody hears it';
      return `${action} ${irqText(device, index, subindex)}${heard}`;
    }
    case 'dma':
      return dmaText(entry);
    case 'event': {
      const { kind, ...rest } = entry.event;
      return `event ${kind} ${valueText(rest)}`;
    }
    case 'object-event': {
      const { element, type, bytes } = entry;
      return `event ${type} of object ${addressText(element)}: ${valueText(bytes)}`;
    }
    case 'end':
      return 'end';
  }
}

/** What a call answered, or why it failed. */
export function answerText(answer: RecordedAnswer): string {
  if ('error' in answer) {
    return printableText(errorText(answer.error));
  }
  return answer.value === undefined ? 'done' : printableText(valueText(answer.value));
}

export function describeHeader({ version, mdev, device }: RecordingHeader): string {
  const { regions, irqs } = device;
  const regionTexts = regions.map(({ index, name, size }) => `${index} ${name} (${size})`);
  const irqTexts = irqs.map(({ index, name, count }) => `${index} ${name} (${count})`);
  return [
    `mdev ${mdev.uuid}, ${mdev.type} of ${mdev.parent}, ${device.deviceApi}, format ${version}`,
    `regions: ${regionTexts.join(', ')}`,
    `interrupts: ${irqTexts.join(', ')}`,
  ]
    .map(printableText)
    .join('\n');
}

function callText({ call, args }: CallEntry, device: RecordedDevice): string {
  const at = placeText(device, numberOf(args, 'region'), numberOf(args, 'offset'));
  switch (call) {
    case 'read':
      return `read ${at}, ${numberOf(args, 'length')}`;
    case 'write':
      return `write ${at} = ${valueText(args['bytes'])}`;
    case 'mmap':
      return `mmap ${at}, ${numberOf(args, 'length')}`;
    case 'set-irqs':
      return setIrqsText(args, device);
    case 'dma-map':
    case 'dma-unmap': {
      const { iova, ...rest } = args;
      return `${call} ${addressText(iova)} ${valueText(rest)}`;
    }
    default: {
      const text = Object.entries(args).map(([name, value]) => `${name} ${valueText(value)}`);
      return [call, ...text].join(' ');
    }
  }
}

const ACTIONS = [
  [VFIO_IRQ_SET_ACTION_MASK, 'mask'],
  [VFIO_IRQ_SET_ACTION_UNMASK, 'unmask'],
  [VFIO_IRQ_SET_ACTION_TRIGGER, 'trigger'],
] as const;
const DATA = [
  [VFIO_IRQ_SET_DATA_NONE, 'none'],
  [VFIO_IRQ_SET_DATA_BOOL, 'bools'],
  [VFIO_IRQ_SET_DATA_EVENTFD, 'slots'],
] as const;

function setIrqsText(args: RecordedArguments, device: RecordedDevice): string {
  const flags = numberOf(args, 'flags');
  const named = (table: typeof ACTIONS | typeof DATA): string =>
    table.flatMap(([bit, name]) => ((flags & bit) === 0 ? [] : [name])).join('+');
  const { bools, slots } = args;
  const irq = irqText(device, numberOf(args, 'index'), numberOf(args, 'start'));
  const data = slots === undefined ? bools : slots;
  const shown = data === undefined ? '' : ` ${valueText(data)}`;
  return `set-irqs ${irq} × ${numberOf(args, 'count')} ${named(ACTIONS)} ${named(DATA)}${shown}`;
}

function dmaText(entry: Extract<RecordingEntry, { readonly kind: 'dma' }>): string {
  const { access, pasid, iova, length, bytes, from, error } = entry;
  const source = from === undefined ? '' : ` from ${addressText(from)}`;
  const what = bytes === undefined ? '' : `: ${valueText(bytes)}`;
  const failed = error === undefined ? '' : ` fails: ${errorText(error)}`;
  return `dma ${access} ${addressText(iova)}${source}, ${length} (pasid ${pasid})${what}${failed}`;
}

/** NaN for an argument that is not there. */
function numberOf(args: RecordedArguments, name: string): number {
  const value = args[name];
  return typeof value === 'number' ? value : Number.NaN;
}
