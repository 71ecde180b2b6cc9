import { StringDecoder } from 'node:string_decoder';

/** Cuts a stream of bytes into the lines of its UTF-8 text, without their ends (`\n` or `\r\n`). */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  /** The lines that end in this piece. */
  feed(piece: Buffer): string[] {
    const lines = `${this.#rest}${this.#decoder.write(piece)}`.split('\n');
    this.#rest = lines.pop() ?? '';
    return lines.map((line) => line.replace(/\r$/, ''));
  }
}
