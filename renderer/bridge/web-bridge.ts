import { callNames } from '../../model/call-names.ts';
import type { Answer, Bridge, HostEvent } from '../../model/contract.ts';

const tokenKey = 'waylight-token';
const header = 'X-Waylight-Token';
/** Milliseconds before a broken event stream is opened again. */
const reopenMs = 1000;

const lost: Answer<never> = { ok: false, problems: [{ code: 'host-lost' }] };

/** The contract over HTTP on loopback; the wire format is written down in `web/serve-calls.ts`. */
export async function createWebBridge(): Promise<Bridge> {
  const token = await findToken();
  const post = (path: string, body: string | undefined, signal?: AbortSignal) =>
    fetch(`/api/${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', [header]: token },
      body: body ?? '',
      cache: 'no-store',
      ...(signal && { signal }),
    });
  const call = async (name: string, input: unknown): Promise<Answer<unknown>> => {
    try {
      const response = await post(name, input === undefined ? undefined : JSON.stringify(input));
      if (!response.ok) return response.status === 403 ? { ok: false, problems: [{ code: 'call-refused' }] } : lost;
      return (await response.json()) as Answer<unknown>;
    } catch {
      return lost;
    }
  };
  const calls = Object.fromEntries(callNames.map((name) => [name, (input?: unknown) => call(name, input)]));
  const subscribe = (listener: (event: HostEvent) => void) => {
    const closing = new AbortController();
    void listen(() => post('subscribe', undefined, closing.signal), listener, closing.signal);
    return () => closing.abort();
  };
  return { ...calls, subscribe } as unknown as Bridge;
}

/** The code in the address works once; what it is exchanged for stays with this tab, so that a reload works. */
async function findToken(): Promise<string> {
  const code = new URLSearchParams(location.hash.slice(1)).get('code');
  if (code === null) return sessionStorage.getItem(tokenKey) ?? '';
  history.replaceState(null, '', location.pathname);
  const response = await fetch('/api/claim', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ code }),
  }).catch(() => undefined);
  if (!response?.ok) return sessionStorage.getItem(tokenKey) ?? '';
  const { token } = (await response.json()) as { token: string };
  sessionStorage.setItem(tokenKey, token);
  return token;
}

async function listen(
  open: () => Promise<Response>,
  listener: (event: HostEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  for (let first = true; !signal.aborted; ) {
    const response = await open().catch(() => undefined);
    if (response?.ok && response.body) {
      if (!first) listener({ type: 'missed' });
      first = false;
      await readEvents(response.body, listener).catch(() => undefined);
    }
    if (!signal.aborted) await new Promise((done) => setTimeout(done, reopenMs));
  }
}

/** The `data:` lines of an event stream (WHATWG HTML 9.2.6), one JSON document each. */
async function readEvents(body: ReadableStream<Uint8Array>, listener: (event: HostEvent) => void): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + decoder.decode(value, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith('data:')) listener(JSON.parse(line.slice(5)) as HostEvent);
    }
  }
}
