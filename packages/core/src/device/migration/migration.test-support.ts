import type { MigrationModel, MigrationSink, MigrationSource } from './migration-model.js';

export const STATES = {
  ERROR: 0,
  STOP: 1,
  RUNNING: 2,
  STOP_COPY: 3,
  RESUMING: 4,
  RUNNING_P2P: 5,
  PRE_COPY: 6,
  PRE_COPY_P2P: 7,
} as const;

export type StateName = keyof typeof STATES;

export function nameOf(state: number): string {
  return Object.entries(STATES).find(([, value]) => value === state)?.[0] ?? String(state);
}

/** Records the arcs it is taken over; anything may be replaced. */
export class FakeMigration implements MigrationModel {
  readonly p2p: boolean;
  readonly preCopy: boolean;
  /** `FROM>TO`, `save` and `restore` in the order of the calls. */
  readonly calls: string[] = [];
  source: MigrationSource = { read: () => 0 };
  sink: MigrationSink = { write: () => undefined };
  onTransition: (from: number, to: number) => void | Promise<void> = () => undefined;
  size = 0;

  constructor(p2p = true, preCopy = true) {
    this.p2p = p2p;
    this.preCopy = preCopy;
  }

  transition(from: number, to: number): void | Promise<void> {
    this.calls.push(`${nameOf(from)}>${nameOf(to)}`);
    return this.onTransition(from, to);
  }

  save(): MigrationSource {
    this.calls.push('save');
    return this.source;
  }

  restore(): MigrationSink {
    this.calls.push('restore');
    return this.sink;
  }

  dataSize(): number {
    return this.size;
  }

  /** The calls since the last look. */
  take(): string[] {
    return this.calls.splice(0);
  }
}
