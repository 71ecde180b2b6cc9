/** What the text of a VERSION may be; the byte that ends it is a part of it. */
function capabilities(value: unknown): string {
  return `${JSON.stringify({ capabilities: value })}\0`;
}

/** What a client that plays by the rules says. */
export const goodVersionTexts: readonly string[] = [
  '',
  '{}\0',
  capabilities({}),
  capabilities({ max_msg_fds: 8, max_data_xfer_size: 0x10_0000 }),
  capabilities({ max_msg_fds: 1, max_data_xfer_size: 4096 }),
  capabilities({ max_data_xfer_size: 1 }),
  capabilities({ max_msg_fds: 8, max_data_xfer_size: 64, twin_socket: { supported: true } }),
  capabilities({ max_msg_fds: 16, max_dma_maps: 65535, twin_socket: { supported: true } }),
  capabilities({ max_dma_maps: 1, pgsizes: 4096, migration: { pgsize: 4096 } }),
  capabilities({ migration: { pgsize: 4096, max_bitmap_size: 8 }, write_multiple: true }),
];

/** What is wrong, or only strange. */
export const strangeVersionTexts: readonly string[] = [
  '\0',
  '{',
  '{}',
  'null\0',
  '[]\0',
  '0\0',
  '"\0"\0',
  '{"capabilities":null}\0',
  '{"capabilities":[]}\0',
  '{"capabilities":{"max_msg_fds":-1}}\0',
  '{"capabilities":{"max_msg_fds":1e400}}\0',
  '{"capabilities":{"max_msg_fds":0.5}}\0',
  '{"capabilities":{"max_msg_fds":0}}\0',
  '{"capabilities":{"max_data_xfer_size":0}}\0',
  '{"capabilities":{"max_data_xfer_size":9007199254740993}}\0',
  '{"capabilities":{"max_data_xfer_size":"1"}}\0',
  '{"capabilities":{"pgsizes":0}}\0',
  '{"capabilities":{"pgsizes":18446744073709551615}}\0',
  '{"capabilities":{"migration":{"pgsize":0}}}\0',
  '{"capabilities":{"migration":7}}\0',
  '{"capabilities":{"twin_socket":{"supported":1}}}\0',
  '{"capabilities":{"twin_socket":{"supported":true,"fd_index":0}}}\0',
  '{"capabilities":{"max_msg_fds":0,"twin_socket":{"supported":true}}}\0',
  '{"capabilities":{"__proto__":{"max_msg_fds":3},"constructor":1,"toString":2}}\0',
  `${'['.repeat(3000)}${']'.repeat(3000)}\0`,
  `{"capabilities":{"x":"${'y'.repeat(5000)}"}}\0`,
  `{"capabilities":{${Array.from({ length: 400 }, (_, i) => `"k${i}":0`).join(',')}}}\0`,
  '{"capabilities":{}}\0\0garbage',
  '{"capabilities":{"max_msg_fds":8,"max_msg_fds":9}}\0',
  '\u{1f600}{"capabilities":{}}\0',
];
