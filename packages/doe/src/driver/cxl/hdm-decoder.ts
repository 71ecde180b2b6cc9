import type { RegisterHooks, RegisterMap } from '@mdevkit/core';
import {
  CXL_CAPACITY_MULTIPLIER,
  CXL_DECODER_MAX_ENCODED_IG,
  CXL_HDM_DECODER0_CTRL_COMMIT,
  CXL_HDM_DECODER0_CTRL_COMMIT_ERROR,
  CXL_HDM_DECODER0_CTRL_COMMITTED,
  CXL_HDM_DECODER0_CTRL_IG_MASK,
  CXL_HDM_DECODER0_CTRL_IW_MASK,
  CXL_HDM_DECODER0_CTRL_LOCK,
} from '@mdevkit/uapi';
import { componentLayout, type ComponentRegister } from './component-registers.js';

const WORD = 2 ** 32;
const MIN_GRANULARITY = 256;
/** 1, 2, 4 and 8 ways. */
const MOST_WAYS_CODE = 3;

const OUTCOME = CXL_HDM_DECODER0_CTRL_COMMITTED | CXL_HDM_DECODER0_CTRL_COMMIT_ERROR;
const LOCKED = CXL_HDM_DECODER0_CTRL_COMMITTED | CXL_HDM_DECODER0_CTRL_LOCK;

const lockable = [
  'base-low',
  'base-high',
  'size-low',
  'size-high',
  'skip-low',
  'skip-high',
] as const satisfies readonly ComponentRegister[];

/** Where the host sees which part of the device's memory. Bytes; exact, as all are multiples of 256 MiB. */
export interface HdmWindow {
  /** Host physical address. */
  readonly base: number;
  /** Of the whole window, which all devices that it is interleaved over share. */
  readonly size: number;
  /** Device physical address of the first byte. */
  readonly skip: number;
  readonly ways: number;
  readonly granularity: number;
}

/**
 * The component registers of a memory device, and its one decoder. What the host wrote counts once it has been committed,
 * and what it writes from then on at the next commit, which comes after Commit was cleared; a commit that is more than the
 * device has is answered with Error Not Committed. With Lock On Commit no register can be changed until the function is reset.
 *
 * Source: CXL 3.1, sections 8.2.4.20.7 and 8.2.4.20.12; Linux drivers/cxl/core/hdm.c, cxl_decoder_commit.
 */
export class HdmDecoder {
  /** What the host accesses. */
  readonly registers: RegisterMap<ComponentRegister>;
  readonly #capacity: number;
  /** What was committed last. */
  #committed: HdmWindow | undefined;

  /** `capacity` in bytes. */
  constructor(capacity: number) {
    this.#capacity = capacity;
    this.registers = componentLayout.instantiate(this.#hooks());
  }

  /** The window that is committed now. */
  get window(): HdmWindow | undefined {
    const control = this.registers.get('decoder-control');
    return (control & CXL_HDM_DECODER0_CTRL_COMMITTED) === 0 ? undefined : this.#committed;
  }

  #hooks(): RegisterHooks<ComponentRegister> {
    const hooks = lockable.map((name) => [
      name,
      {
        write: (_value: number, previous: number): void => {
          if (this.#isLocked(this.registers.get('decoder-control'))) {
            this.registers.set(name, previous);
          }
        },
      },
    ]);
    return {
      ...(Object.fromEntries(hooks) as RegisterHooks<ComponentRegister>),
      'decoder-control': {
        write: (value, previous) => {
          this.registers.set('decoder-control', this.#control(value, previous));
        },
      },
    };
  }

  /** What the control register holds after it was written. */
  #control(value: number, previous: number): number {
    if (this.#isLocked(previous)) {
      return previous;
    }
    if ((value & CXL_HDM_DECODER0_CTRL_COMMIT) === 0) {
      return value & ~OUTCOME;
    }
    if ((previous & CXL_HDM_DECODER0_CTRL_COMMITTED) !== 0) {
      // A later lock is all that may be written to a decoder that is in use.
      return previous | (value & CXL_HDM_DECODER0_CTRL_LOCK);
    }
    if ((previous & CXL_HDM_DECODER0_CTRL_COMMIT) !== 0) {
      return value;
    }
    return (value & ~OUTCOME) | this.#commit(value);
  }

  /** The bit that says how it went. */
  #commit(control: number): number {
    const window = this.#window(control);
    if (!this.#fits(control, window)) {
      return CXL_HDM_DECODER0_CTRL_COMMIT_ERROR;
    }
    this.#committed = window;
    return CXL_HDM_DECODER0_CTRL_COMMITTED;
  }

  #isLocked(control: number): boolean {
    return (control & LOCKED) === LOCKED;
  }

  #fits(control: number, { size, skip, ways }: HdmWindow): boolean {
    return (
      (control & CXL_HDM_DECODER0_CTRL_IG_MASK) <= CXL_DECODER_MAX_ENCODED_IG &&
      (control & CXL_HDM_DECODER0_CTRL_IW_MASK) >>> 4 <= MOST_WAYS_CODE &&
      size % (ways * CXL_CAPACITY_MULTIPLIER) === 0 &&
      skip + size / ways <= this.#capacity
    );
  }

  #window(control: number): HdmWindow {
    return {
      base: this.#wide('base-low', 'base-high'),
      size: this.#wide('size-low', 'size-high'),
      skip: this.#wide('skip-low', 'skip-high'),
      ways: 2 ** ((control & CXL_HDM_DECODER0_CTRL_IW_MASK) >>> 4),
      granularity: MIN_GRANULARITY * 2 ** (control & CXL_HDM_DECODER0_CTRL_IG_MASK),
    };
  }

  #wide(low: ComponentRegister, high: ComponentRegister): number {
    return this.registers.get(high) * WORD + this.registers.get(low);
  }
}
