import { defineScenario } from '../scenario.ts';
import { comparators, everywhereSites, homeConnection } from './common-parts.ts';
import { worldSites } from './world-sites.ts';

/** One of the stub addresses of `data/block-pages.json`, with the page behind it. */
const stub = '95.167.13.50';

/** Whose web site the MTProxy's ClientHello asks for, and strangers are shown. */
const museum = 'www.museum.example';

export const russia2026 = defineScenario({
  id: 'russia-2026',
  name: 'Russia, 2026',
  summary:
    'Names are cut in the TLS handshake, some are answered with a false address, sites behind Cloudflare freeze after 16 KiB, video is slowed down, and the stream of Telegram is swallowed. A SOCKS proxy with remote names goes around all of it, and an MTProxy that passes for a museum’s web site leads to Telegram.',
  ...homeConnection,
  ...comparators,
  isp: {
    tls: [
      { names: ['youtube.com', 'googlevideo.com', 'instagram.com', 'facebook.com', 'x.com'], action: 'reset' },
      { names: ['discord.com', 'signal.org'], action: 'silence' },
    ],
    http: [{ names: ['torproject.org', 'meduza.io'], action: { kind: 'redirect', to: 'http://warning.rt.ru/?id=15' } }],
    dns: [
      {
        names: ['dw.com', 'meduza.io'],
        action: { kind: 'addresses', addresses: [stub], trueAnswerFollows: true },
      },
      { names: ['whatsapp.com', 'torproject.org'], action: { kind: 'nxdomain' } },
    ],
    limits: [
      // Not the DoH server's own addresses, 1.1.1.1 and 1.0.0.1; answers that small would pass anyway.
      { prefixes: ['104.16.0.0/13', '104.24.0.0/14', '162.158.0.0/15', '172.64.0.0/13'], freezeAfterKib: 16 },
      // Pages still come, video does not: only the deep profile's download shows it.
      { names: ['twitch.tv'], kibPerSecond: 40 },
    ],
    unknownProtocol: 'swallow',
  },
  sites: [
    ...everywhereSites,
    ...worldSites,
    { host: museum, addresses: ['198.51.100.77'] },
    {
      host: 'warning.rt.ru',
      addresses: [stub],
      scheme: 'both',
      certificate: 'untrusted',
      strangers: 'same-answer',
      answer: {
        kind: 'reply',
        status: 200,
        contentType: 'text/html; charset=utf-8',
        body: '<!doctype html><title>Доступ ограничен</title><p>Доступ к ресурсу ограничен. <a href="http://eais.rkn.gov.ru/">Единый реестр</a></p>',
      },
    },
  ],
  proxies: [
    {
      id: 'socks-abroad',
      label: 'SOCKS5 abroad, remote names',
      kind: 'socks5h',
      host: '203.0.113.10',
      address: '203.0.113.10',
      port: 1080,
      credentials: { username: 'practice', password: 'open-sesame' },
    },
    {
      id: 'mtproxy-museum',
      label: 'MTProxy, fake TLS',
      kind: 'mtproxy',
      host: '203.0.113.40',
      address: '203.0.113.40',
      port: 443,
      secret: `ee0f1e2d3c4b5a69788796a5b4c3d2e1f0${Buffer.from(museum).toString('hex')}`,
    },
    {
      id: 'http-mistyped',
      label: 'HTTPS proxy, mistyped password',
      kind: 'https',
      host: 'gate.proxy.example',
      address: '203.0.113.20',
      port: 8443,
      credentials: { username: 'practice', password: 'open-sesame' },
      typed: { username: 'practice', password: 'open-sesam' },
    },
  ],
});
