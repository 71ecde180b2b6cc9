import type { EventChannel } from '../../event/channel/event-channel.js';
import type { DescriptorOperations } from '../../event/descriptor-operations.js';
import type { ControlFile } from './control-file.js';
import { DefaultChannelView } from './default-channel.js';

/** An object of the class EVENT_CHANNEL: a channel of its own, or the client's default channel. */
export class ChannelObject {
  readonly channel: EventChannel;
  readonly operations: DescriptorOperations;
  readonly #file: ControlFile;
  readonly #isDefault: boolean;

  private constructor(file: ControlFile, channel: EventChannel, operations: DescriptorOperations) {
    this.#file = file;
    this.channel = channel;
    this.operations = operations;
    this.#isDefault = channel === file.defaultChannel;
  }

  /**
   * @param hearsDevice - whether it is told what happens to the device
   * @throws MdevError ENOSPC `event.budget`, `event.device-channels`
   */
  static make(file: ControlFile, channel: EventChannel, hearsDevice: boolean): ChannelObject {
    file.channels.add(channel, hearsDevice);
    return new ChannelObject(file, channel, channel);
  }

  static ofDefault(file: ControlFile): ChannelObject {
    const { defaultChannel } = file;
    file.isDefaultOpen = true;
    return new ChannelObject(file, defaultChannel, new DefaultChannelView(defaultChannel));
  }

  /** The device being gone, the client's file ends the channel when everybody has reported for the last time. */
  release(isRemoved: boolean): void {
    if (this.#isDefault) {
      this.#file.isDefaultOpen = false;
    } else if (!isRemoved) {
      this.#file.channels.delete(this.channel);
    }
  }
}
