import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedMessage } from './message-splitter.js';

/*
 * The file of a recording: JSON, a line each. The first line says what it is; each other line is one message of the
 * client, in order: its bytes, header included, as base64, and behind them how many descriptors came with it, if any.
 *
 *   {"recording":"qtest-edu","client":"QEMU 11.1.3","messages":2}
 *   ["AQABAA…"]
 *   ["AgACAA…",1]
 */

/** Where the recordings of this repository are. */
export const fixtures = join(import.meta.dirname, '../../../fixtures/vfio-user');

/** What a client sent in one session. */
export interface RecordedSession {
  readonly name: string;
  readonly client: string;
  readonly messages: readonly RecordedMessage[];
}

export function writeRecording(path: string, { name, client, messages }: RecordedSession): void {
  const head = { recording: name, client, messages: messages.length };
  const lines = messages.map(({ bytes, descriptors }) => {
    const text = Buffer.from(bytes).toString('base64');
    return JSON.stringify(descriptors === 0 ? [text] : [text, descriptors]);
  });
  writeFileSync(path, `${[JSON.stringify(head), ...lines].join('\n')}\n`);
}

/** Throws what reading a file throws, and SyntaxError for one that is no recording. */
export function readRecording(path: string): RecordedSession {
  const [head = '', ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
  const { recording, client, messages } = JSON.parse(head) as {
    recording: string;
    client: string;
    messages: number;
  };
  if (messages !== lines.length) {
    throw new SyntaxError(`${path} has ${lines.length} messages, and says ${messages}`);
  }
  return { name: recording, client, messages: lines.map(messageOfLine) };
}

function messageOfLine(line: string): RecordedMessage {
  const [text, descriptors = 0] = JSON.parse(line) as [text: string, descriptors?: number];
  return { bytes: Uint8Array.from(Buffer.from(text, 'base64')), descriptors };
}
