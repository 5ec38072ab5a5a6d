import { describe, expect, it } from 'vitest';
import {
  allWell,
  aTarget,
  compared,
  connected,
  exchanged,
  failure,
  home,
  judge,
  look,
  name,
  otherCdn,
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
  told,
  wellAbroad,
} from '../../support/a-case.ts';

const silent = failure('connect', 'timeout');
const reset = failure('tls', 'reset');
const begin = [told([home]), connected(home)];
const cut = [...begin, shook(home, { failure: reset })];
const neutral = look('neutral-sni', shook(home, { serverName: 'example.com' }));
const says = (situation: Situation) => judge(situation).evidence.map((item) => item.says);
const accused = ['blocked', 'likely-blocked'];

describe('pitfalls others paid for', () => {
  it('a failing AAAA is not a failure when A works', () => {
    const current = { seen: [...allWell, connected('2606:4700::1', failure('connect', 'unreachable'))] };
    expect(judge({ current, environment: { ipv6: 'broken' } })).toMatchObject({ rule: 'reachable.current' });
    expect(says({ current })).toContain('ipv6-ignored');
  });

  it('one Telegram endpoint of twelve is impaired, with or without a control', () => {
    const seen = [connected(telegram.host), exchanged(telegram.host)];
    const current = { state: 'impaired', tries: 2, failure: silent, seen } as const;
    for (const controls of [[], [{ seen }]]) {
      expect(judge({ target: telegram, current, controls })).toMatchObject({
        verdict: 'impaired',
        rule: 'mtproto.some-endpoints',
      });
    }
  });

  it('a portal that answers on port 80 is not Telegram', () => {
    const wrong = failure('mtproto', 'not-this-service', { detail: 'http' });
    const seen = [connected(telegram.host, undefined, 80), exchanged(telegram.host, wrong, 'obfuscated-padded', 80)];
    const verdict = judge({ target: telegram, current: { failure: wrong, seen }, controls: [] });
    expect(verdict).toMatchObject({ verdict: 'inconclusive', rule: 'mtproto.not-telegram', workingRoutes: [] });
  });

  it('a DoH failure says something about DoH only', () => {
    const blocked = compared('doh', failure('resolve', 'timeout'));
    expect(judge({ current: { seen: [...allWell, blocked] } }).verdict).toBe('reachable');
    const seen = [told([home]), connected(home, silent), blocked];
    const pinned = look('pinned', shook(home));
    const verdict = judge({ current: { failure: silent, seen }, controls: [{ seen: [...wellAbroad, ...pinned] }] });
    expect(verdict).toMatchObject({ mechanism: 'ip', rule: 'ip.timeout' });
  });

  it.each(['403', '429', '503'])('a captcha or "Access Denied" (%s) is no block page', (code) => {
    const failed = failure('http', 'http-status', { code });
    const current = { failure: failed, seen: [...begin, shook(home), page({ status: Number(code) })] };
    for (const controls of [[], [{ seen: wellAbroad }], [{ failure: failed, seen: [proxied()] }]]) {
      expect(accused).not.toContain(judge({ current, controls }).verdict);
    }
  });

  it('a neutral name answered by `unrecognized_name` means that the server answered', () => {
    const alert = failure('tls', 'tls-alert', { code: '112', detail: 'unrecognized_name' });
    const answered = look('neutral-sni', shook(home, { failure: alert, bytes: 7, serverName: 'example.com' }));
    const verdict = judge({ current: { failure: reset, seen: [...cut, ...answered] } });
    expect(verdict).toMatchObject({ verdict: 'blocked', mechanism: 'tls-sni' });
  });

  it('one try that disagrees with the next is inconclusive, whatever the first one was', () => {
    const seen = [
      ...cut.map((item) => ({ ...item, try: 1 as const })),
      ...allWell.map((item) => ({ ...item, try: 2 as const })),
    ];
    const current = { state: 'impaired', tries: 2, seen } as const;
    expect(judge({ current })).toMatchObject({ verdict: 'inconclusive', rule: 'tries.disagree' });
  });

  it('two tries that end at different steps lower the confidence', () => {
    const first = [told([home]), connected(home, silent)].map((item) => ({ ...item, try: 1 as const }));
    const seen = [...first, ...cut, ...neutral];
    expect(judge({ current: { failure: reset, seen } })).toMatchObject({ verdict: 'blocked', confidence: 'medium' });
  });
});

