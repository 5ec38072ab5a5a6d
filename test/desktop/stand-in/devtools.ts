import { EventEmitter } from 'node:events';

type Fields = Record<string, unknown>;

/** A connection to one target of the browser, or to the browser itself. */
export interface DevTools {
  send<T = Fields>(method: string, fields?: Fields): Promise<T>;
  on(method: string, listener: (fields: never) => void): void;
  /** Another target over the same connection. */
  session(id: string): DevTools;
}

/** Speaks the DevTools protocol over a WebSocket, with all sessions flattened into it. */
export async function connectDevTools(address: string): Promise<DevTools> {
  const socket = new WebSocket(address);
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, { once: true });
    socket.addEventListener('error', () => reject(new Error('Chromium does not answer')), { once: true });
  });
  const waiting = new Map<
    number,
    { resolve: (value: never) => void; reject: (error: Error) => void; method: string }
  >();
  const events = new EventEmitter();
  events.setMaxListeners(0);
  let nextId = 1;

  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data));
    if (message.id === undefined) {
      events.emit(`${message.sessionId ?? ''} ${message.method}`, message.params);
      return;
    }
    const asked = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error) asked?.reject(new Error(`${asked.method}: ${message.error.message}`));
    else asked?.resolve(message.result as never);
  });
  socket.addEventListener('close', () => {
    for (const { reject, method } of waiting.values()) reject(new Error(`${method}: the browser is gone`));
    waiting.clear();
  });

  const open = (sessionId?: string): DevTools => ({
    send: (method, params = {}) =>
      new Promise((resolve, reject) => {
        const id = nextId++;
        waiting.set(id, { resolve, reject, method });
        socket.send(JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) }));
      }),
    on: (method, listener) => void events.on(`${sessionId ?? ''} ${method}`, (fields) => listener(fields as never)),
    session: open,
  });
  return open();
}
