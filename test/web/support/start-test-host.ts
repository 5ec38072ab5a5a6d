import type { Host } from '../../../app/host/ports.ts';
import type { HostEvent } from '../../../model/contract.ts';
import { createAccess } from '../../../web/access.ts';
import type { Assets } from '../../../web/assets.ts';
import { listen, type WebServerOptions } from '../../../web/serve-host.ts';

export interface TestHost {
  readonly origin: string;
  readonly port: number;
  /** Of a page that was opened properly. */
  readonly token: string;
  /** What got as far as the gate. */
  readonly calls: readonly { readonly name: unknown; readonly input: unknown }[];
  readonly reuses: () => number;
  newCode(): string;
  /** Sends an event to every page. */
  emit(event: HostEvent): void;
  /** Moves the clock of the codes on. */
  pass(ms: number): void;
  close(): Promise<void>;
}

const page = '<!doctype html><title>Waylight</title><script type="module" src="/chunks/page.js"></script>';
const assets: Assets = new Map([
  ['/', { type: 'text/html; charset=utf-8', bytes: Buffer.from(page) }],
  ['/index.html', { type: 'text/html; charset=utf-8', bytes: Buffer.from(page) }],
  ['/chunks/page.js', { type: 'text/javascript; charset=utf-8', bytes: Buffer.from('window.loaded = true;\n') }],
]);

/** The real server over a host that notes what it is asked and answers with it. */
export async function startTestHost(
  options: Partial<WebServerOptions> & { readonly call?: Host['call'] } = {},
): Promise<TestHost> {
  let now = 0;
  let reuses = 0;
  const access = createAccess(
    () => now,
    () => {
      reuses += 1;
    },
  );
  const server = await listen({ port: 0, access, ...options });
  const calls: { name: unknown; input: unknown }[] = [];
  const listeners = new Set<(event: HostEvent) => void>();
  const note: Host['call'] = async (name, input) => {
    calls.push({ name, input });
    return { ok: true, value: { heard: input ?? null } };
  };
  server.serve(
    {
      call: options.call ?? note,
      subscribe: (listener) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
    assets,
  );
  return {
    origin: server.origin,
    port: Number(new URL(server.origin).port),
    token: access.claim(access.newCode()) ?? '',
    calls,
    reuses: () => reuses,
    newCode: access.newCode,
    emit: (event) => {
      for (const listener of listeners) listener(event);
    },
    pass: (ms) => {
      now += ms;
    },
    close: server.close,
  };
}
