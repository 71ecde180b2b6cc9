import { defineReasons, type ReasonRow } from '@mdevkit/core';

const WIRE = 'docs/reference/control-wire.md';

/** What the way between a client and a control plane refuses; the rest is the answer of the device. */
export const controlReasons = {
  'control.server-gone': {
    errno: 'EIO',
    text: 'the server is gone, and with it everything that the client had there',
    source: 'drivers/infiniband/core/uverbs_main.c, ib_uverbs_remove_one (a device that is gone)',
  },
  'control.bad-reply': {
    errno: 'EPROTO',
    text: 'the server answered with something that the protocol does not allow',
    source: `${WIRE}, Frames`,
  },
  'control.greeting': {
    errno: 'EPROTO',
    text: 'what listens there is no server of a control plane',
    source: `${WIRE}, Greeting`,
  },
  'control.version': {
    errno: 'EPROTONOSUPPORT',
    text: 'the server speaks another version of the protocol',
    source: `${WIRE}, Greeting`,
  },
  'control.late': {
    errno: 'ETIMEDOUT',
    text: 'the server did not say in time who it is',
    source: 'own rule: nobody waits for ever for what may be no server',
  },
  'control.crowded': {
    errno: 'EAGAIN',
    text: 'the server has as many clients as it may have',
    source: `${WIRE}, Limits: maxClients`,
  },
  'control.message-size': {
    errno: 'EMSGSIZE',
    text: 'the message is larger than the server takes',
    source: `${WIRE}, Greeting: max_message`,
  },
  'control.descriptors': {
    errno: 'EINVAL',
    text: 'one call carries more descriptors than the other side takes',
    source: `${WIRE}, Greeting: max_descriptors; net/core/scm.c, scm_fp_copy`,
  },
  'control.socket': {
    errno: 'EBADF',
    text: 'a socket came that is no descriptor of this client, and was closed',
    source: 'own rule: a peer could send its own end, and its departure would not be seen',
  },
  'control.descriptors-lost': {
    errno: 'EMFILE',
    text: 'descriptors of the call got lost, because the server may not open more',
    source: 'unix(7), MSG_CTRUNC; getrlimit(2), RLIMIT_NOFILE',
  },
  'control.descriptor-limit': {
    errno: 'EMFILE',
    text: 'the server has as many descriptor objects as it may have',
    source: `${WIRE}, Limits: maxOpenDescriptors`,
  },
  'control.client-descriptors': {
    errno: 'EMFILE',
    text: 'the client has as many descriptor objects as one may have',
    source: `${WIRE}, Limits: maxClientDescriptors`,
  },
  'control.reply-size': {
    errno: 'EMSGSIZE',
    text: 'the answer does not fit into a frame',
    source: 'own rule: nothing is sent that no receiver has room for',
  },
  'control.request': {
    errno: 'EINVAL',
    text: 'the request is shorter than one of its kind is',
    source: `${WIRE}, Descriptors`,
  },
  'control.requests': {
    errno: 'EBUSY',
    text: 'as many requests wait on the descriptor as may',
    source: `${WIRE}, Limits: maxWaiting`,
  },
  'control.reader-full': {
    errno: 'EFAULT',
    text: 'the reader does not take what it was sent, so that the event stays where it is',
    source: 'drivers/infiniband/core/uverbs_main.c, ib_uverbs_event_read (copy_to_user)',
  },
  'control.failed': {
    errno: 'EIO',
    text: 'something failed in the server that nobody foresaw',
    source: 'own rule: a client hears of every failure, and never of its inside',
  },
} as const satisfies Readonly<Record<string, ReasonRow>>;

/** A reason of {@link controlReasons}. */
export type ControlReason = keyof typeof controlReasons;

/** Makes the errors of the way to a control plane. */
export const failure = defineReasons<ControlReason>(controlReasons);
