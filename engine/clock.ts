/** Time and chance, injected so that a test decides them. */
export interface Clock {
  /** Monotonic milliseconds with a fraction; only differences mean anything. */
  now(): number;
  /** Wall time as Unix milliseconds. */
  wall(): number;
  /** Resolves after `ms`; rejects with the signal's reason when aborted first. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Uniform in [0, 1). For jitter only, never for secrets. */
  random(): number;
}