describe('who must not be accused', () => {
  it.each(['captivePortal', 'offline', 'baseline'] as const)('anybody, behind a gate that is not passed: %s', (why) => {
    const situation = {
      current: { failure: reset, seen: [...cut, ...neutral] },
      environment: { captivePortal: why === 'captivePortal' },
      offline: why === 'offline',
      baselineOk: why !== 'baseline',
    };
    expect(judge(situation).verdict).toBe('inconclusive');
  });

  it('a server whose name a proxy will not dial by its own policy, and that is silent here: that is not down either', () => {
    const current = { failure: silent, seen: [told([home]), connected(home, silent), compared('doh', [home])] };
    for (const code of ['403', '405', '2', '7']) {
      const failed = failure('proxy', 'proxy-rejected', { code });
      const verdict = judge({ current, controls: [{ failure: failed, seen: [proxied(failed)] }] });
      expect(verdict.rule, code).toBe('control.fails-differently');
    }
  });

  it.each(['500', '502', '503', '504', '1', '3', '4', '5', '6', '91'])(
    'a host that is silent here and that a proxy could not reach (%s): down',
    (code) => {
      const failed = failure('proxy', 'proxy-rejected', { code });
      const current = { failure: silent, seen: [told([home]), connected(home, silent), compared('doh', [home])] };
      const verdict = judge({ current, controls: [{ failure: failed, seen: [proxied(failed)] }] });
      expect(verdict).toMatchObject({ verdict: 'down', rule: 'down.everywhere' });
    },
  );

  it('a host behind a proxy that was itself not reached: neither blocked nor down', () => {
    const lost = { ...connected('198.51.100.7', silent, 1080), peer: 'proxy' as const };
    const current = { failure: silent, seen: [told([home]), connected(home, silent), compared('doh', [home])] };
    const verdict = judge({ current, controls: [{ failure: silent, seen: [lost] }] });
    expect(verdict.rule).toBe('control.fails-differently');
  });

  it('a dead host, by a proxy that says yes and then closes', () => {
    const eof = failure('tls', 'eof');
    const lying = look('pinned', proxied(), shook(home, { failure: eof }));
    const current = { failure: silent, seen: [told([home]), connected(home, silent)] };
    const alone = judge({
      current,
      controls: [{ failure: eof, seen: [proxied(), shook(undefined, { failure: eof })] }],
    });
    expect(accused).not.toContain(alone.verdict);
    const verdict = judge({ current, controls: [{ seen: [...wellAbroad, ...lying] }] });
    expect(verdict.rule).toBe('ip.address-dead');
  });

  it('a closed port, by a proxy that says yes before it dials', () => {
    const current = { failure: silent, seen: [told([home]), connected(home, silent, 22)] };
    const verdict = judge({ target: tcpTarget, current, controls: [{ kind: 'socks5h', seen: [proxied()] }] });
    expect(verdict).toMatchObject({ verdict: 'inconclusive', workingRoutes: [] });
  });

  it('but a closed port is told by an interface, which dials itself', () => {
    const current = { failure: silent, seen: [told([home]), connected(home, silent, 22)] };
    const controls = [{ kind: 'interface', seen: [connected(home, undefined, 22)] }] as const;
    expect(judge({ target: tcpTarget, current, controls })).toMatchObject({ verdict: 'blocked', rule: 'ip.timeout' });
  });

  it('an address whose look through the control failed in the proxy itself', () => {
    const flaky = look('pinned', proxied(failure('proxy', 'eof')));
    const current = { failure: silent, seen: [told([home]), connected(home, silent)] };
    const verdict = judge({ current, controls: [{ seen: [...wellAbroad, ...flaky] }] });
    expect(verdict).toMatchObject({ verdict: 'blocked', rule: 'ip.timeout', confidence: 'medium' });
  });

  it('a service with one dead address that the control does not reach either', () => {
    const current = {
      failure: silent,
      seen: [told([home, secondHome]), connected(home, silent), connected(secondHome, silent)],
    };
    const dead = look('pinned', connected(home, silent), connected(secondHome, silent));
    expect(judge({ current, controls: [{ seen: [...wellAbroad, ...dead] }] }).rule).toBe('ip.address-dead');
    const half = look('pinned', connected(home, silent), connected(secondHome), shook(secondHome));
    expect(judge({ current, controls: [{ seen: [...wellAbroad, ...half] }] }).rule).toBe('ip.timeout');
  });

  it('a server that cuts its own name at that address for everyone', () => {
    const pinned = look('pinned', connected(home), shook(home, { failure: reset }));
    const current = { failure: reset, seen: [...cut, ...neutral] };
    expect(judge({ current, controls: [{ seen: [...wellAbroad, ...pinned] }] }).rule).toBe('ip.address-dead');
  });

  it('a server that cut a handshake without a name, which it may well want', () => {
    const target = aTarget({ url: `https://${home}/`, host: home });
    const current = { failure: reset, seen: [connected(home), shook(home, { failure: reset }), ...neutral] };
    expect(judge({ target, current, controls: [] }).rule).toBe('control.none');
  });

  it('the name, when the innocent one was tried at another address', () => {
    const elsewhere = look('neutral-sni', shook(secondHome, { serverName: 'example.com' }));
    expect(judge({ current: { failure: reset, seen: [...cut, ...elsewhere] }, controls: [] }).rule).toBe(
      'control.none',
    );
  });

  it('the name, when the connection broke before it was sent', () => {
    const early = failure('tls', 'reset', { detail: 'before-hello' });
    const current = { failure: early, seen: [...begin, shook(home, { failure: early }), ...neutral] };
    expect(judge({ current })).toMatchObject({ verdict: 'blocked', mechanism: 'ip', rule: 'ip.refused' });
    expect(judge({ current, controls: [] }).rule).toBe('control.none');
  });

  it('a server whose answer had begun to come when the handshake stopped', () => {
    const seen = [...begin, shook(home, { failure: failure('tls', 'timeout'), bytes: 1400 }), ...neutral];
    expect(judge({ current: { failure: failure('tls', 'timeout'), seen }, controls: [] }).rule).toBe('control.none');
  });

  it('a service of which this machine had no ports left', () => {
    for (const kind of ['local-limit', 'network-down', 'aborted'] as const) {
      const failed = failure('connect', kind);
      const verdict = judge({ current: { failure: failed, seen: [told([home]), connected(home, failed)] } });
      expect(verdict.rule).toBe('gate.local-failure');
    }
  });

  it('a service on IPv6 alone, where the control has no IPv6 either', () => {
    const current = { failure: silent, seen: [told(['2606:4700::1']), connected('2606:4700::1', silent)] };
    for (const ipv6 of ['broken', 'absent', 'unknown'] as const) {
      const controls = [{ failure: silent, seen: [connected('2606:4700::1', silent)], kind: 'interface' }] as const;
      expect(judge({ current, controls, environment: { ipv6 } }).rule).toBe('gate.ipv6');
      expect(judge({ current, environment: { ipv6 } }).rule).toBe('gate.ipv6');
    }
    expect(judge({ current, environment: { ipv6: 'works' } })).toMatchObject({ verdict: 'blocked', mechanism: 'ip' });
  });

  it('a home service that refuses the foreign proxy', () => {
    const target = aTarget({ home: 'ru' });
    const failed = failure('http', 'http-status', { code: '403' });
    expect(judge({ target, controls: [{ failure: reset, seen: [proxied()] }] }).verdict).toBe('reachable');
    const current = { failure: silent, seen: [told([home]), connected(home, silent)] };
    const verdict = judge({ target, current, controls: [{ failure: failed, seen: [proxied()] }] });
    expect(verdict.rule).toBe('control.may-refuse-foreign');
  });

  it('an expired certificate on one edge of many', () => {
    const expired = failure('tls', 'cert-expired');
    const seen = [...begin, shook(home, { failure: expired, issuer: 'Public Root', trust: 'public' })];
    expect(judge({ current: { failure: expired, seen } })).toMatchObject({
      verdict: 'inconclusive',
      rule: 'down.certificate',
    });
  });

  it("a neighbour's public certificate, unless the same address is the service elsewhere", () => {
    const wrongName = failure('tls', 'cert-host');
    const seen = [...begin, shook(home, { failure: wrongName, issuer: 'Public Root', trust: 'public' })];
    expect(judge({ current: { failure: wrongName, seen } }).verdict).toBe('inconclusive');
    const pinned = look('pinned', connected(home), shook(home, { issuer: 'Another Public Root' }));
    const verdict = judge({ current: { failure: wrongName, seen }, controls: [{ seen: [...wellAbroad, ...pinned] }] });
    expect(verdict).toMatchObject({ verdict: 'blocked', rule: 'tls.mitm.wrong-certificate' });
  });

  it('a site that a server closes after 17 KiB: a freeze is silence', () => {
    const closed = failure('http', 'eof');
    const both = [1, 2].flatMap((attempt) =>
      [...begin, shook(home), page({ failure: closed, status: 200, received: 17_400 })].map((item) => ({
        ...item,
        try: attempt as 1 | 2,
      })),
    );
    expect(judge({ current: { failure: closed, seen: both } })).toMatchObject({
      verdict: 'impaired',
      rule: 'http.stall',
    });
  });

  it('a site that froze once: the other try ended otherwise', () => {
    const stalled = failure('http', 'stall');
    const once = [...begin, shook(home), page({ failure: stalled, status: 200, received: 17_400 })];
    const first = [...begin, shook(home), page({ failure: stalled, status: 200, received: 90_000 })];
    const seen = [...first.map((item) => ({ ...item, try: 1 as const })), ...once];
    expect(judge({ current: { failure: stalled, seen } }).rule).toBe('http.stall');
  });

  it('anybody, by looks taken over the wrong route', () => {
    const current = { failure: reset, seen: [...cut, ...look('pinned', shook(home))] };
    expect(judge({ current, controls: [{ seen: [...wellAbroad, ...neutral] }] }).rule).toBe('tls.cut');
  });

  it('a request inside TLS that the server drops: nobody in between can read it', () => {
    for (const step of ['http', 'websocket'] as const) {
      const dropped = failure(step, 'reset');
      const last =
        step === 'http'
          ? page({ failure: dropped })
          : ({ step, port: 443, stage: 'request', failure: dropped } as const);
      const verdict = judge({ current: { failure: dropped, seen: [...begin, shook(home), last] } });
      expect(verdict).toMatchObject({ verdict: 'impaired', rule: 'http.request.reset' });
    }
  });

  it('Telegram inside a WebSocket inside TLS, which nobody in between can read either', () => {
    const target = aTarget({ protocol: 'websocket', url: `wss://${name}/apiws` });
    const dropped = failure('mtproto', 'timeout');
    const seen = [...begin, shook(home), exchanged(home, dropped)];
    expect(judge({ target, current: { failure: dropped, seen } })).toMatchObject({
      verdict: 'impaired',
      rule: 'http.request.silence',
    });
    const wrong = (detail: string) => {
      const failed = failure('mtproto', 'not-this-service', { detail });
      return judge({ target, current: { failure: failed, seen: [...begin, shook(home), exchanged(home, failed)] } })
        .rule;
    };
    expect(wrong('transport-error')).toBe('mtproto.server-refused');
    expect(wrong('malformed')).toBe('http.not-this-service');
  });
});

