import { read32, write32, write64, type Device } from '@mdevkit/core';
import {
  CONTROL_ENABLE,
  CONTROL_RESET,
  DOORBELL_COMPLETION_HEAD,
  DOORBELL_SUBMISSION_TAIL,
  queueErrorText,
  queueRegisters,
  STATUS_ENABLED,
  type AccelCapabilityValue,
  type QueueRegister,
} from '../../abi/index.js';
import { failure } from '../../errors.js';
import type { QueueDevice, QueueRings } from '../queue/queue-device.js';

/** The registers and doorbells of one queue, through the device contract. */
export class DeviceQueue implements QueueDevice {
  readonly #device: Device;
  readonly #index: number;
  readonly #controlBar: number;
  readonly #registersAt: number;
  readonly #doorbellBar: number;
  readonly #doorbellsAt: number;

  constructor(device: Device, capability: AccelCapabilityValue, index: number) {
    this.#device = device;
    this.#index = index;
    this.#controlBar = capability.control_bar;
    this.#registersAt = capability.queue_offset + index * capability.queue_stride;
    this.#doorbellBar = capability.doorbell_bar;
    this.#doorbellsAt = index * capability.doorbell_stride;
  }

  async start({ submission, completion, depthLog2 }: QueueRings): Promise<void> {
    await this.#write('CONTROL', CONTROL_RESET);
    await this.#writeAddress('SQ_BASE', submission);
    await this.#writeAddress('CQ_BASE', completion);
    await this.#write('DEPTH', depthLog2);
    await this.#write('IRQ_VECTOR', this.#index);
    await this.#write('CONTROL', CONTROL_ENABLE);
    const { enabled, error } = await this.status();
    if (!enabled) {
      const text = queueErrorText(error);
      throw failure('accel.queue-refused', { queue: this.#index, error, text });
    }
  }

  async status(): Promise<{ readonly enabled: boolean; readonly error: number }> {
    const status = await this.#read('STATUS');
    return { enabled: (status & STATUS_ENABLED) !== 0, error: await this.#read('ERROR') };
  }

  async stop(): Promise<void> {
    await this.#write('CONTROL', CONTROL_RESET);
  }

  ringTail(bytes: Uint8Array): Promise<unknown> {
    const at = this.#doorbellsAt + DOORBELL_SUBMISSION_TAIL;
    return this.#device.write(this.#doorbellBar, at, bytes);
  }

  ringHead(bytes: Uint8Array): Promise<unknown> {
    const at = this.#doorbellsAt + DOORBELL_COMPLETION_HEAD;
    return this.#device.write(this.#doorbellBar, at, bytes);
  }

  #read(register: QueueRegister): Promise<number> {
    return read32(this.#device, this.#controlBar, this.#at(register));
  }

  #write(register: QueueRegister, value: number): Promise<void> {
    return write32(this.#device, this.#controlBar, this.#at(register), value);
  }

  #writeAddress(register: QueueRegister, value: number): Promise<void> {
    return write64(this.#device, this.#controlBar, this.#at(register), BigInt(value));
  }

  #at(register: QueueRegister): number {
    return this.#registersAt + queueRegisters.offsetOf(register);
  }
}
