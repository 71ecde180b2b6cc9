import type { Measurement, Unit } from '../measure/index.js';

/** A curve of a panel: what it is called in the legend, and its points in the order of their sizes. */
export interface Curve {
  readonly label: string;
  readonly points: readonly (readonly [size: number, value: number])[];
  readonly isBaseline: boolean;
}

/** One diagram. */
export interface Panel {
  readonly title: string;
  readonly sizes: string;
  readonly unit: Unit;
  readonly curves: readonly Curve[];
}

interface CurveSpec {
  readonly measure: string;
  readonly label: string;
  /** The legend of its baseline, if that is shown. */
  readonly baseline?: string;
}

interface PanelSpec {
  readonly title: string;
  readonly sizes: string;
  readonly curves: readonly CurveSpec[];
}

const SPECS: readonly PanelSpec[] = [
  {
    title: 'Address spaces',
    sizes: 'maps',
    curves: [
      { measure: 'scaling.maps.translate', label: 'translate', baseline: 'binary search' },
      { measure: 'scaling.maps.map_unmap', label: 'map, unmap', baseline: 'sorted array' },
    ],
  },
  {
    title: 'Mdevs: time',
    sizes: 'mdevs that live',
    curves: [{ measure: 'scaling.mdevs.create_destroy', label: 'create, destroy' }],
  },
  {
    title: 'Mdevs: memory of each',
    sizes: 'mdevs that live',
    curves: [{ measure: 'scaling.mdevs.bytes', label: 'bytes' }],
  },
  {
    title: 'Accelerator: bytes a second',
    sizes: 'queues',
    curves: [{ measure: 'scaling.queues.throughput', label: 'deflate', baseline: 'node:zlib' }],
  },
  {
    title: 'Flash AFU: reads of 4 KiB a second',
    sizes: 'contexts',
    curves: [{ measure: 'scaling.contexts.read', label: 'read' }],
  },
];

/**
 * The diagrams that measurements give; those without a point are left out. A point that is not above zero, as the memory of few
 * things may seem to be, has no place on an axis of powers of ten and is left out, too.
 */
export function panelsOf(measurements: readonly Measurement[]): readonly Panel[] {
  return SPECS.flatMap(({ title, sizes, curves }) => {
    const found = curves.flatMap((spec) => curvesOf(spec, measurements));
    const unit = unitOf(curves, measurements);
    return unit === undefined || found.length === 0 ? [] : [{ title, sizes, unit, curves: found }];
  });
}

function curvesOf(
  { measure, label, baseline }: CurveSpec,
  measurements: readonly Measurement[],
): readonly Curve[] {
  const of = pointsOf(measure, measurements);
  const points = of
    .map(([size, { median }]) => [size, median] as const)
    .filter(([, value]) => hasPlace(value));
  const below = of.flatMap(([size, { baseline: value }]) =>
    value === null || !hasPlace(value) ? [] : [[size, value] as const],
  );
  return [
    ...(points.length === 0 ? [] : [{ label, points, isBaseline: false }]),
    ...(baseline === undefined || below.length === 0
      ? []
      : [{ label: baseline, points: below, isBaseline: true }]),
  ];
}

function hasPlace(value: number): boolean {
  return value > 0 && value < Infinity;
}

/** The measurements `MEASURE.SIZE`, by size. */
function pointsOf(
  measure: string,
  measurements: readonly Measurement[],
): readonly (readonly [number, Measurement])[] {
  return measurements
    .filter(({ name }) => name.startsWith(`${measure}.`))
    .map((each) => [Number(each.name.slice(measure.length + 1)), each] as const)
    .sort(([a], [b]) => a - b);
}

function unitOf(
  curves: readonly CurveSpec[],
  measurements: readonly Measurement[],
): Unit | undefined {
  return curves.map(({ measure }) => pointsOf(measure, measurements)[0]?.[1].unit).find(Boolean);
}
