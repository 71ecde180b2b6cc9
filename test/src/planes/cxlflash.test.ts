import type { AllocateMemory, SharedAllocation } from '@mdevkit/core';
import type { FlashOptions } from '@mdevkit/cxlflash';
import {
  errorBodies,
  lossBodies,
  transferBodies,
  type Connect,
} from '@mdevkit/cxlflash/test-support';
import { SharedMemory } from '@mdevkit/linux';
import { describe } from 'mocha';
import { overControlSocket, overVfioUser, type Way } from './ways.js';

function refuse(): never {
  throw new Error('the device asks for memory that it has a descriptor of');
}

/** Memory that a device reaches by its descriptor or not at all, and that goes with the context that it is for. */
function allocateShared(size: number): SharedAllocation {
  const memory = SharedMemory.create(size);
  const { bytes, place } = memory;
  if (bytes === undefined) {
    throw new Error('shared memory of this size has bytes');
  }
  return {
    memory: {
      size,
      writable: true,
      place,
      bytes: undefined,
      read: refuse,
      write: refuse,
      view: () => undefined,
      pin: (offset, length) => memory.pin(offset, length),
    },
    bytes,
    release: () => {
      memory[Symbol.dispose]();
    },
  };
}

function describeFlash(name: string, { open }: Way, allocateMemory?: AllocateMemory): void {
  const connect: Connect = async (host, uuid) => {
    const way = await open(host, uuid);
    const options: FlashOptions = { control: await way.control() };
    return {
      device: way.device,
      options: allocateMemory === undefined ? options : { ...options, allocateMemory },
      close: async () => {
        await way[Symbol.asyncDispose]();
      },
    };
  };
  describe(`flash, ${name}`, () => {
    describe('transfers', () => {
      transferBodies(connect);
    });
    describe('errors and events', () => {
      errorBodies(connect);
    });
    describe('losses', () => {
      lossBodies(connect);
    });
  });
}

describeFlash(overControlSocket.name, overControlSocket);
const inMessages = overVfioUser();
describeFlash(`${inMessages.name}, memory by its descriptor`, inMessages, allocateShared);

const inSmallMessages = overVfioUser({ maxDataXferSize: 0x4000 });
describeFlash(`${inSmallMessages.name}, memory by messages`, inSmallMessages);
