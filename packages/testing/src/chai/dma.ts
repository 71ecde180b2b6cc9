import type { DmaAccess, Iova } from '@mdevkit/core';
import type { DmaRecord, FakeDmaAccess } from '../fakes/index.js';
import { requireBytes, requireDmaWhere, requireRange, requireTimes } from './arguments.js';
import type { DmaWhere } from './assertions.js';
import { Overlay } from './overlay.js';
import { accessText, bytesOf, countTexts, faultText, hexOf, listed } from './print.js';
import { hasMembers, subjectOf } from './subject.js';

/** `expect(dma).to.have.written(0x1000, [1, 2])`. */
export function written(
  this: Chai.AssertionStatic,
  iova?: Iova,
  bytes?: ArrayLike<number>,
  where: DmaWhere = {},
): void {
  const dma = recordOf(this);
  requireDmaWhere('written', where);
  if (bytes !== undefined) {
    requireBytes('written', bytes);
  }
  if (iova !== undefined || bytes !== undefined) {
    requireRange('written', iova, bytes?.length ?? 1);
  }
  const accesses = chosen(dma, 'write', where);
  const holds =
    iova === undefined
      ? accesses.length > 0
      : bytes === undefined
        ? accesses.some((access) => new Overlay(iova, 1).add(access))
        : stored(accesses, iova, bytes);
  const what = bytes === undefined ? 'a write' : `a write of ${bytesOf(bytes)}`;
  report(this, holds, `${what}${place(iova)}${space(where)}`, dma, accesses);
}

/** `expect(dma).to.have.read(0x1000, 64)`. */
export function read(
  this: Chai.AssertionStatic,
  iova?: Iova,
  length?: number,
  where: DmaWhere = {},
): void {
  const dma = recordOf(this);
  requireDmaWhere('read', where);
  if (iova !== undefined || length !== undefined) {
    requireRange('read', iova, length ?? 1);
  }
  const accesses = chosen(dma, 'read', where);
  const holds = iova === undefined ? accesses.length > 0 : covered(accesses, iova, length ?? 1);
  const what = iova === undefined ? 'a read' : `a read of ${length ?? 1} bytes`;
  report(this, holds, `${what}${place(iova)}${space(where)}`, dma, accesses);
}

/** `expect(dma).to.have.faulted()`. */
export function faulted(this: Chai.AssertionStatic, times?: number): void {
  const { faults, pasid } = recordOf(this);
  requireTimes('faulted', times);
  const seen = listed(
    'faults',
    faults.map((fault) => faultText(fault, pasid)),
  );
  const count = faults.length;
  const [expected, unexpected] = countTexts('DMA faults', times, count);
  this.assert(
    times === undefined ? count > 0 : count === times,
    `${expected}\n${seen}`,
    `${unexpected}\n${seen}`,
    undefined,
  );
}

function recordOf(assertion: Chai.AssertionStatic): DmaRecord {
  const isRecord = (value: unknown): value is DmaRecord =>
    hasMembers(value, 'pasid', 'accesses', 'faults');
  return subjectOf(assertion, isRecord, 'a FakeDma');
}

function chosen(
  dma: DmaRecord,
  kind: DmaAccess,
  { pasid = dma.pasid }: DmaWhere,
): readonly FakeDmaAccess[] {
  return dma.accesses.filter((access) => access.access === kind && access.pasid === pasid);
}

/** Also in pieces: what counts is that the range held the bytes, and that the device put them there. */
function stored(accesses: readonly FakeDmaAccess[], iova: Iova, bytes: ArrayLike<number>): boolean {
  const overlay = new Overlay(iova, bytes.length);
  return accesses.some((access) => overlay.add(access) && overlay.equals(bytes));
}

function covered(accesses: readonly FakeDmaAccess[], iova: Iova, length: number): boolean {
  if (accesses.reduce((sum, { bytes }) => sum + bytes.length, 0) < length) {
    return false;
  }
  const overlay = new Overlay(iova, length);
  return accesses.some((access) => overlay.add(access) && overlay.isWhole);
}

function report(
  assertion: Chai.AssertionStatic,
  holds: boolean,
  what: string,
  dma: DmaRecord,
  accesses: readonly FakeDmaAccess[],
): void {
  const seen = [
    listed(
      'there were',
      accesses.map((access) => accessText(access, dma.pasid)),
    ),
    ...(dma.faults.length === 0
      ? []
      : [
          listed(
            'and faults',
            dma.faults.map((fault) => faultText(fault, dma.pasid)),
          ),
        ]),
  ].join('\n');
  assertion.assert(holds, `expected ${what}\n${seen}`, `expected not ${what}\n${seen}`, undefined);
}

function place(iova: Iova | undefined): string {
  return iova === undefined ? '' : ` at ${hexOf(iova)}`;
}

function space({ pasid }: DmaWhere): string {
  return pasid === undefined ? '' : ` with PASID ${pasid}`;
}
