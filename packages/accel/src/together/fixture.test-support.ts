import { MdevError, MdevHost, type Clock, type Device } from '@mdevkit/core';
import { algorithmOpcodes } from '../abi/index.js';
import { accelDriver, builtInAlgorithms, type Algorithm } from '../driver/index.js';
import { Controlled } from '../driver/algorithm/controlled.test-support.js';
import { openAccelerator, type Accelerator, type AttachOptions } from '../library/index.js';

/** The reason of what a promise rejects with, `none` if it resolves. */
export async function reasonOf(promise: Promise<unknown> | undefined): Promise<string> {
  try {
    await promise;
    return 'none';
  } catch (error) {
    return MdevError.is(error) ? error.reason : String(error);
  }
}

/** Time stands still: no test here waits for it. */
export const stoppedClock: Clock = {
  now: () => 0,
  schedule: () => ({ [Symbol.dispose]: () => undefined }),
};

/** A host with the accelerator, on which sha256 ends when the test says so if it is `controlled`. */
export class Fixture implements AsyncDisposable {
  readonly host = new MdevHost({ clock: stoppedClock });
  readonly controlled = new Controlled(algorithmOpcodes.sha256);

  static async make({ controlled = false } = {}): Promise<Fixture> {
    const fixture = new Fixture();
    const algorithms: readonly Algorithm[] = builtInAlgorithms.map((algorithm) =>
      controlled && algorithm.name === 'sha256'
        ? { ...fixture.#asSha256(), opcode: algorithm.opcode }
        : algorithm,
    );
    await fixture.host.load(accelDriver({ algorithms }));
    return fixture;
  }

  open(options: AttachOptions = {}): Promise<Accelerator> {
    return openAccelerator(this.host, { algorithms: ['sha256'], ...options });
  }

  async device(type = 'accel-1q'): Promise<{ readonly uuid: string; readonly device: Device }> {
    const { uuid } = await this.host.create({ parent: 'accel0', type });
    return { uuid, device: await this.host.open(uuid) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { end } of this.controlled.jobs) {
      end(new Uint8Array(0));
    }
    await this.host.close();
  }

  #asSha256(): Omit<Algorithm, 'opcode'> {
    return { name: 'sha256', run: (job) => this.controlled.run(job) };
  }
}
