import { describe, expect, it } from 'vitest';
import { builtInMarks, builtInTelegramTargets } from '../../app/built-in-facts.ts';
import { builtInBaselines, groupNames, targetsOfGroup, targetsOfProfile } from '../../app/built-in-targets.ts';
import services from '../../data/services.json' with { type: 'json' };
import type { Profile } from '../../model/report.ts';
import { targetSchema } from '../../model/target.ts';

const telegram = builtInTelegramTargets();

describe('built-in targets', () => {
  it('fit the model, with unique ids', () => {
    const all = [...groupNames.flatMap((group) => targetsOfGroup(group, telegram)), ...builtInBaselines()];
    for (const target of all) expect(targetSchema.safeParse(target).error, target.id).toBeUndefined();
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(all.length).toBe(services.services.length + services.baselines.length + telegram.length);
  });

  it('quick is Telegram and 12 services, the domestic baseline among them', () => {
    const ids = targetsOfProfile('quick', telegram)
      .filter(({ group }) => group !== 'telegram')
      .map(({ id }) => id);
    expect(ids).toHaveLength(12);
    expect(ids.toSorted()).toEqual(services.quick.toSorted());
    expect(services.services.find(({ domesticBaseline }) => domesticBaseline)?.id).toBe('yandex');
    expect(ids).toContain('yandex');
  });

  it('quick asks two of the WebSockets, the others all ten', () => {
    const websocketsOf = (profile: Profile) =>
      targetsOfProfile(profile, telegram).flatMap(({ id, protocol }) => (protocol === 'websocket' ? [id] : []));
    expect(websocketsOf('quick')).toEqual(['telegram-ws2', 'telegram-ws2-media']);
    expect(websocketsOf('standard')).toHaveLength(10);
    expect(websocketsOf('deep')).toHaveLength(10);
  });

  it('standard leaves out what is off by default, a group does not', () => {
    const ids = targetsOfProfile('standard', telegram).map(({ id }) => id);
    expect(ids).not.toContain('tiktok');
    expect(targetsOfGroup('social', telegram).map(({ id }) => id)).toContain('tiktok');
    expect(targetsOfGroup('telegram', telegram)[0]?.id).toBe('telegram-dc1');
  });

  it('know which services may refuse visitors from abroad', () => {
    const russian = targetsOfGroup('russia', telegram);
    expect(russian.every(({ home }) => home === 'ru')).toBe(true);
    expect(targetsOfGroup('messengers', telegram).some(({ home }) => home !== undefined)).toBe(false);
  });

  it('have baselines with an exact reply each', () => {
    expect(builtInBaselines().map(({ id, expect: reply }) => [id, reply])).toEqual([
      ['cloudflare-204', { status: [204] }],
      ['google-204', { status: [204] }],
      ['apple-captive', { status: [200], bodyIncludes: 'Success' }],
      ['msft-connect', { status: [200], bodyIncludes: 'Microsoft Connect Test' }],
    ]);
  });

  it('have something to time, of Telegram and of two neutral operators, each with a source', () => {
    const timed = [...targetsOfProfile('deep', telegram), ...builtInBaselines()].filter(
      ({ transfer, upload }) => transfer !== undefined || upload !== undefined,
    );
    expect(timed.map(({ id }) => id)).toEqual(['telegram-web', 'cloudflare-204', 'apple-captive']);
    const sourced = new Set(services.transfers.map(({ host }) => host));
    for (const { transfer = '', upload = '' } of timed) {
      for (const url of [transfer, upload]) expect(sourced.has(new URL(url).hostname), url).toBe(true);
    }
  });

  it('come with marks of block pages', () => {
    expect(builtInMarks().marks.length).toBeGreaterThan(10);
  });
});
