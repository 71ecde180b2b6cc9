import { BAD_FD, NOT_EVENTFD, VECTORS } from './irq.test-support.js';

/** One request, by words. `data` are the bools or the descriptors. */
export interface Command {
  readonly index: number;
  readonly action: 'TRIGGER' | 'MASK' | 'UNMASK' | 'nothing';
  readonly kind: 'NONE' | 'BOOL' | 'EVENTFD';
  readonly start: number;
  readonly count: number;
  readonly data: readonly number[];
}

/**
 * SET_IRQS once more, as plain data and one function per index, from the text of the rules; it shares no
 * line with the units. Index 0 is a level, 1 fixed and 2 resizable messages, 3 and 4 signals, the others
 * have no interrupts.
 */
export class ReferenceIrqs {
  /** Signals that each descriptor has received. */
  readonly received = new Map<number, number>();
  active: 0 | 1 | 2 | undefined;
  line = { raised: false, masked: false, fd: -1, waker: -1 };
  /** Bound descriptors of the active message index; as long as what is allocated. */
  vectors: number[] = [];
  readonly signals = new Map<number, number>();

  set(command: Command): string {
    const { index, action, kind, start, count, data } = command;
    const size = [1, VECTORS, VECTORS, 1, 1][index] ?? 0;
    if (start >= size || start + count > size || (kind !== 'NONE' && data.length < count)) {
      return 'EINVAL';
    }
    if (action === 'nothing' || (action !== 'TRIGGER' && index !== 0)) {
      return 'ENOTTY';
    }
    if (index === 0) {
      return this.#setLine(command);
    }
    return index <= 2 ? this.#setVectors(command, index as 1 | 2) : this.#setSignal(command);
  }

  /** The device fires. */
  fire(index: number, vector: number): void {
    if (index === 0) {
      this.#pulse(!this.line.masked);
    } else if (index === this.active) {
      this.#send(this.vectors[vector] ?? -1);
    } else if (index >= 3) {
      this.#send(this.signals.get(index) ?? -1);
    }
  }

  raise(raised: boolean): void {
    this.line.raised = raised;
    if (raised) {
      this.#pulse(!this.line.masked);
    }
  }

  /** The client signals an eventfd: it wakes the line or counts. */
  wake(fd: number): void {
    this.#send(fd);
  }

  #setLine({ action, kind, count, data }: Command): string {
    const on = this.active === 0;
    if (action === 'TRIGGER' && on && kind === 'NONE' && count === 0) {
      this.active = undefined;
      this.line = { ...this.line, masked: false, fd: -1, waker: -1 };
      return '0';
    }
    const binds = action === 'TRIGGER' && kind === 'EVENTFD' && this.active === undefined;
    if (count !== 1 || !(on || binds)) {
      return 'EINVAL';
    }
    const [value = 0] = data;
    if (kind !== 'EVENTFD') {
      if (kind === 'NONE' || value !== 0) {
        this.#lineDo(action);
      }
      return '0';
    }
    if (action === 'MASK') {
      return 'ENOTTY';
    }
    const wrong = errnoOf(value);
    if (wrong !== '') {
      return wrong;
    }
    return action === 'TRIGGER' ? this.#bindLine(value) : this.#bindWaker(value);
  }

  #lineDo(action: Command['action']): void {
    if (action === 'MASK') {
      this.line.masked = true;
    } else if (action === 'UNMASK') {
      this.#unmask();
    } else {
      this.#pulse(true);
    }
  }

  #bindLine(fd: number): string {
    this.active = 0;
    this.line.fd = fd;
    if (this.line.raised && !this.line.masked) {
      this.#pulse(true);
    }
    return '0';
  }

  #bindWaker(fd: number): string {
    if (fd < 0) {
      this.line.waker = -1;
      return '0';
    }
    if (this.line.waker >= 0) {
      return 'EBUSY';
    }
    this.line.waker = fd;
    if ((this.received.get(fd) ?? 0) > 0) {
      this.received.delete(fd);
      this.#unmask();
    }
    return '0';
  }

  #unmask(): void {
    this.line.masked = false;
    if (this.line.raised) {
      this.#pulse(true);
    }
  }

  #pulse(open: boolean): void {
    if (open && this.active === 0 && this.line.fd >= 0) {
      this.line.masked = true;
      this.#send(this.line.fd);
    }
  }

  #setVectors({ kind, start, count, data }: Command, index: 1 | 2): string {
    const on = this.active === index;
    if (kind === 'NONE' && count === 0 && on) {
      this.active = undefined;
      this.vectors = [];
      return '0';
    }
    if (kind !== 'EVENTFD') {
      const chosen = this.vectors.filter(
        (_, i) => i >= start && i < start + count && (kind === 'NONE' || data[i - start] !== 0),
      );
      if (on) {
        chosen.forEach((fd) => {
          this.#send(fd);
        });
      }
      return on ? '0' : 'EINVAL';
    }
    if ((!on && this.active !== undefined) || (!on && start + count === 0)) {
      return 'EINVAL';
    }
    const kept = on ? this.vectors : Array.from({ length: start + count }, () => -1);
    const answer = bindRange(kept, start, data.slice(0, count), index === 2);
    if (answer === '0' || on) {
      this.active = index;
      this.vectors = kept;
    }
    return answer;
  }

  #setSignal({ index, kind, count, data }: Command): string {
    const bound = this.signals.get(index);
    const [value = 0] = data;
    if (kind === 'NONE' ? bound === undefined : count === 0) {
      return 'EINVAL';
    }
    if (kind === 'EVENTFD') {
      const wrong = value < -1 ? 'EINVAL' : errnoOf(value);
      if (wrong === '') {
        this.signals.delete(index);
        if (value >= 0) {
          this.signals.set(index, value);
        }
      }
      return wrong === '' ? '0' : wrong;
    }
    if (count === 0) {
      this.signals.delete(index);
    } else if (kind === 'NONE' || value !== 0) {
      this.#send(bound ?? -1);
    }
    return '0';
  }

  #send(fd: number): void {
    if (fd >= 0 && fd === this.line.waker) {
      this.#unmask();
    } else if (fd >= 0) {
      this.received.set(fd, (this.received.get(fd) ?? 0) + 1);
    }
  }
}

function errnoOf(fd: number): string {
  return { [BAD_FD]: 'EBADF', [NOT_EVENTFD]: 'EINVAL' }[fd] ?? '';
}

/** Binds in place; on failure everything from `start` to the failing vector is unbound. */
function bindRange(kept: number[], start: number, fds: readonly number[], grows: boolean): string {
  for (const [i, fd] of fds.entries()) {
    const vector = start + i;
    const exists = vector < kept.length;
    const wrong = fd < 0 ? '' : !exists && !grows ? 'EINVAL' : errnoOf(fd);
    if (wrong !== '') {
      kept.fill(-1, start, vector + 1);
      while (grows && kept.length <= vector) {
        kept.push(-1);
      }
      return wrong;
    }
    if (fd >= 0 || exists) {
      while (kept.length <= vector) {
        kept.push(-1);
      }
      kept[vector] = Math.max(fd, -1);
    }
  }
  return '0';
}
