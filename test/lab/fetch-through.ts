import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Lab } from '../../lab/create-lab.ts';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Asked {
  readonly address: string;
  readonly host: string;
  readonly path?: string;
  readonly scheme?: 'http' | 'https';
  /** The name in the ClientHello, where it is not `host`. */
  readonly serverName?: string;
}

/** Fetches with Node's own client through the mapped port, so that nothing of the lab's network is trusted on this side. */
export async function fetchThrough(lab: Lab, asked: Asked, timeoutMs = 4000): Promise<Reply> {
  const { address, host, path = '/', scheme = 'https', serverName = host } = asked;
  const port = await lab.entrance({ address, port: scheme === 'https' ? 443 : 80 }, 'tcp');
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port,
      path,
      headers: { host },
      agent: false,
      signal: AbortSignal.timeout(timeoutMs),
    } as const;
    const request =
      scheme === 'https'
        ? httpsRequest({ ...options, servername: serverName, ca: lab.authority })
        : httpRequest(options);
    request.on('response', (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        body += text;
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    request.on('error', reject);
    request.end();
  });
}
