/**
 * How far memory nodes are from each other, in the units of the ACPI SLIT: 10 for a node to itself, more
 * for others. Injected.
 */
export interface Topology {
  distance(from: number, to: number): number;
}

const LOCAL = 10;
const REMOTE = 20;

/** A machine of which nothing is known but that a node is nearest to itself. */
export const uniformTopology: Topology = {
  distance: (from, to) => (from === to ? LOCAL : REMOTE),
};
