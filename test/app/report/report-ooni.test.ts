import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toOoniFailure } from '../../../app/report/ooni-failure.ts';
import { redactReport } from '../../../app/report/redact.ts';
import { writeReportOoni } from '../../../app/report/report-ooni.ts';
import { failureKinds } from '../../../model/failure.ts';
import { reportSchema } from '../../../model/report.ts';
import { aLargeReport } from '../../support/many-runs.ts';
import { anyObservations, everyStep, reportWith } from './observations-of-every-step.ts';
import { entriesOf, isMeasurement, isOoniFailure, readOoniLines as readLines } from './read-ooni-lines.ts';
import { sampleReport } from './sample-report.ts';

describe('OONI lines of a report', () => {
  it('are what they were', async () => {
    const report = await redactReport(reportWith(everyStep), 'standard', ['192.168.7.23']);
    expect(reportSchema.safeParse(report).error).toBeUndefined();
    const text = await writeReportOoni({ ...report, practice: { scenario: 'russia-2026' } });
    readLines(text);
    await expect(text).toMatchFileSnapshot('golden/report-ooni.txt');
  });

  it('say where nobody is: no place, no network, no address', async () => {
    for (const line of readLines(await writeReportOoni(sampleReport()))) {
      expect(line).toMatchObject({ probe_ip: '127.0.0.1', probe_asn: 'AS0', probe_cc: 'ZZ', test_name: 'waylight' });
      expect(line.annotations).toMatchObject({ platform: 'linux' });
      expect(line.annotations).not.toHaveProperty('x_practice');
      expect(line.test_keys).not.toHaveProperty('x_practice');
    }
  });

  it('count the seconds from the start of their own measurement', async () => {
    const later = everyStep.map((item) => ({ ...item, startMs: item.startMs + 61_500 }));
    const [here] = readLines(await writeReportOoni(reportWith(everyStep)));
    const [there] = readLines(await writeReportOoni(reportWith(later)));
    expect(here?.measurement_start_time).toBe('2026-08-22 10:00:00');
    expect(there?.measurement_start_time).toBe('2026-08-22 10:01:01');
    expect(there?.test_keys.x_started_at).toBe('2026-08-22T10:01:01.500Z');
    expect(there && entriesOf(there)).toEqual(here && entriesOf(here));
    expect(here?.test_keys.queries[0]).toMatchObject({ t0: 0, t: 0.005 });
    expect(here?.test_runtime).toBe(0.4);
  });

  it('list the latest request first, and its failure as OONI names it', async () => {
    const [line] = readLines(await writeReportOoni(reportWith(everyStep)));
    const requests = line?.test_keys.requests ?? [];
    expect(requests.map(({ x_id: id }) => id)).toEqual(['o6', 'o5']);
    expect(requests.map(({ failure }) => failure)).toEqual(['generic_timeout_error', null]);
    expect(line?.test_keys.tls_handshakes[0]).toMatchObject({
      failure: 'ssl_invalid_hostname',
      server_name: 'a.example',
    });
    expect(line?.test_keys.tcp_connect).toMatchObject([
      { ip: '198.51.100.7', port: 443, status: { failure: null, success: true } },
      { ip: '2001:db8::7', port: 443, status: { failure: 'network_unreachable', success: false } },
    ]);
  });

  it('never list what was done with a proxy as if it were the target', async () => {
    for (const level of ['none', 'standard', 'strict'] as const) {
      const report = await redactReport(sampleReport(), level);
      const line = readLines(await writeReportOoni(report))[1];
      expect(line && entriesOf(line), level).toEqual([]);
      expect(
        line?.test_keys.x_steps.map(({ step }) => step),
        level,
      ).toEqual(['resolve', 'connect', 'proxy']);
    }
  });

  it('say when a proxy lay between', async () => {
    const lines = readLines(await writeReportOoni(sampleReport()));
    expect(lines.slice(0, 3).map(({ annotations, test_keys: keys }) => [annotations.x_route, keys.socksproxy])).toEqual(
      [
        ['direct', null],
        ['socks5h', 'my-proxy.example:4321'],
        ['interface', null],
      ],
    );
  });

  it('keep every observation somewhere', async () => {
    const [line] = readLines(await writeReportOoni(reportWith(everyStep)));
    const listed = new Set([
      ...(line ? entriesOf(line) : []).map(({ x_id: id }) => id),
      ...(line?.test_keys.x_steps ?? []).map(({ id }) => id),
    ]);
    expect([...listed].sort()).toEqual(everyStep.map(({ id }) => id).sort());
  });

  it('carry the verdict where it was judged, and nowhere else', async () => {
    const lines = readLines(await writeReportOoni(sampleReport()));
    const verdicts = lines.map(({ test_keys: keys }) => keys.x_verdict);
    expect(verdicts.map((verdict) => verdict !== undefined)).toEqual([true, false, false, true, false, false]);
    expect(lines[1]?.test_keys.x_state).toBe('ok');
    expect(lines[2]?.test_keys).toMatchObject({ x_state: 'skipped', queries: [], requests: [] });
  });

  it('stand even where a file gives times beyond all numbers', async () => {
    const endless = everyStep.map((item) => ({ ...item, startMs: item.startMs * 1e300, ms: Number.MAX_VALUE }));
    const [line] = readLines(await writeReportOoni(reportWith(endless)));
    expect(line?.test_runtime).toBe(Number.MAX_VALUE / 1000);
    const never = endless.map((item) => ({ ...item, startMs: Number.MAX_VALUE }));
    const [last] = readLines(await writeReportOoni(reportWith(never)));
    expect(last?.measurement_start_time).toBe('9999-12-31 00:00:00');
  });

  it('are none for a report without targets', async () => {
    expect(await writeReportOoni(sampleReport({ targets: [], results: [], verdicts: [], cloud: [] }))).toBe('');
  });

  it('let everything else go on while many are written', async () => {
    const report = aLargeReport(1, { targets: 500, routes: 4, observations: 12 });
    let turns = 0;
    let over = false;
    const written = writeReportOoni(report).finally(() => {
      over = true;
    });
    while (!over) {
      await nextTurn();
      turns += 1;
    }
    expect((await written).split('\n')).toHaveLength(2001);
    expect(turns).toBeGreaterThan(3);
  });
});

