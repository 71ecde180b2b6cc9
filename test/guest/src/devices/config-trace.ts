import { Region, type RangeHandler } from '@mdevkit/core';

/**
 * Accesses to words of config space, in their order, a line each: `W148=80000000`, `R14c=00000000`. Whoever clears it
 * sees what comes afterwards.
 */
export class ConfigTrace {
  #lines: string[] = [];
  readonly #watches = new Set<Watch>();

  /** The lines since the last call. */
  take(): string[] {
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }

  /** Resolves with the `count`th line from now on that matches. */
  async until(pattern: RegExp, count: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#watches.add({ pattern, resolve, left: count });
    });
  }

  /** The same region, whose accesses of four bytes this notes. */
  of(config: Region): Region {
    const { name, size } = config;
    const handler: RangeHandler = {
      read: (offset, data, at, length) => {
        const answer = config.read(offset, data, at, length);
        this.#note('R', offset, data, at, length);
        return answer;
      },
      write: (offset, data, at, length) => {
        this.#note('W', offset, data, at, length);
        return config.write(offset, data, at, length);
      },
      reset: () => config.reset(),
    };
    const range = { kind: 'trapped', offset: 0, size, handler, split: 'none' } as const;
    return new Region({ name, size, bounds: 'fault', ranges: [range] });
  }

  #note(direction: 'R' | 'W', offset: number, data: DataView, at: number, length: number): void {
    if (length === 4) {
      const value = data.getUint32(at, true).toString(16).padStart(8, '0');
      const line = `${direction}${offset.toString(16)}=${value}`;
      this.#lines.push(line);
      this.#watches.forEach((watch) => this.#tell(watch, line));
    }
  }

  #tell(watch: Watch, line: string): void {
    if (watch.pattern.test(line)) {
      watch.left -= 1;
      if (watch.left === 0) {
        this.#watches.delete(watch);
        watch.resolve();
      }
    }
  }
}

interface Watch {
  readonly pattern: RegExp;
  readonly resolve: () => void;
  left: number;
}

/** What of a trace concerns the registers of the DOE Capability at `at`, by their offsets in it: `W08=80000000`. */
export function doeAccesses(trace: readonly string[], at: number): string[] {
  return trace.flatMap((line) => {
    const [, direction = '', offset = '', value = ''] = /^(.)(\w+)=(\w+)$/.exec(line) ?? [];
    const inside = Number.parseInt(offset, 16) - at;
    return inside >= CONTROL && inside <= READ_MAILBOX
      ? [`${direction}${inside.toString(16).padStart(2, '0')}=${value}`]
      : [];
  });
}

const CONTROL = 0x08;
const READ_MAILBOX = 0x14;
