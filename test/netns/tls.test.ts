import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createAuthority } from './authority.ts';
import type { CensorSpec } from './censor.ts';
import { type Check, webTarget } from './check.ts';
import { expectVerdict } from './expect-verdict.ts';
import type { TlsAction } from './middlebox.ts';
import { requireWorld } from './require-world.ts';
import { type SiteSpec, site } from './sites.ts';
import { checkIn, type World, type WorldSpec, world } from './world.ts';

const chat = site('chat.example', '104.16.6.1');
const targets = [webTarget('chat.example')];
const withControl = (at: World) => ['direct', at.links.socks];

function judge(spec: WorldSpec, routes: (at: World) => readonly string[] = withControl): Promise<Check> {
  const standard = { sites: [chat], proxies: ['socks'] as const };
  return checkIn({ ...standard, ...spec }, (at) => ({ targets, routes: routes(at) }));
}

function cut(action: TlsAction): CensorSpec {
  return { tls: [{ name: 'chat.example', action }] };
}

describe.skipIf(!requireWorld()).concurrent('a name that is read from the ClientHello', () => {
  it.for([
    ['reset', 'tls.sni.reset'],
    ['fin', 'tls.sni.eof'],
    ['silence', 'tls.sni.silence'],
  ] as const)('and answered with %s is blocked by name', async ([action, rule]) => {
    const check = await judge({ censor: cut(action) });
    expectVerdict(check, 'chat.example', { verdict: 'blocked', mechanism: 'tls-sni', rule });
    expect(check.verdict('chat.example')).toMatchObject({ confidence: 'high' });
    expect(check.verdict('chat.example').evidence.map((item) => item.says)).toContain('neutral-name-ok');
  });

  it('and cut is likely blocked even without a control, because a neutral name passes', async () => {
    const check = await judge({ censor: cut('reset') }, () => ['direct']);
    expectVerdict(check, 'chat.example', { verdict: 'likely-blocked', mechanism: 'tls-sni', rule: 'tls.sni.reset' });
  });

  it('and cut is blocked also where the server refuses neutral names by alert', async () => {
    const strict = site('chat.example', '104.16.6.1', { alertUnknownNames: true });
    const check = await judge({ sites: [strict], censor: cut('reset') });
    expectVerdict(check, 'chat.example', { verdict: 'blocked', mechanism: 'tls-sni', rule: 'tls.sni.reset' });
  });

  it('and cut on the way of a redirect is blocked by the name that was cut', async () => {
    const door = site('chat.example', '104.16.6.1', {
      https: { status: 301, headers: { location: 'https://www.chat.example/' } },
    });
    const house = site('www.chat.example', '104.16.6.2');
    const censor = { tls: [{ name: 'www.chat.example', action: 'reset' as const }] };
    const check = await judge({ sites: [door, house], censor });
    expectVerdict(check, 'chat.example', { verdict: 'blocked', mechanism: 'tls-sni', rule: 'tls.sni.reset' });
  });

  it('and answered by a stranger with a forged certificate is intercepted', async () => {
    const check = await judge({ censor: cut('intercept') });
    expectVerdict(check, 'chat.example', {
      verdict: 'blocked',
      mechanism: 'tls-mitm',
      rule: 'tls.mitm.untrusted-chain',
    });
  });
});

describe.skipIf(!requireWorld()).concurrent('what must not be called interference with TLS', () => {
  async function notBlocked(changed: Partial<SiteSpec>, rule: 'down.certificate' | 'down.everywhere') {
    const check = await judge({ sites: [{ ...chat, ...changed }] });
    expectVerdict(check, 'chat.example', { verdict: 'down', rule });
  }

  it('is a certificate that has expired for everyone', () =>
    notBlocked({ certificate: 'expired' }, 'down.certificate'));

  it('is a root that nobody knows, for everyone', () => notBlocked({ certificate: 'untrusted' }, 'down.certificate'));

  it('is a certificate of another name, for everyone', () =>
    notBlocked({ certificateNames: ['else.example'] }, 'down.certificate'));

  it('is an alert from a server that does not know the name', () =>
    notBlocked({ alertAlways: true }, 'down.everywhere'));

  it('is an antivirus that re-signs every site, trusted by this machine alone', async () => {
    const forger = createAuthority('Careful Antivirus Root');
    const censor = { tls: [{ name: '*', action: 'intercept' as const }] };
    await world({ sites: [chat], proxies: ['socks'], censor, forger }, async (at) => {
      const store = join(at.folder, 'system-store.pem');
      writeFileSync(store, forger.certificate);
      const check = await at.check({ targets, routes: withControl(at), env: { SSL_CERT_FILE: store } });
      expectVerdict(check, 'chat.example', { verdict: 'reachable', rule: 'reachable.current' });
      expect(check.report.environment.httpsScanning).toBe(true);
    });
  });

  it('is a re-signer of every site whom not even this machine trusts', async () => {
    const censor = { tls: [{ name: '*', action: 'intercept' as const }] };
    const check = await judge({ censor });
    expectVerdict(check, 'chat.example', { verdict: 'inconclusive', rule: 'tls.mitm.everywhere' });
    expect(check.verdict('chat.example').next).toContain('check-antivirus');
  });
});