describe('what must not pass for Telegram', () => {
  it('a page where its WebSocket should be, whoever signed it', () => {
    const answered = failure('websocket', 'http-status', { code: '404' });
    const last = { step: 'websocket', port: 443, stage: 'request', status: 404, failure: answered } as const;
    const current = { state: 'impaired', failure: answered, seen: [...begin, shook(home), last] } as const;
    const url = `wss://${name}/apiws`;
    const own = aTarget({ protocol: 'websocket', url });
    const telegrams = aTarget({ protocol: 'websocket', url, telegram: { dc: 2, media: false } });
    for (const controls of [[], [{ state: 'impaired', failure: answered, seen: [last] } as const]]) {
      expect(judge({ target: own, current, controls }).rule).toBe('reachable.server-answered');
      expect(judge({ target: telegrams, current, controls })).toMatchObject({
        verdict: 'inconclusive',
        rule: 'http.not-this-service',
      });
    }
  });
});

describe('what must not pass for an outage', () => {
  const sameResolver = (seen: Parameters<typeof look>[1][], failed = silent) => [
    { kind: 'socks5', failure: failed, seen } as const,
  ];

  it('a lie of the resolver that the control asks as well', () => {
    const nxdomain = failure('resolve', 'nxdomain');
    const current = { failure: nxdomain, seen: [told(nxdomain)] };
    expect(judge({ current, controls: sameResolver([told(nxdomain)], nxdomain) }).rule).toBe(
      'control.may-share-filter',
    );
    const gone = { failure: nxdomain, seen: [told(nxdomain), compared('doh', nxdomain)] };
    expect(judge({ current: gone, controls: sameResolver([told(nxdomain)], nxdomain) }).rule).toBe('down.everywhere');
  });

  it('a dead address that only the common resolver gave', () => {
    const seen = [told([stranger]), connected(stranger, silent)];
    const controls = sameResolver(seen);
    expect(judge({ current: { failure: silent, seen }, controls }).rule).toBe('control.may-share-filter');
    const denied = [...seen, compared('doh', [home])];
    expect(judge({ current: { failure: silent, seen: denied }, controls }).rule).toBe('control.may-share-filter');
    const confirmed = [...seen, compared('doh', [stranger])];
    expect(judge({ current: { failure: silent, seen: confirmed }, controls }).rule).toBe('down.everywhere');
  });

  it('a block page on every route', () => {
    const failed = failure('http', 'block-page', { code: 'mark' });
    const seen = [told([home]), connected(home), page({ failure: failed, status: 200, url: `http://${name}/` })];
    const controls = [{ kind: 'interface', failure: failed, seen }] as const;
    expect(judge({ target: plainTarget, current: { failure: failed, seen }, controls })).toMatchObject({
      verdict: 'likely-blocked',
      rule: 'http.block-page',
      confidence: 'low',
    });
  });

  it('an address of a block page on every route', () => {
    const seen = [told([stub]), connected(stub, silent)];
    const verdict = judge({ current: { failure: silent, seen }, controls: sameResolver(seen) });
    expect(verdict).toMatchObject({ verdict: 'likely-blocked', rule: 'dns.stub', confidence: 'low' });
  });

  it('a name cut by two providers of one country', () => {
    const current = { failure: reset, seen: [...cut, ...neutral] };
    const controls = [{ kind: 'interface', failure: reset, seen: cut }] as const;
    expect(judge({ current, controls }).rule).toBe('control.may-share-filter');
  });

  it('a reset here and a slow server there', () => {
    const slow = failure('tls', 'timeout');
    const current = { failure: reset, seen: cut };
    expect(judge({ current, controls: [{ failure: slow, seen: [shook(undefined, { failure: slow })] }] }).rule).toBe(
      'control.fails-differently',
    );
    const http = failure('http', 'reset');
    expect(judge({ current, controls: [{ failure: http, seen: [page({ failure: http })] }] }).rule).toBe(
      'control.fails-differently',
    );
  });

  it('two certificates that nobody vouches for, from two different boxes', () => {
    const untrusted = failure('tls', 'cert-untrusted');
    const shown = (issuer: string) => [...begin, compared('doh', [home]), shook(home, { failure: untrusted, issuer })];
    const judged = (issuer: string) =>
      judge({
        current: { failure: untrusted, seen: shown('Box') },
        controls: [{ failure: untrusted, seen: shown(issuer) }],
      });
    expect(judged('Own Root').rule).toBe('control.fails-differently');
    expect(judged('Box').rule).toBe('down.certificate');
  });

  it('a page that is another one everywhere: the service changed, and answers', () => {
    const other = failure('http', 'not-this-service', { code: '200', detail: 'body' });
    const seen = [...begin, shook(home), page({ failure: other, status: 200 })];
    expect(judge({ current: { failure: other, seen }, controls: [{ failure: other, seen }] }).rule).toBe(
      'http.not-this-service',
    );
  });
});

