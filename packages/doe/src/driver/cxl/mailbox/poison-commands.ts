import {
  CXL_CMD_EFFECT_DATA_CHANGE_IMMEDIATE,
  CXL_MBOX_CMD_RC_INPUT,
  CXL_MBOX_CMD_RC_PADDR,
  CXL_MBOX_OP_CLEAR_POISON,
  CXL_MBOX_OP_GET_POISON,
  CXL_MBOX_OP_INJECT_POISON,
  CXL_POISON_FLAG_MORE,
  CXL_POISON_LEN_MULT,
  CxlMboxClearPoison,
  CxlMboxInjectPoison,
  CxlMboxPoisonIn,
  CxlMboxPoisonOut,
  CxlPoisonRecord,
} from '@mdevkit/uapi';
import type { PoisonedLine, PoisonList } from '../../compliance/index.js';
import type { CxlCommand } from './cxl-command.js';

/**
 * Get Poison List, Inject Poison and Clear Poison. `room` is how many bytes an answer may have; what does not fit comes with
 * the next request for the same range.
 *
 * Source: CXL 3.1, sections 8.2.9.9.4.1 to 8.2.9.9.4.3; Linux drivers/cxl/core/mbox.c, cxl_mem_get_poison.
 */
export function poisonCommands(poison: PoisonList, room: number): readonly CxlCommand[] {
  const nothing = new Uint8Array(0);
  return [
    new GetPoison(poison, room),
    {
      opcode: CXL_MBOX_OP_INJECT_POISON,
      effect: 0,
      input: CxlMboxInjectPoison.size,
      run: (input) => {
        poison.inject(CxlMboxInjectPoison.decode(input).address);
        return nothing;
      },
    },
    {
      opcode: CXL_MBOX_OP_CLEAR_POISON,
      effect: CXL_CMD_EFFECT_DATA_CHANGE_IMMEDIATE,
      input: CxlMboxClearPoison.size,
      run: (input) => {
        poison.clear(CxlMboxClearPoison.decode(input).address);
        return nothing;
      },
    },
  ];
}

class GetPoison implements CxlCommand {
  readonly opcode = CXL_MBOX_OP_GET_POISON;
  readonly effect = 0;
  readonly input = CxlMboxPoisonIn.size;
  readonly #poison: PoisonList;
  /** Records of one answer. */
  readonly #records: number;
  /** Set while an answer said that there is more: the range, and where it goes on. */
  #more: { readonly offset: bigint; readonly length: bigint; readonly next: number } | undefined;

  constructor(poison: PoisonList, room: number) {
    this.#poison = poison;
    this.#records = Math.floor((room - CxlMboxPoisonOut.size) / CxlPoisonRecord.size);
  }

  run(input: Uint8Array): Uint8Array | number {
    const { offset, length } = CxlMboxPoisonIn.decode(input);
    const { capacity } = this.#poison;
    if (offset % BigInt(CXL_POISON_LEN_MULT) !== 0n || length === 0n) {
      return CXL_MBOX_CMD_RC_INPUT;
    }
    const end = offset + length * BigInt(CXL_POISON_LEN_MULT);
    if (end > BigInt(capacity)) {
      return CXL_MBOX_CMD_RC_PADDR;
    }
    const before = this.#more;
    const goesOn = before?.offset === offset && before.length === length;
    const lines = this.#poison.lines(goesOn ? before.next : Number(offset), Number(end));
    const answered = lines.slice(0, this.#records);
    const next = lines[answered.length]?.dpa;
    this.#more = next === undefined ? undefined : { offset, length, next };
    return poisonList(answered, next !== undefined);
  }

  reset(): void {
    this.#more = undefined;
  }
}

function poisonList(lines: readonly PoisonedLine[], more: boolean): Uint8Array {
  const answer = new Uint8Array(CxlMboxPoisonOut.size + lines.length * CxlPoisonRecord.size);
  CxlMboxPoisonOut.encode({ flags: more ? CXL_POISON_FLAG_MORE : 0, count: lines.length }, answer);
  lines.forEach(({ dpa, source }, index) => {
    CxlPoisonRecord.encode(
      { address: BigInt(dpa + source), length: 1 },
      answer,
      CxlMboxPoisonOut.size + index * CxlPoisonRecord.size,
    );
  });
  return answer;
}
