import {
  DRIVER_EVENT,
  EventChannelClass,
  MdevError,
  MdevHost,
  readEvents,
  type MdevHostOptions,
} from '@mdevkit/core';
import { Box, BoxFeed, BOX_PUT, boxDriver } from './box.js';

export async function main(
  print: (line: string) => void,
  options: MdevHostOptions = {},
): Promise<void> {
  await using host = new MdevHost(options);
  await host.load(boxDriver);
  const { uuid } = await host.create({ parent: 'shelf0', type: 'box-one' });
  await using device = await host.open(uuid);

  // A client: its objects go with it.
  await using control = await device.control();
  const { handle: channel } = await control.call(EventChannelClass, 'create', {});
  const { handle: box } = await control.call(Box, 'create', { channel, element: 42n });
  const { handle: feed } = await control.call(BoxFeed, 'create', { box });

  const reading = feed.read(new Uint8Array(64));
  await control.call(Box, 'put', { handle: box, text: new TextEncoder().encode('hello') });
  print(`the feed gives ${await reading} bytes`);

  for await (const { element, type, data } of readEvents(channel)) {
    const what = type === (DRIVER_EVENT | BOX_PUT) ? 'put' : `event ${type}`;
    print(`object ${element}: ${what} "${new TextDecoder().decode(data)}"`);
    break;
  }

  try {
    await control.call(Box, 'destroy', { handle: box });
  } catch (error) {
    print(`a destroy is refused: ${MdevError.is(error) ? error.code : String(error)}`);
  }
  await feed.close();
  const { events } = await control.call(Box, 'destroy', { handle: box });
  print(`destroyed; events that were read: ${events?.reported}`);
}
