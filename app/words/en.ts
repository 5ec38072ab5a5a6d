import type { EvidenceKey, NextKey, RuleId } from '../../engine/judge/vocabulary.ts';
import type { FailureKind, Step } from '../../model/failure.ts';
import type { Result, ResultState } from '../../model/result.ts';
import type { Mechanism, VerdictName } from '../../model/verdict.ts';
import type { TelegramReason } from '../choose-telegram-route.ts';
import type { TelegramGroupKind, TelegramSilence, TelegramState } from '../telegram-summary.ts';

/**
 * The English words for every key a report can hold. Each table is complete by its type: a key without a text does not
 * compile. `blocked` is only ever said by a verdict; nothing here says who did it, only what it is consistent with.
 */

/** One or two words for a cell of the matrix. */
export const failureWords: Readonly<Record<FailureKind, string>> = {
  timeout: 'timeout',
  'kernel-timeout': 'timeout (system)',
  refused: 'refused',
  reset: 'reset',
  eof: 'closed',
  unreachable: 'unreachable',
  'network-down': 'no network',
  nxdomain: 'no such name',
  'no-answer': 'no address',
  servfail: 'DNS failure',
  'dns-refused': 'DNS refused',
  'dns-malformed': 'DNS malformed',
  bogon: 'bogus address',
  'proxy-auth': 'proxy: password',
  'proxy-rejected': 'proxy: rejected',
  'proxy-protocol': 'proxy: not one',
  'cert-untrusted': 'untrusted',
  'cert-host': 'wrong name',
  'cert-expired': 'expired',
  'tls-alert': 'TLS alert',
  'tls-protocol': 'TLS error',
  'http-status': 'HTTP status',
  'http-malformed': 'HTTP malformed',
  'block-page': 'block page',
  'not-this-service': 'another page',
  stall: 'stalled',
  'too-slow': 'too slow',
  aborted: 'stopped',
  'local-limit': 'local limit',
  unknown: 'failed',
};

/** What happened, as the end of a sentence that begins with the step. */
export const failures: Readonly<Record<FailureKind, string>> = {
  timeout: 'no answer came before our deadline',
  'kernel-timeout': 'no answer came before the system gave up',
  refused: 'the connection was refused',
  reset: 'the connection was reset',
  eof: 'the connection was closed without an answer',
  unreachable: 'the address could not be reached',
  'network-down': 'this machine has no network',
  nxdomain: 'the resolver says the name does not exist',
  'no-answer': 'the resolver knows no address for the name',
  servfail: 'the resolver failed',
  'dns-refused': 'the resolver refused to answer',
  'dns-malformed': 'the resolver’s answer cannot be read',
  bogon: 'the resolver gave an address that cannot be on the internet',
  'proxy-auth': 'the proxy did not accept the user name or password',
  'proxy-rejected': 'the proxy refused to connect to the target',
  'proxy-protocol': 'what answered is not a proxy of this kind',
  'cert-untrusted': 'the certificate is signed by nobody this machine trusts',
  'cert-host': 'the certificate is for another name',
  'cert-expired': 'the certificate is out of date',
  'tls-alert': 'the server ended the handshake with an alert',
  'tls-protocol': 'the answer is not a TLS handshake',
  'http-status': 'the server answered with an error status',
  'http-malformed': 'the answer is not HTTP',
  'block-page': 'a known block page came back',
  'not-this-service': 'something else than this service answered',
  stall: 'the data stopped coming',
  'too-slow': 'the data came too slowly',
  aborted: 'the check was stopped',
  'local-limit': 'this machine ran out of ports, files or memory',
  unknown: 'it failed in a way not yet known',
};

export const steps: Readonly<Record<Step, string>> = {
  resolve: 'Looking up the name',
  connect: 'Connecting',
  proxy: 'Asking the proxy',
  tls: 'Starting encryption (TLS)',
  http: 'Asking for the page',
  transfer: 'Transferring data',
  websocket: 'Opening the WebSocket',
  mtproto: 'Speaking Telegram’s protocol',
};

export const states: Readonly<Record<ResultState, string>> = {
  ok: 'ok',
  impaired: 'impaired',
  failed: 'failed',
  skipped: 'skipped',
  cancelled: 'stopped',
};

