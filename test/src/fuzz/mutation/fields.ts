/** A number in a payload: where it begins, and its bytes. */
export interface Field {
  readonly at: number;
  readonly width: 2 | 4 | 8;
}

function fields(
  ...list: readonly (readonly [at: number, width: Field['width']])[]
): readonly Field[] {
  return list.map(([at, width]) => ({ at, width }));
}

const info = fields([0, 4], [4, 4], [8, 4], [12, 4]);
const access = fields([0, 8], [8, 4], [12, 4]);

/**
 * The fields of each command's request.
 *
 * Source: vfio-user protocol specification (docs/interop/vfio-user.rst of QEMU).
 */
export const fieldsOf: ReadonlyMap<number, readonly Field[]> = new Map([
  [1, fields([0, 2], [2, 2])],
  [2, fields([0, 4], [4, 4], [8, 8], [16, 8], [24, 8])],
  [3, fields([0, 4], [4, 4], [8, 8], [16, 8], [24, 8], [32, 8])],
  [4, info],
  [5, fields([0, 4], [4, 4], [8, 4], [12, 4], [16, 8], [24, 8])],
  [6, info],
  [7, info],
  [8, fields([0, 4], [4, 4], [8, 4], [12, 4], [16, 4], [20, 4])],
  [9, access],
  [10, fields([0, 8], [8, 4], [12, 4], [16, 4])],
  [11, fields([0, 8], [8, 8])],
  [12, fields([0, 8], [8, 8])],
  [15, fields([0, 8], [8, 8], [16, 4], [20, 4], [24, 8], [32, 8], [40, 4], [44, 4])],
  [16, fields([0, 4], [4, 4], [8, 4], [8, 8], [12, 4], [16, 8], [24, 8], [32, 8])],
  [17, fields([0, 4], [4, 4])],
  [18, fields([0, 4], [4, 4])],
]);