describe('resolvers', () => {
  const wrongName = failure('tls', 'cert-host');

  it('that give another network of a CDN tell the truth when the certificate there is valid', () => {
    const failed = failure('http', 'timeout');
    const seen = [
      told([otherCdn]),
      connected(otherCdn),
      shook(otherCdn),
      page({ failure: failed }),
      compared('doh', [home]),
    ];
    expect(judge({ current: { failure: failed, seen } })).toMatchObject({ rule: 'http.request.silence' });
    const dead = [told([otherCdn]), connected(otherCdn, silent), compared('doh', [home])];
    const pinned = look('pinned', connected(otherCdn), shook(otherCdn));
    const verdict = judge({
      current: { failure: silent, seen: dead },
      controls: [{ seen: [...wellAbroad, ...pinned] }],
    });
    expect(verdict).toMatchObject({ mechanism: 'ip', rule: 'ip.timeout' });
  });

  it('that give a silent address of another network, without a control, may just have a dead edge', () => {
    const seen = [
      told([otherCdn]),
      connected(otherCdn, silent),
      compared('doh', [home]),
      ...look('true-address', connected(home), shook(home)),
    ];
    expect(judge({ current: { failure: silent, seen }, controls: [] }).verdict).toBe('inconclusive');
    const twice = [...seen, compared('udp', [otherCdn], [home])];
    expect(judge({ current: { failure: silent, seen: twice }, controls: [] })).toMatchObject({
      verdict: 'likely-blocked',
      rule: 'dns.answer-differs',
    });
  });

  it('that give an ISP cache are not to blame for a name cut there', () => {
    const seen = [
      told([stranger]),
      connected(stranger),
      shook(stranger, { failure: reset }),
      compared('doh', [home]),
      ...look('neutral-sni', shook(stranger, { serverName: 'example.com' })),
    ];
    const verdict = judge({ current: { failure: reset, seen } });
    expect(verdict).toMatchObject({ mechanism: 'tls-sni', rule: 'tls.sni.reset' });
  });

  it('of a network with NAT64 give the same address in another dress', () => {
    const mapped = '64:ff9b::6810:701';
    const failed = failure('tls', 'cert-host');
    const seen = [
      told([mapped]),
      connected(mapped),
      shook(mapped, { failure: failed, issuer: 'Box', trust: 'none' }),
      compared('doh', [home]),
    ];
    expect(judge({ current: { failure: failed, seen }, environment: { ipv6: 'unknown' } }).mechanism).not.toBe('dns');
    const dead = [told([mapped]), connected(mapped, silent), compared('doh', [home])];
    expect(judge({ current: { failure: silent, seen: dead }, environment: { ipv6: 'unknown' } }).rule).toBe(
      'ip.timeout',
    );
  });

  it('of a tunnel make addresses up', () => {
    const seen = [
      told(['198.18.0.7']),
      connected('198.18.0.7'),
      shook('198.18.0.7', { failure: reset }),
      compared('doh', [home]),
    ];
    expect(judge({ current: { failure: reset, seen } }).mechanism).not.toBe('dns');
  });

  it('that give a private address for a private name tell the truth', () => {
    const seen = [told(['10.1.2.3']), connected('10.1.2.3', silent), compared('doh', ['10.1.2.3'])];
    expect(judge({ current: { failure: silent, seen } }).mechanism).toBe('ip');
  });

  it('that give an address of a block page tell the truth where DoH gives it as well', () => {
    const seen = [told([stub]), connected(stub, silent), compared('doh', [stub])];
    expect(judge({ current: { failure: silent, seen } }).mechanism).toBe('ip');
  });

  it('whose stranger is the antivirus of this machine are not to blame', () => {
    const failed = failure('tls', 'cert-untrusted');
    const shown = shook(otherCdn, { failure: failed, issuer: 'Careful Antivirus' });
    const seen = [told([otherCdn]), connected(otherCdn), shown, compared('doh', [home])];
    const verdict = judge({ current: { failure: failed, seen }, interceptingIssuers: ['Careful Antivirus'] });
    expect(verdict.rule).toBe('tls.mitm.everywhere');
  });

  it('are not found out by a page over plain HTTP, which anybody can write', () => {
    const seen = [
      told(['10.1.2.3']),
      connected('10.1.2.3', silent, 80),
      compared('doh', [home]),
      ...look('true-address', connected(home, undefined, 80), page({ url: `http://${name}/` })),
    ];
    expect(judge({ target: plainTarget, current: { failure: silent, seen }, controls: [] }).verdict).toBe(
      'inconclusive',
    );
  });

  it('that deny a name only on this machine may be a filter of the household: say so', () => {
    const nxdomain = failure('resolve', 'nxdomain');
    const current = { failure: nxdomain, seen: [told(nxdomain), compared('udp', [home]), compared('doh', [home])] };
    expect(judge({ current })).toMatchObject({ rule: 'dns.nxdomain', confidence: 'medium' });
    expect(judge({ current }).next).toContain('check-dns-filter');
    const everywhere = {
      failure: nxdomain,
      seen: [told(nxdomain), compared('udp', nxdomain), compared('doh', [home])],
    };
    expect(judge({ current: everywhere })).toMatchObject({ rule: 'dns.nxdomain', confidence: 'high' });
  });

  it('that lead to a stranger are found out without a control, and only with the true address', () => {
    const lie = [
      told([stranger]),
      connected(stranger),
      shook(stranger, { failure: wrongName, issuer: 'Public Root', trust: 'public' }),
      compared('doh', [home]),
    ];
    expect(judge({ current: { failure: wrongName, seen: lie }, controls: [] }).rule).toBe('control.none');
    const proof = [...lie, ...look('true-address', connected(home), shook(home))];
    expect(judge({ current: { failure: wrongName, seen: proof }, controls: [] })).toMatchObject({
      verdict: 'likely-blocked',
      rule: 'dns.answer-differs',
    });
  });

  it('are not asked where addresses are pinned', () => {
    const target = aTarget({ addresses: [home] });
    const nxdomain = failure('resolve', 'nxdomain');
    const seen = [told(nxdomain), compared('doh', [home]), connected(home, silent)];
    expect(judge({ target, current: { failure: silent, seen } }).mechanism).toBe('ip');
  });
});

