/*
 * The command channel. The host sends `ID BASE64\n`, one line for each command. The guest answers with
 * what the command prints and then a line of its own, `MARK ID CODE\n`, with one `\n` before it, because
 * output need not end with one. When the guest is ready it sends `MARK ready\n`.
 *
 * The mark begins with a control character (record separator) that no tool prints in its output.
 */
export const REPLY_MARK = '\x1emdevkit';
export const READY_LINE = 'ready';

/** How a command of the guest ended. */
export interface CommandResult {
  /** 0 for success; 128 and more for a signal. */
  readonly code: number;
  /** Its standard output and standard error, as they came. */
  readonly output: string;
}

/** A line that `sh` of the guest runs as one script. */
export function requestLine(id: number, command: string): string {
  return `${id} ${Buffer.from(`${command}\n`).toString('base64')}\n`;
}

/** What the guest said: that it is ready, or the end of the command `id`. */
export type Reply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'result'; readonly id: number; readonly result: CommandResult };

/** Finds the replies in the text of the channel. */
export class ReplyReader {
  #text = '';

  /** The replies that are complete with this piece. */
  feed(piece: string): Reply[] {
    this.#text += piece;
    const replies: Reply[] = [];
    const mark = new RegExp(`\\n${REPLY_MARK} (?:(${READY_LINE})|(\\d+) (\\d+))\\n`, 'g');
    let end = 0;
    for (const match of this.#text.matchAll(mark)) {
      const [all, ready, id, code] = match;
      const output = this.#text.slice(end, match.index);
      end = match.index + all.length;
      replies.push(
        ready === undefined
          ? { kind: 'result', id: Number(id), result: { code: Number(code), output } }
          : { kind: 'ready' },
      );
    }
    this.#text = this.#text.slice(end);
    return replies;
  }

  /** What a command that has not ended yet has printed so far. */
  get pending(): string {
    return this.#text;
  }
}
