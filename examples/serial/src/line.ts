/** What travels on a line besides the bytes 0 .. 255: the line held low for longer than a byte. */
export const BREAK = 0x100;

/** The line that a UART is wired to: a character is a byte or {@link BREAK}. Injected. */
export interface Line {
  /** The UART sends a character. The line always takes it. */
  transmit(character: number): void;
  /**
   * The UART has room and takes the next character; `undefined` when none is waiting. Until it is taken it
   * waits on the line: the other side obeys RTS.
   */
  receive(): number | undefined;
  /** Calls back when there is something to receive again. */
  onReceivable(callback: () => void): Disposable;
}
