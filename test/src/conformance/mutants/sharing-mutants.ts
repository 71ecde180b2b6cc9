import { DeviceMemory, type FeatureHandler } from '@mdevkit/core';
import {
  MEMORY_SIZE,
  PlatformSpecimen,
  specimenRegisters,
  type Seats,
  type SpecimenServices,
} from '../specimen/index.js';
import { platform, type Mutant } from './mutant.js';

/** The devices of one parent, which a careless driver finds through it. */
const siblings = new WeakMap<Seats, Set<{ forget(): void }>>();
const memories = new WeakMap<Seats, DeviceMemory>();
const modes = new WeakMap<Seats, number>();

/** State that the devices of one parent should not have in common. */
export const sharingMutants: readonly Mutant[] = [
  platform(
    'memory-shared',
    'isolation: all devices of a parent have one memory',
    class extends PlatformSpecimen {
      protected override makeMemory(): DeviceMemory {
        const { seats } = this.services;
        const memory = memories.get(seats) ?? new DeviceMemory(MEMORY_SIZE);
        memories.set(seats, memory);
        return memory;
      }
    },
  ),
  platform(
    'mode-shared',
    'isolation: a feature that one client sets is seen by another',
    class extends PlatformSpecimen {
      protected override makeFeature(): FeatureHandler {
        const { seats } = this.services;
        return {
          ...super.makeFeature(),
          get: () => new Uint8Array(4).fill(modes.get(seats) ?? 0, 0, 1),
          set: (payload) => void modes.set(seats, payload[0] ?? 0),
        };
      }
    },
  ),
  platform(
    'count-shared',
    'isolation: a count goes over all devices of the module',
    (() => {
      let steps = 0;
      return class extends PlatformSpecimen {
        override reset(): void {
          void super.reset();
          steps = 0;
        }

        protected override scratch(): void {
          steps += 1;
          this.steps = steps;
        }
      };
    })(),
  ),
  platform(
    'reset-hits-sibling',
    'isolation: the reset of one device resets the registers of the others',
    class extends PlatformSpecimen {
      constructor(services: SpecimenServices) {
        super(services);
        const all = siblings.get(services.seats) ?? new Set();
        siblings.set(services.seats, all.add(this));
      }

      forget(): void {
        this.registers.reset();
        this.registers.set('ID', specimenRegisters.instantiate().get('ID'));
      }

      override reset(): void {
        void super.reset();
        siblings.get(this.services.seats)?.forEach((sibling) => {
          sibling.forget();
        });
      }
    },
  ),
  platform(
    'close-hits-sibling',
    'isolation: a close abandons the job of every device of the parent',
    class extends PlatformSpecimen {
      constructor(services: SpecimenServices) {
        super(services);
        const all = siblings.get(services.seats) ?? new Set();
        siblings.set(services.seats, all.add(this));
      }

      forget(): void {
        this.engine.abandon();
        this.registers.set('SCRATCH', 0);
      }

      override close(): void {
        void super.close();
        siblings.get(this.services.seats)?.forEach((sibling) => {
          sibling.forget();
        });
      }
    },
  ),
];
