import type { CloudFinding } from '../../model/cloud.ts';
import type { RunReport } from '../../model/report.ts';
import type { Result } from '../../model/result.ts';
import { sanitizeText } from '../sanitize-text.ts';
import { summariseTelegram } from '../telegram-summary.ts';
import { distinct } from './cloud-hosts.ts';

const columns = [
  'target',
  'name',
  'group',
  'address',
  'route',
  'route_label',
  'state',
  'failed_step',
  'failure',
  'code',
  'resolve_ms',
  'connect_ms',
  'proxy_ms',
  'tls_ms',
  'first_byte_ms',
  'total_ms',
  'endpoints_ok',
  'endpoints_tried',
  'tries',
  'verdict',
  'mechanism',
  'rule',
  'confidence',
  'cloud',
  'cloud_asn',
  'cloud_address',
  'cloud_prefix',
  'cloud_region',
  'cloud_service',
  'list_2018',
  'collateral_band',
  'collateral_score',
  'collateral_capped',
  'collateral_evidence',
  'collateral_otherwise',
  'telegram_dc',
  'telegram_media',
  'telegram_row',
] as const;

/** One row per target and route (RFC 4180, CRLF), in the order of targets and routes. */
export function writeReportCsv(report: RunReport): string {
  const results = new Map(report.results.map((item) => [`${item.targetId}\n${item.routeId}`, item]));
  const verdicts = new Map(report.verdicts.map((verdict) => [verdict.targetId, verdict]));
  const clouds = new Map(
    [...Map.groupBy(report.cloud, ({ targetId }) => targetId)].map(([id, findings]) => [id, cloudCells(findings)]),
  );
  // The same in every row of Telegram over one route: what all of them come to.
  const telegram = new Map(summariseTelegram(report)?.routes.map(({ routeId, state }) => [routeId, state]));
  const rows = report.targets.flatMap((target) => {
    const verdict = verdicts.get(target.id);
    const shared = { verdict: verdict?.verdict, mechanism: verdict?.mechanism, rule: verdict?.rule };
    return report.routes.map((route) =>
      toRow({
        target: target.id,
        name: target.name,
        group: target.group,
        address: target.url ?? `${target.host ?? ''}:${target.port ?? ''}`,
        route: route.id,
        route_label: route.label,
        ...resultCells(results.get(`${target.id}\n${route.id}`)),
        ...shared,
        confidence: verdict?.confidence,
        ...clouds.get(target.id),
        telegram_dc: target.telegram?.dc,
        telegram_media: target.telegram && String(target.telegram.media),
        telegram_row: target.telegram && telegram.get(route.id),
      }),
    );
  });
  return `${[columns.join(','), ...rows].join('\r\n')}\r\n`;
}

type Cells = Partial<Record<(typeof columns)[number], string | number | undefined>>;

/** All addresses of a target that are a cloud's, in the one row: what they have several of is apart by spaces. */
function cloudCells(findings: readonly CloudFinding[]): Cells {
  const join = (of: (finding: CloudFinding) => string | undefined) => distinct(findings.map(of)).join(' ');
  const scores = findings.flatMap(({ collateral }) => collateral ?? []);
  const [scored] = scores.toSorted((a, b) => b.score - a.score);
  return {
    cloud: join(({ operator }) => operator),
    cloud_asn: join(({ asn }) => (asn === undefined ? undefined : String(asn))),
    cloud_address: join(({ address }) => address),
    cloud_prefix: join(({ prefix }) => prefix),
    cloud_region: join(({ region }) => region),
    cloud_service: join(({ service }) => service),
    list_2018: String(findings.some(({ list2018 }) => list2018)),
    ...(scored && {
      collateral_band: scored.band,
      // As text: a number would be rounded to a tenth.
      collateral_score: scored.score.toFixed(3),
      collateral_capped: scored.capped?.join(' '),
      collateral_evidence: scored.evidence.join(' '),
      collateral_otherwise: scored.otherwise,
    }),
  };
}

function resultCells(result: Result | undefined): Cells {
  if (!result) return { state: 'skipped', tries: 0 };
  const { ms, failure, endpoints } = result;
  return {
    state: result.state,
    failed_step: failure?.step,
    failure: failure?.kind,
    code: failure?.code,
    resolve_ms: ms.resolve,
    connect_ms: ms.connect,
    proxy_ms: ms.proxy,
    tls_ms: ms.tls,
    first_byte_ms: ms.firstByte,
    total_ms: ms.total,
    endpoints_ok: endpoints?.ok,
    endpoints_tried: endpoints?.tried,
    tries: result.tries,
  };
}

function toRow(cells: Cells): string {
  return columns.map((column) => toCell(cells[column])).join(',');
}

const armed = /^\s*[=+\-@\t\r\uff0b\uff0d\uff1d\uff20]/u;

/**
 * A spreadsheet runs a cell that begins with one of `= + - @`, a tab or a carriage return as a formula (CWE-1236), so
 * those get an apostrophe in front.
 */
export function toCell(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(Math.round(value * 10) / 10);
  // Spreadsheets skip leading white space and know the full-width signs too. Asked of the text as it came and of what is left
  // of it, as what is taken out may have stood before such a sign.
  const clean = sanitizeText(value, 4096);
  const text = armed.test(value) || armed.test(clean) ? `'${clean}` : clean;
  return /[",\r\n]/.test(text) || text.startsWith("'") ? `"${text.replaceAll('"', '""')}"` : text;
}
