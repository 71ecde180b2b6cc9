/** A heading of the reference and what stands below it. */
export interface Section {
  readonly title: string;
  /** names to values, among them structs and functions */
  readonly exports: Readonly<Record<string, unknown>>;
}

/** A part of the reference: everything that comes from one header. */
export interface Part {
  readonly title: string;
  /** where the facts come from */
  readonly source: string;
  readonly sections: readonly Section[];
}