/** Why something was skipped, where that is known. */
export const resultDetails: Readonly<Record<NonNullable<Result['detail']>, string>> = {
  'not-carried': 'not carried',
};

/** Failures of MTProxies that their detail explains better than their kind: in a cell, and as the end of a sentence. */
export const mtproxyDetails: Readonly<Record<string, { readonly cell: string; readonly sentence: string }>> = {
  'ordinary-site': {
    cell: 'proxy: ordinary site',
    sentence: 'it answers as an ordinary site: wrong secret, wrong clock, or not a proxy',
  },
  'hello-shape': {
    cell: 'proxy: old apps only',
    sentence:
      'it takes the TLS greeting of older Telegram apps and not that of today’s: its software is old, or something on the way minds the shape',
  },
};

export const verdicts: Readonly<Record<VerdictName, string>> = {
  reachable: 'reachable',
  blocked: 'blocked',
  'likely-blocked': 'likely blocked',
  impaired: 'impaired',
  'geo-restricted': 'refuses visitors from here',
  down: 'down everywhere',
  'route-broken': 'works, but not over every route',
  inconclusive: 'cannot be judged',
};

export const mechanisms: Readonly<Record<Mechanism, string>> = {
  dns: 'false DNS answers',
  ip: 'its address being filtered',
  port: 'its port being filtered',
  'tls-sni': 'filtering by the name in the TLS handshake',
  'tls-mitm': 'the encryption being intercepted',
  'http-blockpage': 'a block page in place of the site',
  freeze: 'a freeze after the first kilobytes',
  throttling: 'throttling',
  protocol: 'the protocol being recognised and dropped',
  whitelist: 'only domestic services being let through',
};

export const confidences = { high: 'high', medium: 'medium', low: 'low' } as const;

export const rules: Readonly<Record<RuleId, string>> = {
  'reachable.current': 'it works on the current connection',
  'reachable.server-answered': 'the service itself answered',
  'reachable.endpoints': 'enough of its endpoints answer',
  'gate.offline': 'this machine has no working network',
  'gate.baseline-dead': 'not even neutral sites answer on this connection',
  'gate.captive-portal': 'a sign-in page answers in place of neutral sites',
  'gate.clock-skew': 'this machine’s clock is wrong, so certificate errors mean nothing',
  'gate.connect-proves-nothing': 'a bare connection here proves nothing',
  'gate.ipv6': 'it has IPv6 addresses only, and IPv6 does not work on this connection',
  'gate.local-failure': 'this machine itself could not go on',
  'control.none': 'there is no other working route to compare with',
  'control.may-refuse-foreign': 'it may refuse visitors from abroad, so other routes prove nothing',
  'control.fails-differently': 'it fails on every route, but not in the same way',
  'control.may-share-filter': 'it fails on every route, but all of them may pass the same filter',
  'control.other-path': 'it leads to another host here than over the other routes',
  'control.proxys-word': 'only a proxy’s word says that it can be reached elsewhere',
  'tries.disagree': 'two tries gave different results',
  'run.cancelled': 'the check was stopped before this was done',
  'run.skipped': 'it was not tested',
  'route.dead': 'the route itself does not work',
  'route.target-fails': 'it works on the current connection and fails over another route',
  'route.not-carried': 'an MTProxy leads to Telegram only, so it was not tested',
  'route.mtproxy-dead': 'this MTProxy does not lead to Telegram',
  'route.mtproxy-fails': 'this MTProxy leads to other data centres and not to this one',
  'down.everywhere': 'it fails the same way on every working route',
  'down.certificate': 'its certificate is bad on every working route',
  'dns.nxdomain': 'the resolver denies a name that others know',
  'dns.no-reply': 'the resolver does not answer for this name',
  'dns.bogon': 'the resolver gives an impossible address',
  'dns.stub': 'the resolver gives the address of a known block page',
  'dns.answer-differs': 'the resolver gives an address that is not this service’s',
  'dns.local-filter': 'a filter on this machine or network answers for the name',
  'ip.timeout': 'its addresses do not answer here and do elsewhere',
  'ip.unreachable': 'its addresses cannot be reached from here and can elsewhere',
  'ip.refused': 'connections to its addresses are cut here and not elsewhere',
  'ip.tls-any-name': 'on its address, TLS fails whatever name is asked for',
  'ip.address-dead': 'the address given is dead on every route',
  'port.filtered': 'some of its ports are dead here and alive elsewhere',
  'tls.sni.reset': 'the connection is reset after its name was sent',
  'tls.sni.eof': 'the connection is closed after its name was sent',
  'tls.sni.silence': 'nothing comes back after its name was sent',
  'tls.mitm.untrusted-chain': 'another certificate that nobody vouches for is shown here',
  'tls.mitm.wrong-certificate': 'a certificate for another name is shown here',
  'tls.mitm.everywhere': 'foreign certificates are shown for every site here',
  'tls.mitm.local-root': 'its encryption is opened on the way by somebody whom this machine trusts',
  'tls.cut': 'the handshake dies here and not elsewhere',
  'tls.server-alert': 'the server itself ended the handshake',
  'http.block-page': 'a known block page came back',
  'http.foreign-redirect': 'it sends visitors to another site here and not elsewhere',
  'http.request.reset': 'the connection is reset after the request',
  'http.request.eof': 'the connection is closed after the request',
  'http.request.silence': 'nothing comes back after the request',
  'http.not-this-service': 'something else answers here',
  'http.stall': 'the data stops coming here and not elsewhere',
  'http.server-error': 'the service answers with an error of its own',
  'http.unsigned-refusal': 'a refusal came that anybody on the way may have written',
  'http.unavailable-for-legal-reasons': 'the service itself says it may not serve this (451)',
  'geo.refused-here': 'the service itself refuses visitors from here',
  'freeze.after-first-kilobytes': 'the connection falls silent after the first kilobytes',
  'throttling.goodput-ratio': 'it is much slower here than over another route, while neutral data is fast',
  'mtproto.some-endpoints': 'some of its endpoints answer and some do not',
  'mtproto.swallowed': 'connections open, but what Telegram says is swallowed',
  'mtproto.obfuscated-dropped': 'the obfuscated stream is dropped while the plain one passes',
  'mtproto.not-telegram': 'what answers is not Telegram',
  'mtproto.server-refused': 'Telegram itself answered with an error',
  'whitelist.foreign-after-hello': 'domestic services answer and every foreign one dies after the TLS greeting',
  'unknown.failure': 'it fails in a way not yet known',
};