describe('redirects', () => {
  const strayTo = (url: string, ...redirects: string[]) =>
    judge({
      target: plainTarget,
      current: { seen: [told([home]), connected(home, undefined, 80), page({ url, redirects })] },
      controls: [{ seen: [proxied(), page({ url: `http://${name}/` })] }],
    });

  it('over TLS are the wish of the site', () => {
    const verdict = strayTo('http://elsewhere.test/', `http://${name}/`, `https://${name}/`);
    expect(verdict.rule).toBe('reachable.current');
  });

  it('to its sister in another country are the wish of the site', () => {
    expect(strayTo('http://www.service.fr/', `http://${name}/`).rule).toBe('reachable.current');
  });

  it('to a stranger with a certificate of its own are left open', () => {
    const verdict = strayTo('https://notice.provider.test/', `http://${name}/`);
    expect(verdict).toMatchObject({ verdict: 'inconclusive', rule: 'http.foreign-redirect' });
  });

  it('that every route follows accuse nobody', () => {
    const seen = [page({ url: 'http://moved.test/', redirects: [`http://${name}/`] })];
    expect(judge({ target: plainTarget, current: { seen }, controls: [{ seen }] }).rule).toBe('reachable.current');
  });

  it('end at a hop of its own, which is what is judged', () => {
    const hop = (failed?: typeof reset) => [
      ...begin,
      shook(home),
      page({ status: 302, location: 'https://login.other.test/' }),
      told([stranger], 'login.other.test'),
      connected(stranger),
      shook(stranger, { serverName: 'login.other.test', ...(failed ? { failure: failed } : {}) }),
    ];
    const followed = [...wellAbroad, page({ url: 'https://login.other.test/', redirects: [`https://${name}/`] })];
    const innocent = look('neutral-sni', shook(stranger, { serverName: 'example.com' }));
    const verdict = judge({
      current: { failure: reset, seen: [...hop(reset), ...innocent] },
      controls: [{ seen: followed }],
    });
    expect(verdict).toMatchObject({ verdict: 'blocked', rule: 'tls.sni.reset' });
  });
});

