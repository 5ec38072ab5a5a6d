import { EventEmitter } from 'node:events';

/**
 * An Electron object that listens: real events, and of the rest only what a test gives. The cast is here once, because
 * Electron types `on` with an overload per event, which no emitter of Node's has.
 */
export function emitting<T>(rest?: Omit<Partial<T>, 'on' | 'once'>): Emitting<T> {
  return Object.assign(new EventEmitter(), rest) as unknown as Emitting<T>;
}

type Emitting<T> = T & { emit(name: string, ...words: unknown[]): boolean };

/** An event whose default can be prevented, as Electron hands it to listeners. */
export function anEvent<T extends object>(rest: T = {} as T) {
  const event = {
    defaultPrevented: false,
    preventDefault: () => {
      event.defaultPrevented = true;
    },
    ...rest,
  };
  return event;
}
