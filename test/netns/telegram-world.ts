import { expect } from 'vitest';
import telegram from '../../data/telegram.json' with { type: 'json' };
import type { ObservationOf } from '../../model/observation.ts';
import { proxyAddresses } from './addresses.ts';
import type { Check } from './check.ts';
import type { ServedMtproxy } from './site.ts';
import { site, telegramSites } from './sites.ts';
import type { WorldSpec } from './world.ts';

// What the tests of Telegram as a whole share: a world with all of it, MTProxies, and how to read their checks.

/** The site that the MTProxy with fake TLS passes itself off as. */
export const mask = { name: 'museum.example', address: '18.196.40.5' } as const;

const key = '5ca1ab1e0ddba11c0ffee0ddf00dbabe';
const markedKey = Buffer.from(`ee${key}`, 'hex');
export const secrets = {
  plain: key,
  padded: `dd${key}`,
  fakeTls: Buffer.concat([markedKey, Buffer.from(mask.name)]).toString('hex'),
} as const;
export const wrongKey = (secret: string) => secret.replace('5ca1ab1e', '5ca2ab1e');
export const base64url = (secret: string) => Buffer.from(secret, 'hex').toString('base64url');

/** What no report, output or error may hold, in lower case: parts of the keys in both spellings, and the masking domain. */
export const canaries: readonly string[] = [
  '5ca1ab1e',
  '5ca2ab1e',
  'f00dbabe',
  ...[key, wrongKey(key)]
    .flatMap((text) => [text, `dd${text}`, `ee${text}`])
    .map((text) => base64url(text).slice(6, 18)),
  mask.name,
  Buffer.from(mask.name).toString('hex'),
].map((text) => text.toLowerCase());

export const mtproxies = {
  plain: { address: proxyAddresses.mtproxyPlain, port: 443, secret: secrets.plain },
  padded: { address: proxyAddresses.mtproxyPadded, port: 8443, secret: secrets.padded },
  fakeTls: { address: proxyAddresses.mtproxyFakeTls, port: 443, secret: secrets.fakeTls, mask: mask.address },
} as const satisfies Record<string, ServedMtproxy>;

/** A name of the padded one. */
export const mtproxyName = 'mtproxy.example';

/** A link to an MTProxy, as Telegram's apps share it. */
export function mtproxyLink({ address, port, secret }: ServedMtproxy, typed = secret): string {
  return `tg://proxy?server=${address}&port=${port}&secret=${typed}`;
}

/** Telegram as it is without a censor, and the three MTProxies. */
export const telegramWorld = {
  sites: [
    ...telegramSites,
    site(mask.name, mask.address),
    { names: [mtproxyName], addresses: [mtproxies.padded.address] },
  ],
  mtproxies: Object.values(mtproxies),
} satisfies WorldSpec;

/** Tests the whole group. */
export const wholeTelegram = ['--targets', 'telegram'];

export const dataCentreIds: readonly string[] = telegram.dataCentres.map(({ targetId }) => targetId);
export const websocketIds: readonly string[] = telegram.websockets.map(
  ({ dc, media }) => `telegram-ws${dc}${media ? '-media' : ''}`,
);
export const webIds = ['telegram-web', 'telegram-site', 'telegram-links', 'telegram-api'] as const;

/** Every address of every data centre, as nft sets. */
const addresses = telegram.dataCentres.flatMap((centre) => centre.addresses.map(({ address }) => address));
export const dataCentres4 = `{ ${addresses.filter((address) => !address.includes(':')).join(', ')} }`;
export const dataCentres6 = `{ ${addresses.filter((address) => address.includes(':')).join(', ')} }`;

/** Exchanges with Telegram of one result, in their order. */
export function exchanges(check: Check, targetId: string, routeId: string): ObservationOf<'mtproto'>[] {
  return check
    .result(targetId, routeId)
    .observations.filter((item): item is ObservationOf<'mtproto'> => item.step === 'mtproto');
}

/** The report's id of the route by this link's address. */
export function routeAt(check: Check, { address }: { readonly address: string }): Check['report']['routes'][number] {
  const route = check.report.routes.find(({ endpoint }) => endpoint?.startsWith(`${address}:`));
  if (route === undefined) throw new Error(`no route by ${address}:\n${check.output}`);
  return route;
}

/** A check that ended in order, and in which no secret shows. */
export function expectWhole(check: Check): void {
  expect(check.exitCode, check.output).toBe(0);
  expect(check.report.partial).toBe(false);
  expectNoSecret(check.reportText, check.output);
}

export function expectNoSecret(...texts: readonly string[]): void {
  for (const text of texts) {
    const lower = text.toLowerCase();
    expect(canaries.filter((canary) => lower.includes(canary))).toEqual([]);
  }
}