describe('OONI lines of any report', () => {
  it('are each one valid document, whatever servers, files and clocks say', async () => {
    await fc.assert(
      fc.asyncProperty(anyObservations, fc.string({ unit: 'binary' }), async (observations, text) => {
        const [target] = sampleReport().targets;
        const report = reportWith(observations, {
          id: text,
          software: { name: text, version: text },
          environment: { ...sampleReport().environment, platform: text },
          targets: target ? [{ ...target, name: text, url: text }] : [],
        });
        expect(readLines(await writeReportOoni(report))).toHaveLength(3);
      }),
      { numRuns: 400 },
    );
  });

  it('hold no own address, wherever it was written', async () => {
    const address = fc.oneof(
      fc.ipV4().filter((text) => !/^(127|0)\./.test(text)),
      fc.constantFrom('2001:db8:5::23', 'fd12:3456::9'),
    );
    await fc.assert(
      fc.asyncProperty(address, async (mine) => {
        const planted = everyStep.map((item) => JSON.parse(JSON.stringify(item).replaceAll('PLACE', mine)));
        const report = reportWith(planted, {
          id: `run ${mine}`,
          software: { name: mine, version: mine },
          environment: { ...sampleReport().environment, systemProxy: mine.includes(':') ? `[${mine}]:1` : `${mine}:1` },
        });
        const shown = await writeReportOoni(await redactReport(report, 'standard', [mine]));
        readLines(shown);
        expect(await writeReportOoni(report)).toContain(mine);
        expect(shown).not.toMatch(new RegExp(`(?<![\\d.])${mine.replaceAll('.', '\\.')}(?![\\d.])`));
        expect(shown).not.toMatch(/secret-cookie|203\.0\.113\.99/);
      }),
    );
  });
});

describe('OONI’s names of failures', () => {
  it.each(failureKinds)('has one for %s', (kind) => {
    const name = toOoniFailure({ step: 'connect', kind });
    expect(name).toMatch(/./);
    expect(isOoniFailure(name), String(name)).toBe(true);
    // Codes come from files too, and never change a name into nothing or into their own text.
    for (const code of ['constructor', '__proto__', 'toString']) {
      expect(isOoniFailure(toOoniFailure({ step: 'connect', kind, code }))).toBe(true);
    }
  });

  it.each([
    ['unreachable', 'EHOSTUNREACH', 'host_unreachable'],
    ['unreachable', 'ENETUNREACH', 'network_unreachable'],
    ['reset', 'ECONNABORTED', 'connection_aborted'],
    ['servfail', 'EAI_AGAIN', 'dns_temporary_failure'],
    ['servfail', 'SERVFAIL', 'dns_servfail_error'],
    ['dns-refused', 'REFUSED', 'dns_refused_error'],
    ['dns-refused', 'NOTIMP', 'dns_server_misbehaving'],
  ] as const)('%s with %s is %s', (kind, code, name) => {
    expect(toOoniFailure({ step: 'resolve', kind, code })).toBe(name);
  });

  it('says nothing of what did not fail', () => {
    expect(toOoniFailure(undefined)).toBeNull();
  });
});

describe('the schema of the lines', () => {
  it('refuses what is no measurement', async () => {
    const [line] = readLines(await writeReportOoni(reportWith(everyStep)));
    const keys = line?.test_keys;
    for (const wrong of [
      { ...line, own: 1 },
      { ...line, data_format_version: '0.3.0' },
      { ...line, measurement_start_time: '2026-08-22T10:00:00Z' },
      { ...line, test_keys: { ...keys, queries: undefined } },
      { ...line, test_keys: { ...keys, requests: [{ ...keys?.requests[0], failure: 'timeout' }] } },
      { ...line, test_keys: { ...keys, tcp_connect: [{ ...keys?.tcp_connect[0], ip: 'proxy' }] } },
      { ...line, test_keys: { ...keys, queries: [{ ...keys?.queries[0], t: null }] } },
    ]) {
      expect(isMeasurement(JSON.parse(JSON.stringify(wrong)))).toBe(false);
    }
  });
});