describe('what proves an answer', () => {
  const plainOk = { seen: [told([home]), connected(home, undefined, 80), page({ url: `http://${name}/` })] };

  it('is not a page over plain HTTP behind a sign-in page', () => {
    const environment = { captivePortal: true };
    const verdict = judge({ target: plainTarget, current: plainOk, environment, baselineOk: false, controls: [] });
    expect(verdict).toMatchObject({ rule: 'gate.captive-portal', workingRoutes: [] });
    const expected = { ...plainTarget, expect: { bodyIncludes: 'only here' } };
    const proven = judge({ target: expected, current: plainOk, environment, baselineOk: false, controls: [] });
    expect(proven).toMatchObject({ rule: 'reachable.current', workingRoutes: ['direct'] });
  });

  it('is a certificate, whatever the gate says', () => {
    for (const environment of [{ captivePortal: true }, { connectsProveNothing: true }]) {
      expect(judge({ environment, baselineOk: false }).verdict).toBe('reachable');
    }
  });

  it('is no 403 in the clear, nor one from whoever opens our connections', () => {
    const failed = failure('http', 'http-status', { code: '403' });
    const plain = { failure: failed, seen: [told([home]), connected(home, undefined, 80), page({ status: 403 })] };
    for (const controls of [[], [{ seen: [proxied(), page({ url: `http://${name}/` })] }]]) {
      expect(judge({ target: plainTarget, current: plain, controls }).rule).toBe('http.unsigned-refusal');
    }
    const opened = shook(home, { issuer: 'Company', trust: 'system' });
    const scanned = { failure: failed, seen: [...begin, opened, page({ status: 403 })] };
    expect(judge({ current: scanned }).rule).toBe('http.unsigned-refusal');
  });

  it('is a refusal of the real service also where another status was expected', () => {
    const failed = failure('http', 'not-this-service', { code: '451', detail: 'status' });
    const current = { failure: failed, seen: [...begin, shook(home), page({ failure: failed, status: 451 })] };
    expect(judge({ target: aTarget({ expect: { status: [200] } }), current })).toMatchObject({
      verdict: 'geo-restricted',
      rule: 'geo.refused-here',
    });
  });

  it('is no whitelist when the server answered, nor for a domestic site', () => {
    const gate = { baselineOk: false, whitelist: true };
    const alert = failure('tls', 'tls-alert');
    const spoke = { failure: alert, seen: [...begin, shook(home, { failure: alert, bytes: 7 })] };
    expect(judge({ ...gate, current: spoke }).rule).toBe('gate.baseline-dead');
    const target = aTarget({ home: 'ru' });
    expect(judge({ ...gate, target, current: { failure: reset, seen: cut } }).rule).toBe('gate.baseline-dead');
  });

  it('leaves the mechanism open where every connection is accepted', () => {
    const failed = failure('mtproto', 'timeout');
    const verdict = judge({
      target: telegram,
      current: { failure: failed, seen: [connected(telegram.host), exchanged(telegram.host, failed)] },
      controls: [{ seen: [exchanged(telegram.host)] }],
      environment: { connectsProveNothing: true },
    });
    expect(verdict).toMatchObject({ verdict: 'blocked', rule: 'mtproto.swallowed', confidence: 'medium' });
    expect(verdict.mechanism).toBeUndefined();
  });

  it('is less sure with a bypass tool running, and says to stop it', () => {
    const situation = {
      current: { failure: reset, seen: [...cut, ...neutral] },
      environment: { bypassTools: ['zapret'] },
    };
    expect(judge(situation)).toMatchObject({ verdict: 'blocked', confidence: 'medium' });
    expect(judge(situation).next).toContain('stop-bypass-tool');
  });
});

