import type { RuleId } from '../../../engine/judge/vocabulary.ts';
import type { Mechanism, VerdictName } from '../../../model/verdict.ts';
import {
  allWell,
  aTarget,
  compared,
  connected,
  exchanged,
  failure,
  home,
  look,
  name,
  page,
  plainTarget,
  proxied,
  type Situation,
  secondHome,
  shook,
  stranger,
  stub,
  tcpTarget,
  telegram,
  timed,
  told,
  wellAbroad,
} from '../../support/a-case.ts';

export interface Expected extends Situation {
  readonly when: string;
  readonly rule: RuleId;
  readonly verdict: VerdictName;
  readonly mechanism?: Mechanism;
  readonly confidence?: 'high' | 'medium' | 'low';
}

const refused = failure('connect', 'refused');
const silent = failure('connect', 'timeout');
const unreachable = failure('connect', 'unreachable');
const reset = failure('tls', 'reset');
const eof = failure('tls', 'eof');
const quiet = failure('tls', 'timeout');
const nxdomain = failure('resolve', 'nxdomain');
const untrusted = failure('tls', 'cert-untrusted');
const wrongName = failure('tls', 'cert-host');
const alert = failure('tls', 'tls-alert', { code: '112' });
const swallowed = failure('mtproto', 'timeout');

const begin = [told([home]), connected(home)];
const cannotConnect = (why = silent) => [told([home]), connected(home, why)];
const cut = (why = reset) => [...begin, shook(home, { failure: why })];
const neutral = look('neutral-sni', shook(home, { serverName: 'example.com' }));
const forged = shook(home, { failure: untrusted, issuer: 'Box', trust: 'none' });
const withPinned = (...seen: Parameters<typeof look>[1][]) => [{ seen: [...wellAbroad, ...look('pinned', ...seen)] }];
const pinnedAlive = withPinned(connected(home), shook(home));
const plainWell = { seen: [proxied(), page({ url: `http://${name}/` })] };
const plainBegin = [told([home]), connected(home, undefined, 80)];
const plainPage = (more: Parameters<typeof page>[0]) => page({ url: `http://${name}/`, ...more });
const telegramWell = { seen: [proxied(), exchanged(telegram.host)] };
const abroadFails = (why: ReturnType<typeof failure>, ...seen: Parameters<typeof look>[1][]) => [
  { failure: why, seen: seen.length > 0 ? seen : [proxied(why)] },
];
const neverTried = { state: 'cancelled', tries: 1 } as const;

