import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerQuestion, readQuestion } from './dns-answer.ts';
import type { Internet } from './internet.ts';

const mediaType = 'application/dns-message';
const base = 'https://doh.invalid';
const maxMessageBytes = 4096;

/** DNS over HTTPS (RFC 8484): GET with `dns`, or POST. */
export function answerDoh(request: IncomingMessage, response: ServerResponse, internet: Internet): void {
  const path = request.url ?? '/';
  const url = URL.canParse(path, base) ? new URL(path, base) : undefined;
  if (url?.pathname !== '/dns-query') finish(response, 404);
  else if (request.method === 'GET') {
    answerMessage(Buffer.from(url.searchParams.get('dns') ?? '', 'base64url'), response, internet);
  } else if (request.method !== 'POST') finish(response, 405);
  else if (request.headers['content-type'] !== mediaType) finish(response, 415);
  else {
    receiveBody(request, (message) => {
      if (message === undefined) finish(response, 413);
      else answerMessage(message, response, internet);
    });
  }
}

/** Undefined stands for a body that is too long. */
function receiveBody(request: IncomingMessage, onBody: (body: Buffer | undefined) => void): void {
  const parts: Buffer[] = [];
  let length = 0;
  request.on('data', (part: Buffer) => {
    length += part.length;
    if (length <= maxMessageBytes) parts.push(part);
  });
  request.on('end', () => onBody(length > maxMessageBytes ? undefined : Buffer.concat(parts)));
}

function answerMessage(message: Buffer, response: ServerResponse, internet: Internet): void {
  const question = readQuestion(message);
  if (question === undefined) {
    finish(response, 400);
    return;
  }
  const answer = answerQuestion(question, internet.resolve(question.name));
  response.writeHead(200, {
    'content-type': mediaType,
    'content-length': answer.length,
    'cache-control': 'max-age=300',
  });
  response.end(answer);
}

function finish(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-length': 0 });
  response.end();
}
