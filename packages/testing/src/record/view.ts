import type { RecordedDevice, Recording, RecordingEntry, RecordingHeader } from './entry.js';
import { answerText, describeEntry, describeHeader } from './describe.js';
import type { RecordingPart } from './reader.js';

type CallEntry = Extract<RecordingEntry, { readonly kind: 'call' }>;

const NOTHING: RecordedDevice = { deviceApi: 'vfio-platform', regions: [], irqs: [] };

/**
 * Shows a recording line by line while it is read. A call that was answered with nothing in between is one line, so that a
 * call is shown when it is known what follows it.
 */
export class RecordingView {
  #device = NOTHING;
  #waiting: CallEntry | undefined;

  /** The lines that are known with a further part. */
  push(part: RecordingPart): readonly string[] {
    if (part.kind === 'header') {
      return this.#header(part.header);
    }
    const call = this.#waiting;
    this.#waiting = undefined;
    if (call !== undefined && part.kind === 'answer' && part.id === call.id) {
      const text = describeEntry(call, this.#device);
      return [lineOf(call, `${text} → ${answerText(part.answer)}`)];
    }
    const before = call === undefined ? [] : [this.#open(call)];
    if (part.kind === 'call') {
      this.#waiting = part;
      return before;
    }
    return [...before, lineOf(part, describeEntry(part, this.#device))];
  }

  /** There is no more: the line of a call that nothing follows. */
  end(): readonly string[] {
    const call = this.#waiting;
    this.#waiting = undefined;
    return call === undefined ? [] : [this.#open(call)];
  }

  #header(header: RecordingHeader): readonly string[] {
    this.#device = header.device;
    return describeHeader(header).split('\n');
  }

  /** A call that is answered later. */
  #open(call: CallEntry): string {
    return lineOf(call, `#${call.id} ${describeEntry(call, this.#device)} …`);
  }
}

/** The whole of a recording, line by line; a call that was answered at once is one line. */
export function* viewRecording({ header, entries }: Recording): Generator<string, void, undefined> {
  const view = new RecordingView();
  yield* view.push({ kind: 'header', header });
  for (const entry of entries) {
    yield* view.push(entry);
  }
  yield* view.end();
}

function lineOf({ time }: RecordingEntry, text: string): string {
  return `${time.toFixed(3).padStart(12)}  ${text}`;
}
