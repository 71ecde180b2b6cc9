import type { MdevType } from '../mdev/mdev-type.js';
import type { Topology } from './topology.js';

export interface TypeQuery {
  /** Every algorithm that the device must offer; whole names. */
  readonly algorithms?: readonly string[];
  readonly driver?: string;
  /** The memory node that the device should be near to. */
  readonly nearNode?: number;
}

/**
 * The types of which an instance is available and that fit the query, best first: by distance to `nearNode`,
 * then by available instances. A parent of unknown node counts as near, as UADK does for numa_node -1.
 */
export function findTypes(
  types: readonly MdevType[],
  query: TypeQuery,
  topology: Topology,
): readonly MdevType[] {
  const wanted = query.algorithms ?? [];
  const { nearNode } = query;
  const distance = (type: MdevType): number =>
    nearNode === undefined ? 0 : topology.distance(nearNode, type.numaNode ?? nearNode);
  return types
    .filter(
      (type) =>
        type.availableInstances > 0 &&
        wanted.every((algorithm) => type.algorithms.includes(algorithm)) &&
        (query.driver === undefined || type.id.startsWith(`${query.driver}-`)),
    )
    .sort((a, b) => distance(a) - distance(b) || b.availableInstances - a.availableInstances);
}
