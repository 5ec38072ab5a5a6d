import type { Observation, ObservationOf, Purpose } from '../../../model/observation.ts';

interface When {
  readonly startMs: number;
  readonly ms: number;
  readonly purpose?: Purpose;
  readonly try?: number;
  readonly failure?: Observation['failure'];
}

let made = 0;

function base({ startMs, ms, purpose = 'main', try: nth = 1, failure }: When) {
  return { id: `o${++made}`, purpose, try: nth, startMs, ms, ...(failure && { failure }) };
}

export function resolved(when: When & Partial<ObservationOf<'resolve'>>): ObservationOf<'resolve'> {
  const { resolver = 'system', name = 'example.org', answers = [], server, laterAnswers } = when;
  return {
    ...base(when),
    step: 'resolve',
    resolver,
    name,
    answers,
    ...(server !== undefined && { server }),
    ...(laterAnswers && { laterAnswers }),
  };
}

export function connected(when: When & Partial<ObservationOf<'connect'>>): ObservationOf<'connect'> {
  const { peer = 'target', port = 443, address = '192.0.2.1' } = when;
  return { ...base(when), step: 'connect', peer, port, address };
}

export function proxied(when: When & Partial<ObservationOf<'proxy'>>): ObservationOf<'proxy'> {
  const { requested = 'example.org', port = 443 } = when;
  return { ...base(when), step: 'proxy', requested, port };
}

export function handshaken(when: When & Partial<ObservationOf<'tls'>>): ObservationOf<'tls'> {
  const { peer = 'target', port = 443, chain = [], bytesReceived = 0, trust } = when;
  return { ...base(when), step: 'tls', peer, port, chain, bytesReceived, ...(trust && { trust }) };
}

export function fetched(when: When & Partial<ObservationOf<'http'>>): ObservationOf<'http'> {
  const { port = 443, url = 'https://example.org/', firstByteMs, status } = when;
  return {
    ...base(when),
    step: 'http',
    port,
    url,
    headers: {},
    bodyBytes: 0,
    bodyTruncated: false,
    redirects: [],
    ...(firstByteMs !== undefined && { firstByteMs }),
    ...(status !== undefined && { status }),
  };
}

export function spoken(when: When & Partial<ObservationOf<'mtproto'>>): ObservationOf<'mtproto'> {
  const { port = 443, dc = 2, transport = 'obfuscated-padded', stage = 'resPQ', address, pingMs, proxyStage } = when;
  return {
    ...base(when),
    step: 'mtproto',
    port,
    dc,
    transport,
    stage,
    ...(address !== undefined && { address }),
    ...(pingMs !== undefined && { pingMs }),
    ...(proxyStage && { proxyStage }),
  };
}