/** One situation for every rule, with what the judge must make of it. */
export const situations: readonly Expected[] = [
  // reachable
  { when: 'it answers', rule: 'reachable.current', verdict: 'reachable', confidence: 'high' },
  {
    when: 'the server refuses us everywhere, over valid TLS',
    current: {
      failure: failure('http', 'http-status', { code: '403' }),
      seen: [...begin, shook(home), page({ status: 403 })],
    },
    controls: [{ failure: failure('http', 'http-status', { code: '403' }), seen: [proxied(), page({ status: 403 })] }],
    rule: 'reachable.server-answered',
    verdict: 'reachable',
  },
  {
    when: 'enough Telegram endpoints answer',
    target: telegram,
    current: { seen: [connected(telegram.host), exchanged(telegram.host)] },
    controls: [telegramWell],
    rule: 'reachable.endpoints',
    verdict: 'reachable',
  },
  // gate
  {
    when: 'the machine is offline',
    current: { failure: unreachable, seen: cannotConnect(unreachable) },
    baselineOk: false,
    offline: true,
    controls: [],
    rule: 'gate.offline',
    verdict: 'inconclusive',
  },
  {
    when: 'no neutral site answers',
    current: { failure: silent, seen: cannotConnect() },
    baselineOk: false,
    rule: 'gate.baseline-dead',
    verdict: 'inconclusive',
  },
  {
    when: 'a sign-in page answers for everybody',
    current: { failure: untrusted, seen: [...begin, forged] },
    baselineOk: false,
    environment: { captivePortal: true },
    rule: 'gate.captive-portal',
    verdict: 'inconclusive',
  },
  {
    when: 'our clock is wrong',
    current: { failure: failure('tls', 'cert-expired'), seen: [...begin, forged] },
    environment: { clockSkewMs: -86_400_000 },
    rule: 'gate.clock-skew',
    verdict: 'inconclusive',
  },
  {
    when: 'a bare connection is made where even nobody accepts them',
    target: tcpTarget,
    current: { seen: [told([home]), connected(home, undefined, 22)] },
    environment: { connectsProveNothing: true },
    controls: [],
    rule: 'gate.connect-proves-nothing',
    verdict: 'inconclusive',
  },
  {
    when: 'it lives on IPv6 alone and this connection has none',
    current: {
      failure: unreachable,
      seen: [told(['2606:4700::1']), connected('2606:4700::1', unreachable)],
    },
    environment: { ipv6: 'absent' },
    rule: 'gate.ipv6',
    verdict: 'inconclusive',
  },
  {
    when: 'this machine is out of ports',
    current: { failure: failure('connect', 'local-limit'), seen: cannotConnect(failure('connect', 'local-limit')) },
    rule: 'gate.local-failure',
    verdict: 'inconclusive',
  },
  // control
  {
    when: 'there is nothing to compare with',
    current: { failure: silent, seen: cannotConnect() },
    controls: [],
    rule: 'control.none',
    verdict: 'inconclusive',
  },
  {
    when: 'the control may be refused for being abroad',
    target: aTarget({ home: 'ru' }),
    current: { failure: silent, seen: cannotConnect() },
    controls: abroadFails(silent, connected(home, silent)),
    rule: 'control.may-refuse-foreign',
    verdict: 'inconclusive',
  },
  {
    when: 'the control fails in another way',
    current: { failure: silent, seen: cannotConnect() },
    controls: abroadFails(
      failure('http', 'reset'),
      proxied(),
      shook(undefined),
      page({ failure: failure('http', 'reset') }),
    ),
    rule: 'control.fails-differently',
    verdict: 'inconclusive',
  },
  {
    when: 'its name is cut on all routes while the server answers an innocent one',
    current: { failure: reset, seen: [...cut(), ...neutral] },
    controls: abroadFails(reset, proxied(), shook(undefined, { failure: reset })),
    rule: 'control.may-share-filter',
    verdict: 'inconclusive',
  },
  {
    when: 'it sends us to another host than the control, and that host is dead',
    current: {
      failure: silent,
      seen: [
        ...begin,
        shook(home),
        page({ status: 302, location: 'https://ru.other.example/' }),
        told([stranger], 'ru.other.example'),
        connected(stranger, silent),
      ],
    },
    rule: 'control.other-path',
    verdict: 'inconclusive',
  },
  {
    when: 'only a proxy says that the port is open',
    target: tcpTarget,
    current: { failure: silent, seen: [told([home]), connected(home, silent, 22)] },
    controls: [{ kind: 'socks5', seen: [proxied()] }],
    rule: 'control.proxys-word',
    verdict: 'inconclusive',
  },
  // tries and runs
  {
    when: 'the second try works',
    current: { state: 'impaired', tries: 2, seen: allWell },
    rule: 'tries.disagree',
    verdict: 'inconclusive',
  },
  { when: 'it was stopped', current: neverTried, rule: 'run.cancelled', verdict: 'inconclusive' },
  { when: 'it was never begun', current: { state: 'skipped', tries: 0 }, rule: 'run.skipped', verdict: 'inconclusive' },
  // route
  {
    when: 'it works here and the proxy is dead',
    controls: [{ failure: silent, baselineOk: false, seen: [proxied(silent)] }],
    rule: 'route.dead',
    verdict: 'route-broken',
  },
  {
    when: 'it works here and not through the proxy',
    controls: abroadFails(failure('proxy', 'proxy-rejected', { code: '5' })),
    rule: 'route.target-fails',
    verdict: 'route-broken',
  },
  // down
  {
    when: 'it is silent here and the proxy cannot reach it either',
    current: { failure: silent, seen: [...cannotConnect(), compared('doh', [home])] },
    controls: abroadFails(failure('proxy', 'proxy-rejected', { code: '504' })),
    rule: 'down.everywhere',
    verdict: 'down',
    confidence: 'medium',
  },
  {
    when: 'its certificate has run out for everybody',
    current: {
      failure: failure('tls', 'cert-expired'),
      seen: [
        ...begin,
        compared('doh', [home]),
        shook(home, { failure: failure('tls', 'cert-expired'), issuer: 'Public Root', trust: 'public' }),
      ],
    },
    controls: abroadFails(
      failure('tls', 'cert-expired'),
      shook(undefined, { failure: failure('tls', 'cert-expired'), issuer: 'Public Root', trust: 'public' }),
    ),
    rule: 'down.certificate',
    verdict: 'down',
  },
  // dns
  {
    when: 'the resolver denies a name that others know',
    current: { failure: nxdomain, seen: [told(nxdomain), compared('doh', [home])] },
    rule: 'dns.nxdomain',
    verdict: 'blocked',
    mechanism: 'dns',
  },
  {
    when: 'the resolver is silent for a name that others know',
    current: {
      failure: failure('resolve', 'servfail'),
      seen: [told(failure('resolve', 'servfail')), compared('doh', [home])],
    },
    rule: 'dns.no-reply',
    verdict: 'blocked',
    mechanism: 'dns',
    confidence: 'medium',
  },
  {
    when: 'the resolver gives a private address',
    current: { failure: silent, seen: [told(['10.1.2.3']), connected('10.1.2.3', silent), compared('doh', [home])] },
    rule: 'dns.bogon',
    verdict: 'blocked',
    mechanism: 'dns',
  },
  {
    when: 'the resolver gives the address of a block page, even without a control',
    current: { failure: untrusted, seen: [told([stub]), connected(stub), forged, compared('doh', [home])] },
    controls: [],
    rule: 'dns.stub',
    verdict: 'likely-blocked',
    mechanism: 'dns',
  },
  {
    when: 'the resolver leads to a stranger',
    current: {
      failure: wrongName,
      seen: [
        told([stranger]),
        connected(stranger),
        shook(stranger, { failure: wrongName, issuer: 'Public Root', trust: 'public' }),
        compared('doh', [home]),
        ...look('true-address', connected(home), shook(home)),
      ],
    },
    rule: 'dns.answer-differs',
    verdict: 'blocked',
    mechanism: 'dns',
    confidence: 'high',
  },
  {
    when: 'only the resolver of this machine says 0.0.0.0',
    current: {
      failure: refused,
      seen: [told(['0.0.0.0']), connected('0.0.0.0', refused), compared('udp', [home]), compared('doh', [home])],
    },
    rule: 'dns.local-filter',
    verdict: 'inconclusive',
  },
  // ip and port
  {
    when: 'its address is silent here and lives elsewhere',
    current: { failure: silent, seen: cannotConnect() },
    controls: pinnedAlive,
    rule: 'ip.timeout',
    verdict: 'blocked',
    mechanism: 'ip',
    confidence: 'high',
  },
  {
    when: 'a router says that its address cannot be reached',
    current: { failure: unreachable, seen: cannotConnect(unreachable) },
    controls: pinnedAlive,
    rule: 'ip.unreachable',
    verdict: 'blocked',
    mechanism: 'ip',
  },
  {
    when: 'every connection to its address is refused',
    current: {
      failure: refused,
      seen: [...cannotConnect(refused), ...look('other-port', connected(home, refused, 80))],
    },
    controls: pinnedAlive,
    rule: 'ip.refused',
    verdict: 'blocked',
    mechanism: 'ip',
  },
  {
    when: 'any name is cut on its address',
    current: {
      failure: quiet,
      seen: [...cut(quiet), ...look('neutral-sni', shook(home, { failure: quiet, serverName: 'example.com' }))],
    },
    controls: pinnedAlive,
    rule: 'ip.tls-any-name',
    verdict: 'blocked',
    mechanism: 'ip',
  },
  {
    when: 'the address given is dead for the control as well',
    current: { failure: silent, seen: cannotConnect() },
    controls: withPinned(proxied(failure('proxy', 'proxy-rejected', { code: '4' }))),
    rule: 'ip.address-dead',
    verdict: 'inconclusive',
  },
  {
    when: 'another port of the address answers',
    current: { failure: silent, seen: [...cannotConnect(), ...look('other-port', connected(home, undefined, 80))] },
    controls: pinnedAlive,
    rule: 'port.filtered',
    verdict: 'blocked',
    mechanism: 'port',
  },
  // tls
  ...(
    [
      [reset, 'tls.sni.reset'],
      [eof, 'tls.sni.eof'],
      [quiet, 'tls.sni.silence'],
    ] as const
  ).map(
    ([why, rule]): Expected => ({
      when: `its name is cut (${why.kind}) and an innocent one is not`,
      current: { failure: why, seen: [...cut(why), ...neutral] },
      rule,
      verdict: 'blocked',
      mechanism: 'tls-sni',
      confidence: 'high',
    }),
  ),
  {
    when: 'its name is cut, an innocent one is not, and there is no control',
    current: { failure: reset, seen: [...cut(), ...neutral] },
    controls: [],
    rule: 'tls.sni.reset',
    verdict: 'likely-blocked',
    mechanism: 'tls-sni',
    confidence: 'medium',
  },
  {
    when: 'the handshake is cut and no innocent name was tried',
    current: { failure: reset, seen: cut() },
    rule: 'tls.cut',
    verdict: 'blocked',
    confidence: 'medium',
  },
  {
    when: 'a certificate that nobody vouches for stands in the way',
    current: { failure: untrusted, seen: [...begin, forged] },
    controls: pinnedAlive,
    rule: 'tls.mitm.untrusted-chain',
    verdict: 'blocked',
    mechanism: 'tls-mitm',
    confidence: 'high',
  },
  {
    when: "somebody else's certificate stands in the way",
    current: {
      failure: wrongName,
      seen: [...begin, shook(home, { failure: wrongName, issuer: 'Box', trust: 'none' })],
    },
    controls: pinnedAlive,
    rule: 'tls.mitm.wrong-certificate',
    verdict: 'blocked',
    mechanism: 'tls-mitm',
  },
  {
    when: 'the same box re-signs the neutral sites',
    current: { failure: untrusted, seen: [...begin, forged] },
    interceptingIssuers: ['Box'],
    rule: 'tls.mitm.everywhere',
    verdict: 'inconclusive',
  },
  {
    when: 'somebody whom only this machine trusts opens this one site',
    current: { seen: [...begin, shook(home, { issuer: 'National Root', trust: 'system' }), page()] },
    rule: 'tls.mitm.local-root',
    verdict: 'impaired',
    mechanism: 'tls-mitm',
  },
  {
    when: 'the server ends the handshake with an alert',
    current: { failure: alert, seen: [...begin, shook(home, { failure: alert, bytes: 7 })] },
    rule: 'tls.server-alert',
    verdict: 'inconclusive',
  },
  // http
  {
    when: 'a known block page comes, even without a control',
    target: plainTarget,
    current: {
      failure: failure('http', 'block-page', { code: 'mark' }),
      seen: [...plainBegin, plainPage({ failure: failure('http', 'block-page', { code: 'mark' }), status: 200 })],
    },
    controls: [],
    rule: 'http.block-page',
    verdict: 'likely-blocked',
    mechanism: 'http-blockpage',
  },
  {
    when: 'a plain page sends us to another plain site, and the control stays at home',
    target: plainTarget,
    current: {
      seen: [...plainBegin, page({ url: 'http://notice.provider.example/', redirects: [`http://${name}/`] })],
    },
    controls: [plainWell],
    rule: 'http.foreign-redirect',
    verdict: 'blocked',
    mechanism: 'http-blockpage',
    confidence: 'medium',
  },
  ...(
    [
      ['reset', 'http.request.reset'],
      ['eof', 'http.request.eof'],
      ['timeout', 'http.request.silence'],
    ] as const
  ).map(
    ([kind, rule]): Expected => ({
      when: `a plain request is answered with ${kind}`,
      target: plainTarget,
      current: { failure: failure('http', kind), seen: [...plainBegin, plainPage({ failure: failure('http', kind) })] },
      controls: [plainWell],
      rule,
      verdict: 'blocked',
      mechanism: 'protocol',
    }),
  ),
  {
    when: 'something else answers here',
    target: aTarget({ expect: { bodyIncludes: 'Success' } }),
    current: {
      failure: failure('http', 'not-this-service', { code: '200', detail: 'body' }),
      seen: [...begin, shook(home), page({ failure: failure('http', 'not-this-service'), status: 200 })],
    },
    rule: 'http.not-this-service',
    verdict: 'inconclusive',
  },
  {
    when: 'an answer begins and is closed half-way',
    current: {
      failure: failure('http', 'eof'),
      seen: [...begin, shook(home), page({ failure: failure('http', 'eof'), status: 200, received: 500 })],
    },
    rule: 'http.stall',
    verdict: 'impaired',
  },
  {
    when: 'the server has an error of its own here',
    current: {
      failure: failure('http', 'http-status', { code: '503' }),
      seen: [...begin, shook(home), page({ status: 503 })],
    },
    rule: 'http.server-error',
    verdict: 'impaired',
  },
  {
    when: 'a refusal comes that nobody signed',
    target: plainTarget,
    current: {
      failure: failure('http', 'http-status', { code: '403' }),
      seen: [...plainBegin, plainPage({ status: 403 })],
    },
    controls: [plainWell],
    rule: 'http.unsigned-refusal',
    verdict: 'inconclusive',
  },
  {
    when: 'the server says 451 and there is no control',
    current: {
      failure: failure('http', 'http-status', { code: '451' }),
      seen: [...begin, shook(home), page({ status: 451 })],
    },
    controls: [],
    rule: 'http.unavailable-for-legal-reasons',
    verdict: 'inconclusive',
  },
  {
    when: 'the real service refuses us and not the control',
    current: {
      failure: failure('http', 'http-status', { code: '403' }),
      seen: [...begin, shook(home), page({ status: 403 })],
    },
    rule: 'geo.refused-here',
    verdict: 'geo-restricted',
    confidence: 'high',
  },
  {
    when: 'both tries fall silent after 17 KiB',
    current: {
      failure: failure('http', 'stall'),
      seen: [1, 2].flatMap((attempt) =>
        [...begin, shook(home), page({ failure: failure('http', 'stall'), status: 200, received: 17_400 })].map(
          (item) => ({
            ...item,
            try: attempt as 1 | 2,
          }),
        ),
      ),
    },
    rule: 'freeze.after-first-kilobytes',
    verdict: 'blocked',
    mechanism: 'freeze',
  },
  {
    when: 'it crawls here twice, runs through the control, and neutral data runs here too',
    current: { seen: [...allWell, ...timed({ goodput: 20_000 }, { goodput: 30_000 })] },
    controls: [{ seen: [...wellAbroad, ...timed({ goodput: 1_000_000 }, { goodput: 900_000 })] }],
    neutralRatios: { down: 0.9 },
    rule: 'throttling.goodput-ratio',
    verdict: 'impaired',
    mechanism: 'throttling',
  },
  // telegram
  {
    when: 'one Telegram endpoint in twelve answers',
    target: telegram,
    current: {
      state: 'impaired',
      tries: 2,
      failure: silent,
      seen: [connected(telegram.host), exchanged(telegram.host), connected('149.154.167.51', silent)],
    },
    controls: [telegramWell],
    rule: 'mtproto.some-endpoints',
    verdict: 'impaired',
  },
  {
    when: 'Telegram connects and what it says is swallowed',
    target: telegram,
    current: { failure: swallowed, seen: [connected(telegram.host), exchanged(telegram.host, swallowed)] },
    controls: [telegramWell],
    rule: 'mtproto.swallowed',
    verdict: 'blocked',
    mechanism: 'protocol',
  },
  {
    when: 'the obfuscated stream is swallowed and the plain one passes, even without a control',
    target: telegram,
    current: {
      failure: swallowed,
      seen: [
        connected(telegram.host),
        exchanged(telegram.host, swallowed),
        ...look('fallback', exchanged(telegram.host, undefined, 'abridged')),
      ],
    },
    controls: [],
    rule: 'mtproto.obfuscated-dropped',
    verdict: 'likely-blocked',
    mechanism: 'protocol',
  },
  {
    when: 'something that is not Telegram answers',
    target: telegram,
    current: {
      failure: failure('mtproto', 'not-this-service'),
      seen: [
        connected(telegram.host),
        exchanged(telegram.host, failure('mtproto', 'not-this-service', { detail: 'http' })),
      ],
    },
    controls: [],
    rule: 'mtproto.not-telegram',
    verdict: 'inconclusive',
  },
  {
    when: 'Telegram itself answers with an error',
    target: telegram,
    current: {
      failure: failure('mtproto', 'not-this-service'),
      seen: [
        connected(telegram.host),
        exchanged(telegram.host, failure('mtproto', 'not-this-service', { code: '-429', detail: 'transport-error' })),
      ],
    },
    controls: [telegramWell],
    rule: 'mtproto.server-refused',
    verdict: 'inconclusive',
  },
  // MTProxy
  {
    when: 'the first route is an MTProxy, and this is not Telegram',
    currentKind: 'mtproxy',
    current: { state: 'skipped', tries: 0, detail: 'not-carried' },
    rule: 'route.not-carried',
    verdict: 'inconclusive',
  },
  {
    when: 'the first route is an MTProxy through which nothing answers, while Telegram does elsewhere',
    target: telegram,
    currentKind: 'mtproxy',
    baselineOk: false,
    current: { failure: failure('proxy', 'proxy-protocol', { detail: 'ordinary-site' }) },
    controls: [telegramWell],
    rule: 'route.mtproxy-dead',
    verdict: 'inconclusive',
  },
  {
    when: 'the first route is an MTProxy through which this data centre alone is silent',
    target: telegram,
    currentKind: 'mtproxy',
    current: { failure: swallowed },
    controls: [telegramWell],
    rule: 'route.mtproxy-fails',
    verdict: 'inconclusive',
  },
  {
    when: 'Telegram is silent here and answers through an MTProxy, which leads to it by other addresses',
    target: telegram,
    current: { failure: silent, seen: [connected(telegram.host, silent)] },
    controls: [{ kind: 'mtproxy', seen: [exchanged(telegram.host)] }],
    rule: 'ip.timeout',
    verdict: 'blocked',
    mechanism: 'ip',
    confidence: 'medium',
  },
  {
    when: 'a data centre is silent here and through an MTProxy that leads to others: many do not lead to all',
    target: telegram,
    current: { failure: swallowed, seen: [connected(telegram.host), exchanged(telegram.host, swallowed)] },
    controls: [{ kind: 'mtproxy', failure: swallowed, seen: [exchanged(telegram.host, swallowed)] }],
    rule: 'control.fails-differently',
    verdict: 'inconclusive',
  },
  {
    when: 'Telegram cannot be connected to here, and the MTProxy does not answer the ClientHello this time',
    target: telegram,
    current: { failure: silent, seen: [connected(telegram.host, silent)] },
    controls: [{ kind: 'mtproxy', failure: failure('proxy', 'timeout', { detail: 'server-hello' }) }],
    rule: 'control.fails-differently',
    verdict: 'inconclusive',
  },
  // whitelist
  {
    when: 'only what is at home answers',
    current: { failure: quiet, seen: cut(quiet) },
    baselineOk: false,
    whitelist: true,
    rule: 'whitelist.foreign-after-hello',
    verdict: 'blocked',
    mechanism: 'whitelist',
    confidence: 'medium',
  },
  // the rest
  {
    when: 'it fails in a way that no rule knows',
    current: {
      failure: failure('tls', 'unknown'),
      seen: [...begin, shook(home, { failure: failure('tls', 'unknown') })],
    },
    rule: 'unknown.failure',
    verdict: 'inconclusive',
  },
  {
    when: 'one of two addresses is cut at the name, the other silent',
    current: {
      failure: reset,
      seen: [
        told([secondHome, home]),
        connected(secondHome, silent),
        connected(home),
        shook(home, { failure: reset }),
        ...neutral,
      ],
    },
    rule: 'tls.sni.reset',
    verdict: 'blocked',
    mechanism: 'tls-sni',
  },
];
