/** What the card is wired to: where its inputs come from and its outputs go. Injected. */
export interface Pins {
  /** Levels of the 16 inputs now; bit n is input n, 1 for energized. */
  readonly inputs: number;
  /** The card drives its 16 outputs; bit n is output n. Called at each change, and with 0 at a reset. */
  drive(outputs: number): void;
  /** Calls back after each change of `inputs`. */
  onInputs(callback: () => void): Disposable;
}
