import { isIP } from 'node:net';
import type { Verdict } from '../../model/verdict.ts';
import type { Gate } from '../gate/run-gate.ts';
import type { Session } from '../job/session.ts';
import type { NeutralRatios } from '../judge/case.ts';
import { judgeTarget } from '../judge/judge-target.ts';
import type { Row } from './row.ts';

/** What a verdict needs beyond its own row, known once all rows are in. */
export interface Overview {
  readonly whitelist: boolean;
  readonly neutralRatios?: NeutralRatios;
}

/** Whether a row can be judged by itself, as soon as its own results are in. */
export function standsAlone(session: Session, gate: Gate, row: Row): boolean {
  const { transfer, upload } = row.target;
  const timed = session.input.profile === 'deep' && (transfer !== undefined || upload !== undefined);
  return gate.baselines[0]?.baseline.ok === true && !timed;
}

export function judgeRow(session: Session, gate: Gate, row: Row, overview: Overview): Verdict {
  const [first, ...rest] = row.results;
  if (!first) throw new Error(`target ${row.target.id} has no result`);
  const { facts, marks } = session.dependencies;
  return judgeTarget({
    target: row.target,
    results: [first, ...rest],
    routes: gate.routes,
    environment: gate.environment,
    offline: gate.offline,
    whitelist: overview.whitelist,
    interceptingIssuers: interceptingIssuers(gate),
    ...(overview.neutralRatios === undefined ? {} : { neutralRatios: overview.neutralRatios }),
    facts,
    marks,
  });
}

/** Issuers of the baselines' certificates on the current connection that no public store vouches for. */
function interceptingIssuers(gate: Gate): readonly string[] {
  const observations = gate.baselines[0]?.results.flatMap((result) => result.observations) ?? [];
  return observations.flatMap((item) => {
    if (item.step !== 'tls' || item.peer !== 'target') return [];
    const privately = item.trust === 'system' || item.failure?.kind === 'cert-untrusted';
    const issuer = item.chain[0]?.issuer;
    return privately && issuer !== undefined && isIP(item.serverName ?? '') === 0 ? [issuer] : [];
  });
}