describe('Telegram', () => {
  const well = [{ seen: [proxied(), exchanged(telegram.host)] }];
  const other = '149.154.167.51';

  it('is filtered by port where its own addresses connect on others', () => {
    const seen = [connected(telegram.host, silent, 443), connected(telegram.host, undefined, 80)];
    const verdict = judge({ target: telegram, current: { failure: silent, seen }, controls: well });
    expect(verdict).toMatchObject({ mechanism: 'port', rule: 'port.filtered' });
  });

  it('is filtered by address where a neighbour connects on the same port', () => {
    const seen = [connected(telegram.host, silent), connected(other), exchanged(other, failure('mtproto', 'timeout'))];
    const verdict = judge({ target: telegram, current: { failure: silent, seen }, controls: well });
    expect(verdict).toMatchObject({ mechanism: 'ip', rule: 'ip.timeout' });
  });

  it('is likely blocked where the plain stream passes on every route and the obfuscated one on none', () => {
    const failed = failure('mtproto', 'timeout');
    const seen = [
      connected(telegram.host),
      exchanged(telegram.host, failed),
      ...look('fallback', exchanged(telegram.host, undefined, 'abridged')),
    ];
    const current = { failure: failed, seen };
    expect(judge({ target: telegram, current, controls: [{ failure: failed, seen }] })).toMatchObject({
      verdict: 'likely-blocked',
      rule: 'mtproto.obfuscated-dropped',
      confidence: 'low',
    });
  });
});
