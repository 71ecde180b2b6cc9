import { SystemClock, type Device } from '@mdevkit/core';
import {
  describeEntry,
  type RecordedAnswer,
  type Recording,
  type RecordingDifference,
} from '../record/index.js';
import { printableText } from '../record/text.js';
import type { AnswerEntry, CallEntry, CallPlace, DmaEntry } from './call-entry.js';
import { compareAnswer } from './compare-answer.js';
import { HeardEvents } from './heard-events.js';
import type { ReplayOptions, ReplayResult } from './options.js';
import { ReplayPatience } from './patience.js';
import { ReplayClient } from './replay-client.js';
import { Signals } from './signals.js';
import { windowAt } from './window.js';

const DEFAULT_WAIT_MS = 2000;

/** Calls after which nothing that came before goes on. */
const ENDS: ReadonlySet<unknown> = new Set(['close', 'release', 'reset']);

interface Pending {
  readonly place: CallPlace & { readonly call: CallEntry };
  answer: RecordedAnswer | undefined;
}

/** One replay: walks through the entries of a recording in their order. */
export class Replayer {
  readonly #recording: Recording;
  readonly #options: ReplayOptions;
  readonly #patience: ReplayPatience;
  readonly #signals = new Signals();
  readonly #differences: RecordingDifference[] = [];
  readonly #pending = new Map<number, Pending>();
  readonly #answers = new Map<number, RecordedAnswer>();
  /** PASIDs of other address spaces, whose memory is not in the recording. */
  readonly #foreign = new Set<number>();
  #client: ReplayClient | undefined;
  #events: HeardEvents | undefined;
  /** What the recorded device did until the next comparison. */
  #ahead: readonly DmaEntry[] = [];
  /** What of it was in memory that the recording knows. */
  #window: readonly DmaEntry[] = [];
  /** Before which entry the next comparison is. */
  #windowEnd = 0;
  #last: CallPlace = { call: undefined, number: 0 };
  #number = 0;
  #calls = 0;
  #leftOut = 0;
  /** A call that ends the session is under way: what is called in it belongs to it. */
  #ending: number | undefined;
  /** Milliseconds of the recording that the device has been given. */
  #at = 0;

  constructor(recording: Recording, device: Device, options: ReplayOptions) {
    this.#recording = recording;
    this.#options = options;
    const { clock = new SystemClock(), waitMs = DEFAULT_WAIT_MS } = options;
    this.#patience = new ReplayPatience(clock, waitMs);
    for (const entry of recording.entries) {
      if (entry.kind === 'answer') {
        this.#answers.set(entry.id, entry.answer);
      }
    }
    this.#begin(device);
  }

