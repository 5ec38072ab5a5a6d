import { defineScenario, type Scenario, type ScenarioDeclaration } from '../../lab/scenario.ts';

/** A small network of its own, so that a test of one ability does not depend on what a scenario happens to declare. */
export function practiceScenario(changes: Partial<ScenarioDeclaration> = {}): Scenario {
  return defineScenario({
    id: 'practice',
    name: 'Practice',
    summary: 'For tests.',
    interfaces: [{ name: 'eth0', address: '192.168.1.23', via: 'isp' }],
    defaultInterface: 'eth0',
    isp: {},
    dns: { address: '8.8.8.8', port: 53 },
    doh: { url: 'https://dns.example/dns-query', addresses: ['1.1.1.1'] },
    sites: [
      {
        host: 'news.example',
        addresses: ['52.58.1.1', '52.58.1.2'],
        answer: { kind: 'page', title: 'News', kib: 64 },
        target: { id: 'news', name: 'News', group: 'news' },
      },
      { host: 'plain.example', addresses: ['52.58.7.7'], scheme: 'http', answer: { kind: 'page', kib: 32 } },
      { host: 'other.example', addresses: ['18.196.3.3'], answer: { kind: 'reply', status: 204 } },
    ],
    ...changes,
  });
}

export const soon = (ms = 5000): AbortSignal => AbortSignal.timeout(ms);
