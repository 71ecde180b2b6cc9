/** A fenced block of a Markdown text. */
export interface FencedBlock {
  /** What stands behind the fence, for example `js`. */
  readonly language: string;
  /** What is between the fences, every line with its end. */
  readonly content: string;
}

/** The fenced blocks of a Markdown text, in order. Fences stand at the start of a line. */
export function fencedBlocks(markdown: string): FencedBlock[] {
  const blocks = markdown.matchAll(/^```(\w*)\n(.*?)^```$/gms);
  return [...blocks].map(([, language = '', content = '']) => ({ language, content }));
}
