import fc from 'fast-check';
import type { RunReport } from '../../../model/report.ts';
import { aCloudReport } from './a-cloud-report.ts';

/** The sample with one text wherever a server, a file or a person may put one. */
export function filledWith(text: string): RunReport {
  const base = aCloudReport();
  const [resolve, connect, http] = base.results[0]?.observations ?? [];
  if (resolve?.step !== 'resolve' || connect?.step !== 'connect' || http?.step !== 'http')
    throw new Error('the sample changed');
  const certificate = { fingerprint256: 'a'.repeat(64), subject: text, issuer: text, validFrom: text, validTo: text };
  const { localAddress: _local, peer, ...bare } = connect;
  const tls = { ...bare, peer, id: text, step: 'tls', serverName: text, version: text, bytesReceived: 1 } as const;
  return {
    ...base,
    id: text,
    software: { name: text, version: text },
    environment: {
      ...base.environment,
      platform: text,
      tunnel: { up: true, interface: text },
      systemProxy: text,
      bypassTools: [text],
    },
    ranges: { ...base.ranges, createdAt: text },
    routes: base.routes.map((route) => ({ ...route, label: text, endpoint: text })),
    targets: base.targets.map((target) => ({ ...target, name: text, group: text, url: text, host: text })),
    results: base.results.map((result, index) => ({
      ...result,
      failure: { step: 'http' as const, kind: 'http-status' as const, code: text, detail: text },
      observations:
        index > 0
          ? []
          : [
              { ...resolve, name: text, server: text, rcode: text, answers: [{ address: text }], id: text },
              { ...tls, address: text, chain: [certificate] },
              { ...http, url: text, title: text, address: text, failure: { step: 'http', kind: 'reset', code: text } },
              { ...bare, step: 'proxy' as const, requested: text, id: text },
            ],
    })),
    verdicts: base.verdicts.map((verdict) => ({
      ...verdict,
      rule: text,
      workingRoutes: [text],
      evidence: [{ says: text, observation: text }],
      next: [text],
    })),
    cloud: base.cloud.map(({ collateral, ...finding }) => ({
      ...finding,
      host: text,
      address: text,
      operator: finding.operator === 'aws' ? 'aws' : text,
      region: text,
      service: text,
      prefix: text,
      ...(collateral && {
        collateral: { ...collateral, evidence: [text, text], capped: [text, text], otherwise: text },
      }),
    })),
    siblings: (base.siblings ?? []).map((sibling) => ({ ...sibling, address: text, host: text, prefix: text })),
  };
}

/** Text that tries to be markup, a formula, another line or the other way round. */
export const hostileText = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({
    unit: fc.constantFrom(
      ...'<>"\'`=/&;- !',
      'script',
      'onload',
      'style',
      '--',
      ']]>',
      '\u0000',
      '\u202e',
      '\ud800',
      '\n',
    ),
  }),
  fc.constantFrom(
    '"><script>alert(1)</script>',
    "' onmouseover='alert(1)",
    '</style><img src=x onerror=alert(1)>',
    '<!--',
    '--!><svg/onload=alert(1)>',
    '&lt;script&gt;',
    '&#x3c;b&#x3e;',
    '{route}',
    '$&',
    '{{1+1}}',
    'javascript:alert(1)',
    '</title><base href=//evil.example>',
  ),
);
