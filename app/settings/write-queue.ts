/** One piece of work at a time, in order. */
export interface WriteQueue<T> {
  run(work: () => Promise<T>): Promise<T>;
  /** A write that has not begun serves everybody who asks meanwhile, as it will take the newest state. */
  save(): Promise<T>;
}

/** @param write never rejects. */
export function createWriteQueue<T>(write: () => Promise<T>): WriteQueue<T> {
  let last: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | undefined;
  const run = (work: () => Promise<T>) => {
    const mine = last.then(work);
    last = mine;
    return mine;
  };
  return {
    run: (work) => {
      // What is saved from here on must be written after this.
      next = undefined;
      return run(work);
    },
    save: () => {
      if (next) return next;
      const mine = run(() => {
        if (next === mine) next = undefined;
        return write();
      });
      next = mine;
      return mine;
    },
  };
}