export const evidence: Readonly<Record<EvidenceKey, string>> = {
  'current-ok': 'it works on the current connection',
  'current-failed': 'it fails on the current connection',
  'current-failed-twice': 'it failed on both tries',
  'second-try-ok': 'the second try succeeded',
  'control-ok': 'it works over another route',
  'control-failed-same': 'it fails the same way over another route',
  'control-failed-differently': 'it fails in another way over another route',
  'no-control': 'no other working route to compare with',
  'route-dead': 'the route itself does not work',
  'route-fails-target': 'the route works for others and fails for this',
  'baseline-ok': 'neutral sites answer on this connection',
  'baseline-dead': 'neutral sites do not answer on this connection',
  'captive-portal': 'a sign-in page answers in place of neutral sites',
  'clock-skewed': 'this machine’s clock is wrong',
  'tunnel-up': 'a VPN or tunnel carries this connection',
  'bypass-tool-active': 'a bypass tool alters this machine’s packets',
  'connects-prove-nothing': 'even an unused address accepts connections here',
  'same-address-ok-elsewhere': 'the same address works over another route',
  'same-address-dead-elsewhere': 'the same address is dead over another route too',
  'same-certificate-elsewhere': 'the same certificate is shown over another route',
  'neutral-name-ok': 'an innocent name passes on the same address',
  'neutral-name-fails': 'an innocent name fails on the same address too',
  'server-sent-alert': 'the server answered with a TLS alert',
  'other-port-answers': 'another port of it answers',
  'other-port-fails': 'its other ports fail too',
  'resolvers-disagree': 'resolvers give different addresses',
  'answer-is-bogon': 'an impossible address was given',
  'answer-is-stub': 'the address of a known block page was given',
  'answer-is-null-address': 'a null address was given, as ad blockers do',
  'two-answers': 'two different answers came to one question',
  'comparator-lies-too': 'a foreign resolver’s answer was changed on the way too',
  'true-address-ok': 'its true address works',
  'true-address-fails': 'its true address fails too',
  'certificate-invalid-there': 'the address given shows no valid certificate for it',
  'certificate-differs-from-control': 'another certificate is shown than over another route',
  'everyone-intercepted': 'neutral sites show foreign certificates too',
  'block-page-mark': 'a known block page was recognised',
  'redirected-to-foreign-host': 'it led to another site',
  'server-refused': 'the service itself refused',
  'refused-everywhere': 'it refuses over every route',
  'cut-after-request': 'the connection was cut after the request',
  'stalled-after-first-kilobytes': 'the data stopped after the first kilobytes',
  stalled: 'the data stopped coming',
  'slower-than-control': 'much slower than over another route',
  'neutral-transfer-ok': 'neutral data is as fast here as over the other route',
  'some-endpoints-fail': 'some of its endpoints fail',
  'ipv6-ignored': 'IPv6 does not work here and was not counted',
  'payload-swallowed': 'the first message got no answer',
  'plain-transport-ok': 'the plain transport passes',
  'answer-not-telegram': 'the answer was not Telegram’s',
  'may-refuse-foreign': 'it may refuse visitors from abroad',
  'domestic-ok': 'domestic services answer',
  'foreign-cut-after-hello': 'foreign services die after the TLS greeting',
  'only-proxys-word': 'only the proxy says that the connection was made',
  'local-failure': 'this machine ran out of something, or lost its network',
  'sent-elsewhere': 'a redirect led to another host here than over the other routes',
  'certificate-locally-trusted': 'the certificate is trusted by this machine alone',
  'refusal-unsigned': 'a refusal came that no certificate vouches for',
  'answer-not-tls': 'something that is not TLS answered',
  'answer-differs': 'the page is not the one this service shows',
  'not-carried': 'an MTProxy leads to Telegram only',
};

