import type { LetterAudience } from '../../model/choices.ts';
import type { Mechanism } from '../../model/verdict.ts';
import { sanitizeText } from '../sanitize-text.ts';
import type { LetterKey, Params, Speaker } from '../words/speaker.ts';
import type { LetterFacts, LetterStance } from './letter-facts.ts';
import { reservations } from './letter-grounds.ts';

/** What is asked of whom, in sentences. Where nothing points to a filter, nobody is asked about one. */
export function sayAsks(facts: LetterFacts, audience: LetterAudience, speaker: Speaker): readonly string[] {
  const params: Params = {
    host: facts.host,
    what: speaker.list(facts.addresses.length > 0 ? facts.addresses : [facts.host]),
    range: sanitizeText(facts.scored?.prefix ?? '', 64),
  };
  const keys = facts.stance === 'filtered' ? asksOfFiltered(facts, audience) : otherAsks[facts.stance][audience];
  return keys.map((key) => speaker.letter(key, params));
}

const otherAsks: Readonly<Record<Exclude<LetterStance, 'filtered'>, Record<LetterAudience, readonly LetterKey[]>>> = {
  impaired: { owner: ['ask-owner-fault', 'ask-owner-logs', 'ask-tell'], isp: ['ask-tell'] },
  'route-broken': { owner: ['ask-nothing'], isp: ['ask-nothing'] },
  inconclusive: { owner: ['ask-tell'], isp: ['ask-tell'] },
  down: { owner: ['ask-owner-down', 'ask-tell'], isp: ['ask-nothing'] },
  reachable: { owner: ['ask-nothing'], isp: ['ask-nothing'] },
  'geo-restricted': { owner: ['ask-owner-geo'], isp: ['ask-isp-geo'] },
};

const ofOwner: Readonly<Record<Mechanism, readonly LetterKey[]>> = {
  dns: ['ask-owner-dns'],
  ip: ['ask-owner-address'],
  port: ['ask-owner-address'],
  'tls-sni': ['ask-owner-name'],
  'tls-mitm': ['ask-owner-certificate'],
  'http-blockpage': ['ask-owner-page'],
  freeze: ['ask-owner-address'],
  throttling: [],
  protocol: [],
  whitelist: [],
};

const ofProvider: Readonly<Record<Mechanism, LetterKey>> = {
  dns: 'ask-isp-dns',
  ip: 'ask-isp-address',
  port: 'ask-isp-address',
  'tls-sni': 'ask-isp-name',
  'tls-mitm': 'ask-isp-certificate',
  'http-blockpage': 'ask-isp-page',
  freeze: 'ask-isp-speed',
  throttling: 'ask-isp-speed',
  protocol: 'ask-isp-protocol',
  whitelist: 'ask-isp-foreign',
};

function asksOfFiltered(facts: LetterFacts, audience: LetterAudience): readonly LetterKey[] {
  const { verdict, scored } = facts;
  const mechanism = verdict?.mechanism;
  const band = scored?.collateral?.band;
  const isRange = scored?.prefix !== undefined && (band === 'likely' || band === 'possible');
  if (audience === 'isp') {
    // What a tunnel, a proxy or a tool of our own may have done is no question to a provider.
    if (reservations(facts).length > 0) return ['ask-isp-later'];
    return [
      mechanism === undefined ? 'ask-isp-any' : ofProvider[mechanism],
      ...(isRange ? (['ask-isp-range'] as const) : []),
      'ask-isp-decision',
      'ask-isp-pass-on',
    ];
  }
  // Another address outside of the range is the second address already.
  const own = mechanism === undefined ? [] : ofOwner[mechanism];
  const others = isRange ? own.filter((key) => key !== 'ask-owner-address') : own;
  return [
    'ask-owner-fault',
    'ask-owner-logs',
    ...(isRange ? (['ask-owner-range'] as const) : []),
    ...others,
    'ask-owner-visitors',
  ];
}
