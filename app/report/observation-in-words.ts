import type { Observation } from '../../model/observation.ts';
import { sanitizeText } from '../sanitize-text.ts';
import { sayFailure } from '../words/say.ts';
import type { Speaker } from '../words/speaker.ts';

/** Where an observation was made, and what a machine said there, as they are and in no language. */
export function seenAt(item: Observation): { readonly place: string; readonly detail: string } {
  if (item.step === 'resolve') return { place: item.name, detail: resolveDetail(item) };
  if (item.step === 'proxy') return { place: join(item.requested, item.port), detail: word('reply', item.reply) };
  const place = join(item.address ?? '', item.port);
  if (item.step === 'tls') {
    return {
      place,
      detail: [item.serverName, item.version, item.trust].filter((part) => part !== undefined).join(' '),
    };
  }
  if (item.step === 'http') {
    return { place, detail: [item.status, item.url, item.title].filter((part) => part !== undefined).join(' ') };
  }
  if (item.step === 'mtproto')
    return { place, detail: [`dc${item.dc}`, item.transport, item.proxyStage ?? item.stage].join(' ') };
  if (item.step === 'websocket') return { place, detail: [word('status', item.status), item.stage].join(' ').trim() };
  if (item.step === 'transfer') return { place, detail: item.direction };
  return { place, detail: '' };
}

type Resolve = Extract<Observation, { step: 'resolve' }>;

/** A few addresses are enough: a resolver may answer with dozens. */
function resolveDetail({ answers, rcode, resolver, server }: Resolve): string {
  const some = answers.slice(0, 8).map(({ address }) => address);
  const more = answers.length > some.length ? ['…'] : [];
  return [`${[resolver, server].filter((part) => part !== undefined).join(' ')}:`, ...some, ...more, rcode ?? '']
    .join(' ')
    .trim();
}

/** IPv6 in brackets before its port; a port alone where the proxy looked the name up. */
function join(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function word(name: string, value: number | undefined): string {
  return value === undefined ? '' : `${name} ${value}`;
}

/** What came of it, in words. */
export function saySeen(item: Observation, speaker: Speaker): string {
  const ended = item.failure ? sayFailure(item.failure, speaker) : speaker.say('seen-ok');
  return speaker.list([ended, ...more(item, speaker)]);
}

function more(item: Observation, speaker: Speaker): readonly string[] {
  if (item.step === 'tls') {
    const [leaf] = item.chain;
    if (leaf === undefined) return [];
    const names = { subject: sanitizeText(leaf.subject, 128), issuer: sanitizeText(leaf.issuer, 128) };
    return [speaker.say('seen-certificate', names)];
  }
  if (item.step === 'http') return [speaker.say('seen-bytes', { count: item.bodyBytes })];
  if (item.step === 'transfer') return [speaker.say('seen-bytes', { count: item.bytes })];
  if (item.step === 'mtproto' && item.pingMs !== undefined) {
    return [speaker.say('telegram-ping', { ms: Math.round(item.pingMs) })];
  }
  return [];
}