  /** Carries it out; the device is closed then, if the recording closes it, and open otherwise. */
  async run(): Promise<ReplayResult> {
    const { entries } = this.#recording;
    for (const [index, entry] of entries.entries()) {
      await this.#advance(entry.time);
      switch (entry.kind) {
        case 'call':
          this.#number += 1;
          await this.#enterWindow(entry, index);
          await this.#call(entry);
          break;
        case 'answer':
          await this.#answered(entry);
          break;
        case 'irq':
          if (entry.delivered && entry.action !== 'deassert') {
            this.#signals.expect(entry.index, entry.subindex);
          }
          break;
        case 'event':
          this.#events?.expect(entry.event);
          break;
        default:
          break;
      }
    }
    await this.#patience.round();
    await this.#finishWindow();
    this.#noteTotals();
    this.#events?.end();
    await this.#release();
    this.#client?.forgetMemory();
    // A surplus is told late, and belongs where it began.
    const differences = this.#differences.sort((a, b) => a.call - b.call);
    return { calls: this.#calls, leftOut: this.#leftOut, differences };
  }

  #begin(device: Device): void {
    this.#client = new ReplayClient(
      device,
      this.#signals,
      () => {
        this.#prepareWindow();
      },
      this.#options,
    );
    this.#events = this.#options.events === false ? undefined : new HeardEvents(device);
  }

  async #call(call: CallEntry): Promise<void> {
    const isOfContract = call.call !== 'quiet' && this.#ending === undefined;
    if (!isOfContract) {
      return;
    }
    switch (call.call) {
      case 'open':
        await this.#open();
        return;
      case 'close':
        this.#ending = call.id;
        await this.#end();
        return;
      case 'release':
        this.#ending = call.id;
        await this.#release();
        await this.#endSession();
        return;
      default:
        this.#perform(call);
    }
  }

  #perform(call: CallEntry): void {
    const isControl = call.call.startsWith('control');
    if (this.#client === undefined || (isControl && this.#options.control === undefined)) {
      this.#leftOut += 1;
      return;
    }
    if (call.call === 'unbind' && !this.#client.isBound(call.args['pasid'])) {
      this.#leftOut += 1;
      this.#note('nothing was bound to this PASID');
      return;
    }
    const expected = this.#answers.get(call.id);
    const pending: Pending = { place: { call, number: this.#number }, answer: undefined };
    this.#pending.set(call.id, pending);
    this.#calls += 1;
    void this.#client.perform(call, expected).then((answer) => {
      pending.answer = answer;
    });
  }

  async #answered({ id, answer }: AnswerEntry): Promise<void> {
    if (this.#ending === id) {
      this.#ending = undefined;
    }
    const pending = this.#pending.get(id);
    if (pending === undefined) {
      return;
    }
    this.#pending.delete(id);
    await this.#patience.until(() => pending.answer !== undefined);
    const { place } = pending;
    const { call } = place;
    if (call.call === 'unbind' && 'value' in answer) {
      this.#foreign.delete(Number(call.args['pasid']));
    }
    const text =
      pending.answer === undefined
        ? 'no answer'
        : compareAnswer(
            call,
            answer,
            pending.answer,
            this.#options.reasons ?? false,
            this.#recording.header.device,
          );
    this.#note(text, place);
  }

  /** What the client has of the device goes; the device stays open. */
  async #release(): Promise<void> {
    await this.#client?.release(this.#recording.header.device.irqs.map(({ index }) => index));
  }

  async #open(): Promise<void> {
    if (this.#client === undefined && this.#options.reopen !== undefined) {
      this.#begin(await this.#options.reopen());
    }
  }

  async #end(): Promise<void> {
    await this.#client?.close();
    await this.#endSession();
    this.#client = undefined;
    this.#events?.end();
    this.#events = undefined;
  }

  /** The device has lost its client; what it has left in memory is looked at before that goes. */
  async #endSession(): Promise<void> {
    await this.#compareMemory();
    this.#window = [];
    this.#client?.forgetMemory();
    this.#foreign.clear();
    this.#signals.settle();
  }

  /** Compares what was until here, if the call does not belong to it; then looks at what happens from here on. */
  async #enterWindow(call: CallEntry, index: number): Promise<void> {
    this.#foreignOf(call);
    if (index >= this.#windowEnd) {
      const isEnd = ENDS.has(call.call === 'quiet' ? call.args['cause'] : call.call);
      if (isEnd) {
        // What is late is told before nothing comes any more.
        await this.#patience.round();
      }
      await this.#finishWindow();
      if (isEnd) {
        this.#noteTotals();
      }
      this.#client?.memory.settle();
      this.#last = { call, number: this.#number };
      const { dma, end } = windowAt(this.#recording.entries, index);
      this.#windowEnd = end;
      this.#ahead = dma.filter(({ pasid }) => !this.#foreign.has(pasid));
      this.#prepareWindow();
    } else if (call.call !== 'quiet' && this.#ending === undefined) {
      this.#last = { call, number: this.#number };
    }
  }

  #foreignOf({ call, id }: CallEntry): void {
    const answer = this.#answers.get(id);
    if (call === 'bind' && answer !== undefined && 'value' in answer) {
      this.#foreign.add(Number(answer.value));
    }
  }

  #prepareWindow(): void {
    const memory = this.#client?.memory;
    this.#window = this.#ahead.filter((access) => memory?.reaches(access) ?? false);
    memory?.prepare(this.#window);
  }

  /** Waits for what the recording has until here, and compares. */
  async #finishWindow(): Promise<void> {
    await this.#compareSignals();
    if (this.#events !== undefined) {
      const events = this.#events;
      await this.#patience.until(() => events.isComplete);
      for (const text of events.compare()) {
        this.#note(text);
      }
    }
    await this.#compareMemory();
  }

  async #compareMemory(): Promise<void> {
    // A call that waits may write at any time.
    if (this.#pending.size === 0) {
      let wrong: readonly string[] = [];
      await this.#patience.until(() => {
        wrong = this.#client?.memory.check(this.#window) ?? [];
        return wrong.length === 0;
      });
      for (const text of wrong) {
        this.#note(text);
      }
    }
  }

  async #compareSignals(): Promise<void> {
    const signals = this.#signals;
    // Setting up interrupts may signal by itself: a loopback, or a level that was pending.
    if (this.#last.call?.call === 'set-irqs') {
      signals.pass(this.#last);
      return;
    }
    if (signals.areMissing) {
      // Times of a recording are rounded down: a timer may be due just now.
      await this.#options.advance?.(0.01);
      this.#at += 0.01;
      await this.#patience.until(() => !signals.areMissing);
    }
    for (const { text, place } of signals.compare(this.#recording.header.device, this.#last)) {
      this.#note(text, place);
    }
  }

  #noteTotals(): void {
    for (const { text, place } of this.#signals.compareTotals(this.#recording.header.device)) {
      this.#note(text, place);
    }
  }

  async #advance(time: number): Promise<void> {
    const step = time - this.#at;
    if (step > 0) {
      this.#at = time;
      await this.#options.advance?.(step);
    }
  }

  #note(text: string | undefined, { call, number } = this.#last): void {
    if (text !== undefined) {
      const { device } = this.#recording.header;
      const title = call === undefined ? 'before all calls' : describeEntry(call, device);
      this.#differences.push({ call: number, text: printableText(`${title}: ${text}`) });
    }
  }
}
