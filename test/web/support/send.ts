import { request } from 'node:http';
import type { TestHost } from './start-test-host.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface Message {
  readonly method?: string;
  readonly path?: string;
  /** Undefined removes a header that is there by default. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body?: string | Uint8Array;
}

/** What our own page sends with a call. */
export function ownHeaders({ origin, token }: Pick<TestHost, 'origin' | 'token'>) {
  return {
    host: origin.slice('http://'.length),
    origin,
    'sec-fetch-site': 'same-origin',
    'content-type': 'application/json',
    'x-waylight-token': token,
  };
}

/** One request as it is said here, byte for byte as far as Node lets us; `fetch` would set Host and Origin by itself. */
export function send(host: Pick<TestHost, 'origin' | 'token' | 'port'>, message: Message = {}): Promise<Reply> {
  const { method = 'POST', path = '/api/readHost', body } = message;
  const merged = Object.entries({ ...ownHeaders(host), ...message.headers });
  const headers = Object.fromEntries(merged.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
  return new Promise((resolve, reject) => {
    const client = request(
      { host: '127.0.0.1', port: host.port, method, path, headers, agent: false, setHost: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
        });
        response.on('error', reject);
      },
    );
    client.on('error', reject);
    client.end(body);
  });
}
