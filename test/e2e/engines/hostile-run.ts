import type { Result } from '../../../model/result.ts';
import type { RouteSummary } from '../../../model/route.ts';
import type { RunTarget } from '../../../model/run-view.ts';
import { hostile } from './hostile-texts.ts';
import { serveScript } from './serve-script.ts';

const target: RunTarget = {
  id: 'hostile',
  name: hostile.name,
  group: hostile.group,
  protocol: 'https',
  url: hostile.url,
  host: 'hostile.example',
  port: 443,
};
const route: RouteSummary = {
  id: 'direct',
  kind: 'direct',
  label: 'Current connection',
  endpoint: null,
  remoteDns: false,
  baseline: { ok: true, passed: 4, tried: 4 },
};
const proxy: RouteSummary = {
  ...route,
  id: 'proxy',
  kind: 'socks5h',
  label: hostile.label,
  endpoint: 'proxy.example:1',
};

const base = { purpose: 'main', try: 1, startMs: 0, ms: 5 } as const;
const result: Omit<Result, 'routeId'> = {
  targetId: target.id,
  state: 'failed',
  failure: { step: 'http', kind: 'not-this-service', code: hostile.code },
  ms: { resolve: 5, connect: 5, tls: 5, firstByte: 5, total: 20 },
  tries: 1,
  observations: [
    {
      ...base,
      id: 'o1',
      step: 'tls',
      peer: 'target',
      address: '192.0.2.1',
      port: 443,
      serverName: 'hostile.example',
      bytesReceived: 2000,
      chain: [
        {
          fingerprint256: 'ab'.repeat(32),
          subject: hostile.subject,
          issuer: hostile.subject,
          validFrom: '2026-01-01T00:00:00.000Z',
          validTo: '2027-01-01T00:00:00.000Z',
        },
      ],
      trust: 'none',
    },
    {
      ...base,
      id: 'o2',
      step: 'http',
      address: '192.0.2.1',
      port: 443,
      url: hostile.url,
      status: 200,
      headers: { server: hostile.subject },
      bodyBytes: 10,
      bodyTruncated: false,
      title: hostile.title,
      redirects: [{ url: hostile.redirect, status: 302 }],
      foreignHost: 'elsewhere.example',
    },
  ],
};
const results: Result[] = [
  { ...result, routeId: 'direct' },
  { ...result, routeId: 'proxy' },
];
const verdict = {
  targetId: target.id,
  verdict: 'inconclusive',
  rule: 'control.fails-differently',
  confidence: 'low',
  workingRoutes: [],
  evidence: [{ observation: 'o2', says: hostile.key }],
  next: [hostile.key],
} as const;

serveScript({
  targets: [target],
  routes: [route, proxy],
  cells: results.map(({ observations: _left, ...cell }) => cell),
  verdicts: [{ ...verdict, workingRoutes: [], evidence: [...verdict.evidence], next: [...verdict.next] }],
  detail: () => ({
    target,
    results,
    verdict: { ...verdict, workingRoutes: [], evidence: [...verdict.evidence], next: [...verdict.next] },
    cloud: [],
  }),
});