export const nextSteps: Readonly<Record<NextKey, string>> = {
  'use-working-route': 'use a route that works',
  'add-a-route': 'add another route (--route) to compare with',
  'run-again': 'run the check again in a few minutes',
  'sign-in-to-network': 'sign in to this network in a browser first',
  'check-connection': 'check the cable, Wi-Fi or mobile data',
  'check-clock': 'set this machine’s clock right',
  'check-dns-filter': 'look for an ad blocker or parental control that filters names',
  'check-antivirus': 'look for an antivirus or company device that opens encrypted traffic',
  'change-resolver': 'use another resolver, with encryption if you can',
  'fix-the-route': 'check the address, port and password of the route',
  'ask-site-owner': 'tell the owner of the service',
  'wait-for-service': 'wait: the service itself seems to have a problem',
  'open-in-browser': 'open it in a browser to see what it says',
  'stop-bypass-tool': 'stop the bypass tool and check again',
};

/** What a person can do with Telegram over one route. */
export const telegramStates: Readonly<Record<TelegramState, string>> = {
  works: 'Telegram works',
  'apps-only': 'Telegram’s apps work, Telegram Web does not',
  'no-media': 'chat works, pictures do not',
  partly: 'only a part of Telegram answers',
  'web-only': 'Telegram Web works, the apps do not',
  fails: 'Telegram does not work',
  untested: 'Telegram was not tested',
};

/** Said of data centres that give no answer at all: `DC 2 silent`. */
export const telegramSilences: Readonly<Record<TelegramSilence, string>> = {
  silent: 'silent',
  refused: 'refused',
  cut: 'cut',
  unresolved: 'without an address',
  declined: 'declined by Telegram itself',
  'not-telegram': 'answered by somebody else',
  failing: 'failing',
};

/** A group in a sentence: `data centres: consistent with …`. */
export const telegramGroups: Readonly<Record<TelegramGroupKind, string>> = {
  chat: 'data centres',
  media: 'media',
  websocket: 'WebSockets',
  'websocket-media': 'WebSocket media',
};

/** The end of “Best for Telegram: …, because …”. */
export const telegramReasons: Readonly<Record<TelegramReason, string>> = {
  'only-one': 'Telegram works over no other route',
  'works-better': 'more of Telegram works over it than over any other route',
  steadier: 'it is the steadiest of the routes over which Telegram works',
  quicker: 'it is the quickest of the routes over which Telegram works',
  'first-of-equals': 'the other routes are no better',
};
