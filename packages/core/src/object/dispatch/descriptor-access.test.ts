import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ManualClock } from '../../clock/index.js';
import { ModelGuard } from '../../device/model-guard.js';
import { outcome } from '../../errors/outcome.test-support.js';
import { EventChannel } from '../../event/channel/index.js';
import { silentLogger } from '../../log/index.js';
import { EndSignal } from '../life/end-signal.js';
import { HandleTable, NonceCounter } from '../life/handle-table.js';
import { ObjectSpace } from '../life/object-space.js';
import type { BoundMethod, MethodTree } from '../schema/bound.js';
import { driverIdOf, ObjectSchema } from '../schema/index.js';
import { implemented } from '../schema/schema.test-support.js';
import { attr, u32s, zooCall } from '../together/raw-message.test-support.js';
import { Net, Pond } from '../together/zoo-classes.test-support.js';
import { Dispatcher } from './dispatcher.js';
import { MethodPlans } from './method-plans.js';

/** A tree whose methods are not those that a schema would have let through. */
function treeOf(tree: MethodTree, change: (method: BoundMethod) => BoundMethod): MethodTree {
  return {
    classes: tree.classes,
    classAt: (objectId) => tree.classAt(objectId),
    method: (objectId, methodId) => {
      const method = tree.method(objectId, methodId);
      return method === undefined ? undefined : change(method);
    },
  };
}

function dispatcherOf(tree: MethodTree): Dispatcher {
  const guard = new ModelGuard(new ManualClock(), silentLogger, 1000);
  return new Dispatcher({
    plans: new MethodPlans(tree),
    space: new ObjectSpace(new HandleTable(new NonceCounter()), guard, silentLogger),
    guard,
    client: { id: 1 },
    defaultChannel: new EventChannel(),
    driverId: driverIdOf('zoo'),
    maxMessage: 4096,
    ending: new EndSignal(),
  });
}

const tree = ObjectSchema.build('zoo', [Pond, Net]).bind([implemented(Pond), implemented(Net)]);

describe('a tree that no schema gives (Linux drivers/infiniband/core/rdma_core.c, lookup_get_fd_uobject)', () => {
  it('uverbs §6.4 descriptor access: what is behind a descriptor can only be read', () => {
    const dispatcher = dispatcherOf(
      treeOf(tree, (method) => ({
        ...method,
        slotOf: (id) => method.slotOf(id),
        attributes: method.attributes.map((attribute) => ({
          ...attribute,
          spec:
            attribute.spec.kind === 'handle'
              ? { ...attribute.spec, access: 'write' as const }
              : attribute.spec,
        })),
      })),
    );
    const fill = zooCall(2, 1, [attr(0), attr(1, { bytes: u32s(1) })]);
    expect(outcome(() => dispatcher.call(fill, [], false))).to.equal(
      'EOPNOTSUPP object.descriptor-access',
    );
  });

  it('uverbs §6.4 descriptor: without one the same call is EBADF', () => {
    const fill = zooCall(2, 1, [attr(0), attr(1, { bytes: u32s(1) })]);
    expect(outcome(() => dispatcherOf(tree).call(fill, [], false))).to.equal(
      'EBADF object.descriptor',
    );
  });
});
