/** What a queue asks its device for; see `DeviceQueue` for the calls behind it. */
export interface QueueDevice {
  /** Sets the queue up and enables it, from whatever state. Throws `accel.queue-refused`. */
  start(rings: QueueRings): Promise<void>;
  /** Whether the queue works, and its ERROR register. */
  status(): Promise<{ readonly enabled: boolean; readonly error: number }>;
  stop(): Promise<void>;
  ringTail(bytes: Uint8Array): Promise<unknown>;
  ringHead(bytes: Uint8Array): Promise<unknown>;
}

/** Where the rings are, as IOVAs. */
export interface QueueRings {
  readonly submission: number;
  readonly completion: number;
  readonly depthLog2: number;
}
