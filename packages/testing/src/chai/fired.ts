import { FakeIrqs, type FakeFire } from '../fakes/index.js';
import { requireFiredWhere, requireTimes } from './arguments.js';
import type { FiredWhere } from './assertions.js';
import { countTexts, listed } from './print.js';
import { subjectOf } from './subject.js';

/** `expect(irqs).to.have.fired(2, { index: 0 })`, `expect(irqs).to.have.fired({ index: 0 })`. */
export function fired(
  this: Chai.AssertionStatic,
  timesOrWhere?: number | FiredWhere,
  place?: FiredWhere,
): void {
  const [times, where] =
    typeof timesOrWhere === 'object' && place === undefined
      ? [undefined, timesOrWhere]
      : [timesOrWhere, place ?? {}];
  requireTimes('fired', times);
  requireFiredWhere(where);
  const irqs = subjectOf(this, (value) => value instanceof FakeIrqs, 'a FakeIrqs');
  const { index, subindex } = where;
  const count = irqs.fired(index, subindex);
  const [expected, unexpected] = countTexts(`interrupts${whereText(where)}`, times, count);
  const seen = [
    listed('fired', irqs.fires.map(fireText)),
    ...(irqs.dropped.length === 0
      ? []
      : [listed('dropped, not enabled or not declared', irqs.dropped.map(fireText))]),
  ].join('\n');
  this.assert(
    times === undefined ? count > 0 : count === times,
    `${expected}\n${seen}`,
    `${unexpected}\n${seen}`,
    undefined,
  );
}

function whereText({ index, subindex }: FiredWhere): string {
  const parts = [
    ...(index === undefined ? [] : [`index ${index}`]),
    ...(subindex === undefined ? [] : [`subindex ${subindex}`]),
  ];
  return parts.length === 0 ? '' : ` of ${parts.join(', ')}`;
}

function fireText({ kind, index, subindex }: FakeFire): string {
  return `${kind} index ${index}, subindex ${subindex}`;
}
