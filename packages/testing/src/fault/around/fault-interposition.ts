import type {
  ClientCall,
  Clock,
  DeviceEvents,
  DeviceModel,
  Dma,
  Interposition,
  Irqs,
} from '@mdevkit/core';
import type { MdevFaults } from '../inject/index.js';
import { sites } from '../table/index.js';
import { ClientAccess } from './client-access.js';
import { factsOf, siteOf } from './client-facts.js';
import { FaultyClock } from './clock.js';
import { FaultyDma } from './dma.js';
import { FaultyIrqs } from './irqs.js';
import { faultyModel } from './model.js';

/** What stands around one mdev and does to it what a plan says. */
export class FaultInterposition implements Interposition {
  readonly #faults: MdevFaults;
  readonly #client = new ClientAccess();
  #irqs: FaultyIrqs | undefined;

  constructor(faults: MdevFaults) {
    this.#faults = faults;
  }

  dma(inner: Dma): Dma {
    return new FaultyDma(inner, this.#faults);
  }

  irqs(inner: Irqs): Irqs {
    this.#irqs = new FaultyIrqs(inner, this.#faults);
    return this.#irqs;
  }

  events(inner: DeviceEvents): DeviceEvents {
    return {
      report: (event) => {
        if (!this.#faults.meet(sites.event).isLost) {
          inner.report(event);
        }
      },
    };
  }

  clock(inner: Clock): Clock {
    return new FaultyClock(inner, this.#faults);
  }

  model(inner: DeviceModel): DeviceModel {
    return faultyModel(inner, this.#faults, this.#client);
  }

  call<T>(call: ClientCall, proceed: () => T): T {
    if (call.kind === 'open' || call.kind === 'reset') {
      // Only the hooks of the model know whether it comes to one.
      this.#faults.expectRenewal();
    }
    const struck = this.#faults.enter(siteOf(call), factsOf(call));
    switch (call.kind) {
      case 'read':
      case 'write':
        return this.#client.carry(struck, proceed);
      case 'set-irqs': {
        const answer = proceed();
        this.#irqs?.settle(call.request.index);
        return answer;
      }
      default:
        return proceed();
    }
  }

  end(): void {
    this.#faults.abandon();
  }
}
