import { describe, expect, it } from 'vitest';
import type { Environment } from '../../../model/environment.ts';
import { describeConnection } from '../../../renderer/screens/check/describe-connection.ts';
import { aRoute, calm, deadBaseline } from '../a-run.ts';

const keys = (environment: Environment | null, current = aRoute('direct')) =>
  describeConnection(environment, current).map(({ key }) => key);

describe('describeConnection', () => {
  it('knows nothing before a check', () => {
    expect(keys(null)).toEqual(['unknown']);
  });

  it('says that all is as it should be', () => {
    expect(keys(calm)).toEqual(['open', 'noTunnel', 'noProxy']);
    expect(describeConnection(calm, aRoute('direct')).every(({ tone }) => tone === 'plain')).toBe(true);
  });

  it('says nothing of neutral sites that were not asked', () => {
    expect(keys(calm, aRoute('direct', { baseline: { ok: false, passed: 0, tried: 0 } }))).toEqual([
      'noTunnel',
      'noProxy',
    ]);
  });

  it('names a dead connection, and a sign-in page instead of it', () => {
    const dead = aRoute('direct', { baseline: deadBaseline });
    expect(keys(calm, dead)[0]).toBe('dead');
    expect(keys({ ...calm, captivePortal: true }, dead)).toEqual(['portal', 'noTunnel', 'noProxy']);
  });

  it.each<readonly [Partial<Environment>, string]>([
    [{ tunnel: { up: true, interface: 'utun4' } }, 'tunnel'],
    [{ systemProxy: '127.0.0.1:1080' }, 'proxy'],
    [{ clockSkewMs: 240_000 }, 'clockFast'],
    [{ clockSkewMs: -240_000 }, 'clockSlow'],
    [{ connectsProveNothing: true }, 'provesNothing'],
    [{ httpsScanning: true }, 'scanning'],
    [{ bypassTools: ['zapret'] }, 'tools'],
    [{ ipv6: 'broken' }, 'ipv6Broken'],
  ])('%j is worth a word: %s', (more, key) => {
    const found = describeConnection({ ...calm, ...more }, aRoute('direct')).find((fact) => fact.key === key);
    expect(found?.tone).not.toBe('plain');
    expect(found).toBeDefined();
  });

  it('says nothing of a clock that is a little off, or of IPv6 that is not there', () => {
    expect(keys({ ...calm, clockSkewMs: 119_000, ipv6: 'absent' })).toEqual(['open', 'noTunnel', 'noProxy']);
  });

  it('gives the minutes of a wrong clock without a sign', () => {
    const facts = describeConnection({ ...calm, clockSkewMs: -240_000 }, aRoute('direct'));
    expect(facts.find(({ key }) => key === 'clockSlow')?.values).toEqual({ count: 4 });
  });
});
