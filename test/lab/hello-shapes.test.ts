import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createClientHello } from '../../engine/mtproxy/client-hello.ts';
import { createIsp } from '../../lab/isp.ts';
import { ispSchema } from '../../lab/scenario.ts';
import type { HelloProfile } from '../../model/observation.ts';
import { realClientHello } from './real-client-hello.ts';

const to = { address: '203.0.113.40', port: 443 };
const domain = 'mask.example';
const helloOf = (profile: HelloProfile) =>
  createClientHello({ profile, key: randomBytes(16), domain, unixTime: 1_800_000_000 }).record;

describe('a provider that looks at the shape of ClientHellos', () => {
  const isp = createIsp(ispSchema.parse({ hellos: [{ shape: 'classic', action: 'silence' }] }));

  it('stops that of older apps of Telegram, whatever it names, and no other', async () => {
    expect(isp.onFirstPayload(to, helloOf('classic')).kind).toBe('silence');
    expect(isp.onFirstPayload(to, helloOf('modern')).kind).toBe('pass');
    expect(isp.onFirstPayload(to, await realClientHello({ servername: domain })).kind).toBe('pass');
  });

  it('waits for the whole of it', () => {
    expect(isp.onFirstPayload(to, helloOf('classic').subarray(0, 516)).kind).toBe('incomplete');
  });

  it('lets it pass where no rule says otherwise, or a rule by name comes first', () => {
    expect(createIsp(ispSchema.parse({})).onFirstPayload(to, helloOf('classic')).kind).toBe('pass');
    const rules = { tls: [{ names: [domain], action: 'reset' }], hellos: [{ shape: 'classic', action: 'silence' }] };
    expect(createIsp(ispSchema.parse(rules)).onFirstPayload(to, helloOf('classic')).kind).toBe('reset');
  });

  it('lets nothing more of the client through after a hello that names what it minds', () => {
    const rules = { tls: [{ names: [domain], action: 'silence-after-hello' }] };
    const hello = helloOf('modern');
    expect(createIsp(ispSchema.parse(rules)).onFirstPayload(to, hello)).toEqual({
      kind: 'pass',
      limits: { clientFreezesAfter: hello.length },
    });
  });
});
