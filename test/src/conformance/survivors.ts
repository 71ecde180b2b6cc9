/** Mutants that the kit is known not to catch, and why: one in twenty at the most. */
export const survivors: ReadonlyMap<string, string> = new Map();
