import * as ibVerbsCompletionFlags from '../linux/ib-verbs/completion-flags.js';
import * as ibVerbsCompletionStatus from '../linux/ib-verbs/completion-status.js';
import * as ibVerbsEventType from '../linux/ib-verbs/event-type.js';
import * as ibVerbsKeyBudget from '../linux/ib-verbs/key-budget.js';
import * as ibVerbsQueuePairState from '../linux/ib-verbs/queue-pair-state.js';
import * as ibVerbsSendFlags from '../linux/ib-verbs/send-flags.js';
import * as rdmaAttrDevice from '../linux/rdma/attr-device.js';
import * as rdmaAttrMemory from '../linux/rdma/attr-memory.js';
import * as rdmaAttrOther from '../linux/rdma/attr-other.js';
import * as rdmaAttrQueue from '../linux/rdma/attr-queue.js';
import * as rdmaCompletion from '../linux/rdma/completion.js';
import * as rdmaDriverId from '../linux/rdma/driver-id.js';
import * as rdmaEvent from '../linux/rdma/event.js';
import * as rdmaIdNamespace from '../linux/rdma/id-namespace.js';
import * as rdmaIoctl from '../linux/rdma/ioctl.js';
import * as rdmaMemoryRegion from '../linux/rdma/memory-region.js';
import * as rdmaMethod from '../linux/rdma/method.js';
import * as rdmaObject from '../linux/rdma/object.js';
import * as rdmaQueuePair from '../linux/rdma/queue-pair.js';
import * as rdmaWorkRequest from '../linux/rdma/work-request.js';
import type { Part } from './part.js';

/** The verbs of RDMA. */
export const RDMA_PARTS: readonly Part[] = [
  {
    title: 'RDMA verbs',
    source:
      '`include/uapi/rdma/rdma_user_ioctl_cmds.h`, `ib_user_ioctl_cmds.h`, `ib_user_ioctl_verbs.h` and `ib_user_verbs.h` beside it',
    sections: [
      { title: 'The ioctl', exports: rdmaIoctl },
      { title: 'Namespaces of ids', exports: rdmaIdNamespace },
      { title: 'Drivers', exports: rdmaDriverId },
      { title: 'Objects', exports: rdmaObject },
      { title: 'Methods', exports: rdmaMethod },
      { title: 'Attributes: device', exports: rdmaAttrDevice },
      { title: 'Attributes: memory', exports: rdmaAttrMemory },
      { title: 'Attributes: queues', exports: rdmaAttrQueue },
      { title: 'Attributes: the rest', exports: rdmaAttrOther },
      { title: 'Events', exports: rdmaEvent },
      { title: 'Memory regions', exports: rdmaMemoryRegion },
      { title: 'Queue pairs', exports: rdmaQueuePair },
      { title: 'Work requests', exports: rdmaWorkRequest },
      { title: 'Completions', exports: rdmaCompletion },
    ],
  },
  {
    title: 'RDMA verbs: values without a header for users',
    source: '`include/rdma/ib_verbs.h` and `include/rdma/uverbs_ioctl.h`',
    sections: [
      { title: 'Types of events', exports: ibVerbsEventType },
      { title: 'Status of completions', exports: ibVerbsCompletionStatus },
      { title: 'Flags of completions', exports: ibVerbsCompletionFlags },
      { title: 'Flags of sends', exports: ibVerbsSendFlags },
      { title: 'States of queue pairs', exports: ibVerbsQueuePairState },
      { title: 'Room for ids', exports: ibVerbsKeyBudget },
    ],
  },
];
