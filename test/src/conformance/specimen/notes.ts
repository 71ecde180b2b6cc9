import {
  bytesIn,
  createObject,
  destroyEventSource,
  EventChannelClass,
  handleOf,
  implement,
  MdevError,
  method,
  objectClass,
  optional,
  toDisposable,
  valueIn,
  valueOut,
  type Implementation,
  type ObjectEvents,
} from '@mdevkit/core';

/** Objects at the most. */
export const MAX_NOTES = 64;
export const NOTE_PUT = 1;

/** Keeps a text, and reports when it changes. */
export const Note = objectClass({
  name: 'NOTE',
  id: 0,
  methods: {
    create: createObject(0, {
      channel: optional(handleOf(1, EventChannelClass)),
      element: optional(valueIn(2, 'u64')),
    }),
    destroy: destroyEventSource(1, {}),
    put: method(2, { text: bytesIn(1, { min: 1, max: 64 }) }),
    length: method(3, { bytes: valueOut(1, 'u32') }, 'read'),
  },
});

export interface NoteState {
  readonly events: ObjectEvents;
  readonly held: Disposable;
  text: Uint8Array;
}

/** The notes of one device. */
export class Notes {
  protected readonly all = new Set<NoteState>();
  readonly implementation: Implementation<typeof Note, NoteState> = implement(
    Note,
  ).withState<NoteState>(
    {
      create: (args, call) => ({ state: this.make(call.events(args)) }),
      put: (note, { text }) => {
        this.put(note, text);
      },
      length: ({ text }) => ({ bytes: text.length }),
    },
    {
      release: (note) => this.release(note),
    },
  );

  protected make(events: ObjectEvents): NoteState {
    if (this.all.size === MAX_NOTES) {
      throw new MdevError('ENOSPC', 'specimen.notes', 'the device holds no more notes');
    }
    const note = { events, text: new Uint8Array(), held: toDisposable(() => undefined) };
    this.all.add(note);
    return note;
  }

  protected put(note: NoteState, text: Uint8Array): void {
    note.text = text.slice();
    note.events.report(NOTE_PUT, note.text);
  }

  protected release(note: NoteState): void | Promise<void> {
    this.all.delete(note);
    note.held[Symbol.dispose]();
  }
}
