import { MdevError, toDisposable, type FeatureHandler } from '@mdevkit/core';
import { Notes, PlatformSpecimen, type NoteState } from '../specimen/index.js';
import { never, platform, type Mutant } from './mutant.js';

/** A specimen whose feature answers in another way. */
function withFeature(changes: Partial<FeatureHandler>): typeof PlatformSpecimen {
  return class extends PlatformSpecimen {
    protected override makeFeature(): FeatureHandler {
      return { ...super.makeFeature(), ...changes };
    }
  };
}

/** A specimen with other notes. */
function withNotes(Other: typeof Notes): typeof PlatformSpecimen {
  return class extends PlatformSpecimen {
    protected override makeNotes(): Notes {
      return new Other();
    }
  };
}

/** Features and objects. */
export const featureMutants: readonly Mutant[] = [
  platform(
    'feature-too-short',
    'model payload: a feature answers three bytes of four',
    withFeature({ get: () => new Uint8Array(3) }),
  ),
  platform(
    'feature-get-throws',
    'model failure: a feature that can be got throws',
    withFeature({
      get: () => {
        throw new Error('not ready');
      },
    }),
  ),
  platform(
    'feature-refuses',
    'feature unknown: a feature that its probe promises is ENOTTY',
    withFeature({
      get: () => {
        throw new MdevError('ENOTTY', 'specimen.feature', 'there is no such feature');
      },
    }),
  ),
  platform(
    'feature-never-answers',
    'deadline: a feature is never answered',
    withFeature({ get: () => never() }),
  ),
  platform(
    'feature-set-never-ends',
    'deadline: a feature that is set is never answered',
    withFeature({ set: () => never() }),
  ),
  platform(
    'notes-keep-disposable',
    'control close: the objects of a client leave something behind',
    withNotes(
      class extends Notes {
        protected override release(note: NoteState): void {
          this.all.delete(note);
        }
      },
    ),
  ),
  platform(
    'notes-keep-count',
    'ObjectLife.release: an object that is gone still counts against the limit',
    withNotes(
      class extends Notes {
        protected override release(note: NoteState): void {
          note.held[Symbol.dispose]();
        }
      },
    ),
  ),
  platform(
    'notes-cannot-go',
    'ObjectLife.release: an object without dependants refuses to go',
    withNotes(
      class extends Notes {
        protected override release(note: NoteState): void {
          void super.release(note);
          throw new MdevError('EBUSY', 'specimen.note', 'the note is in use');
        }
      },
    ),
  ),
  platform(
    'notes-go-never',
    'deadline: the release of an object is never answered',
    withNotes(
      class extends Notes {
        protected override release(note: NoteState): Promise<void> {
          void super.release(note);
          return never();
        }
      },
    ),
  ),
  platform(
    'notes-create-throws',
    'model failure: an object cannot be created, and what was taken for it stays',
    withNotes(
      class extends Notes {
        protected override make(): NoteState {
          toDisposable(() => undefined);
          throw new Error('no room');
        }
      },
    ),
  ),
  platform(
    'notes-put-throws',
    'model failure: a method of an object throws',
    withNotes(
      class extends Notes {
        protected override put(note: NoteState, text: Uint8Array): void {
          super.put(note, text);
          throw new Error('the text is not understood');
        }
      },
    ),
  ),
];
