/** What an answer may depend on, besides the request. */
export interface DoeCall {
  /**
   * Aborted when nobody waits any more: an abort, a reset, the time limit, another owner, the removal. What comes later is
   * thrown away; until the handler has settled, its feature is asked nothing else, and other features are. A listener must
   * not throw: nobody could catch that, and it would be the process that fails.
   */
  readonly signal: AbortSignal;
  /** Config offset of the DOE Capability that was asked. */
  readonly at: number;
}

/**
 * What a driver plugs into a DOE Capability: it answers the data objects of one vendor and type. An instance asks again only
 * when the call before has settled.
 *
 * Source: PCI Express Base Specification 6.0, section 6.30.1.
 */
export interface DoeFeature {
  /** PCI-SIG vendor id, 16 bits. */
  readonly vendor: number;
  /** 8 bits. */
  readonly type: number;
  /**
   * Takes a payload, the words behind the header, which is valid during the call alone (what is kept longer is a copy), and
   * gives a payload of any length, which is padded with zeros to a whole word. Without a response, by undefined or an
   * error, the requester sees the Error bit. It may take its time: no access to config space waits for it.
   */
  handle(
    request: Uint8Array,
    call: DoeCall,
  ): Uint8Array | undefined | Promise<Uint8Array | undefined>;
  /**
   * The function was reset, or the feature has another owner: what is known of the requester is forgotten. Not during a call:
   * one that is under way is aborted, and this comes when it has settled, before the next.
   */
  reset?(): void;
  /** The device goes. Called once, before its instance goes; a call that does not settle is not waited for. */
  [Symbol.dispose]?(): void;
}

/** A feature of one instance, and whose it is. */
export interface DoeFeatureSpec {
  readonly feature: DoeFeature;
  /**
   * Whose it is while it is granted to nobody: that of whoever drives the registers (the default), or nobody's, for a test
   * mode that only a client of the control plane may reach.
   */
  readonly owner?: 'registers' | 'nobody';
  /**
   * What the registers show of it while it is not theirs: nothing (`hidden`, the default), or its name in discovery and
   * Error for what is asked (`error`).
   */
  readonly withheld?: 'hidden' | 'error';
}

/** One DOE Capability, named by where it lies. */
export interface DoeCapabilitySpec {
  /** Byte offset in config space, a multiple of 4 of 0x100 .. 0xfe8. */
  readonly at: number;
  /** Of the capability: 1 (PCI Express 6.0) or 2 (6.1 and later); 2 by default. */
  readonly version?: 1 | 2;
  /** Interrupt Message Number, 0 .. 2047: one of the function's vectors. Without it the instance has no interrupts. */
  readonly message?: number;
}

/** A DOE Capability and what it answers, besides discovery. */
export interface DoeInstanceSpec extends DoeCapabilitySpec {
  readonly features: readonly DoeFeatureSpec[];
}
