import type { EventChannel } from '../../event/channel/event-channel.js';
import type { DescriptorOperations } from '../../event/descriptor-operations.js';
import type { ControlFile } from '../life/control-file.js';
import { DefaultChannelView } from './default-channel.js';

/** An object of the class EVENT_CHANNEL: a channel of its own, or the client's default channel. */
export class ChannelObject {
  readonly channel: EventChannel;
  /** Whether it is told what happens to the device. */
  readonly hearsDevice: boolean;
  readonly operations: DescriptorOperations;
  readonly #file: ControlFile;
  readonly #isDefault: boolean;

  private constructor(
    file: ControlFile,
    channel: EventChannel,
    operations: DescriptorOperations,
    hearsDevice: boolean,
  ) {
    this.#file = file;
    this.channel = channel;
    this.operations = operations;
    this.hearsDevice = hearsDevice;
    this.#isDefault = channel === file.defaultChannel;
  }

  static make(file: ControlFile, channel: EventChannel, hearsDevice: boolean): ChannelObject {
    const made = new ChannelObject(file, channel, channel, hearsDevice);
    file.channels.add(made);
    return made;
  }

  static ofDefault(file: ControlFile): ChannelObject {
    const { defaultChannel } = file;
    file.isDefaultOpen = true;
    return new ChannelObject(file, defaultChannel, new DefaultChannelView(defaultChannel), true);
  }

  /** The device being gone, the client's file ends the channel when everybody has reported for the last time. */
  release(isRemoved: boolean): void {
    if (this.#isDefault) {
      this.#file.isDefaultOpen = false;
    } else if (!isRemoved) {
      this.#file.channels.delete(this);
    }
  }
}
