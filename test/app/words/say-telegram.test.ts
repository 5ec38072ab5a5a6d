import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { writeReportCsv } from '../../../app/report/report-csv.ts';
import { writeReportMarkdown } from '../../../app/report/report-markdown.ts';
import { sayTelegram } from '../../../app/words/say-telegram.ts';
import { drawReport } from '../../../cli/draw-report.ts';
import { reportSchema } from '../../../model/report.ts';
import { aTelegramReport, type RouteEnding, silent, swallowed, why } from '../../support/a-telegram-report.ts';

const socks = { id: 'socks', kind: 'socks5h', endpoint: '[2001:db8::1]:1080' } as const;
const blocked = (mechanism: 'ip' | 'protocol') => ({ verdict: 'blocked', mechanism }) as const;

describe('sayTelegram', () => {
  it('gives honest counts, and says that chat works and pictures do not', () => {
    const endings = { 'telegram-dc2': { ok: 5 }, 'telegram-media': silent };
    const report = aTelegramReport([{ id: 'direct', endings }], { 'telegram-media': blocked('ip') });
    expect(reportSchema.safeParse(report).error).toBeUndefined();
    expect(sayTelegram(report)).toEqual([
      'direct: chat works, pictures do not: resPQ from 17 of 24 endpoints, media silent; WebSockets 4 of 4; ping 40 ms; media: consistent with its address being filtered.',
    ]);
  });

  it('names the data centres that are dead', () => {
    const dead = {
      'telegram-dc1': silent,
      'telegram-dc3': silent,
      'telegram-ws2-media': { ok: 0, failure: why('tls', 'reset') },
    };
    expect(sayTelegram(aTelegramReport([{ id: 'direct', endings: dead }]))).toEqual([
      'direct: only a part of Telegram answers: resPQ from 12 of 24 endpoints, DC 1, 3 silent; WebSockets 3 of 4, WebSocket media 2 cut; ping 40 ms.',
    ]);
  });

  it('offers the best route back as a link, with no password', () => {
    const routes: readonly RouteEnding[] = [
      { id: 'direct', endings: { '*': swallowed } },
      { ...socks, endings: { '*': { pingMs: 63 } } },
      { id: 'dead', kind: 'http', endpoint: 'h.example:1', baselineOk: false, endings: { '*': silent } },
    ];
    expect(sayTelegram(aTelegramReport(routes, { '*': blocked('protocol') })).slice(1)).toEqual([
      'socks: Telegram works: resPQ from 24 of 24 endpoints; WebSockets 4 of 4; ping 63 ms.',
      'dead: Telegram does not work, nor does anything else over this route.',
      'Best for Telegram: “socks” (ping 63 ms), because Telegram works over no other route. In Telegram: tg://socks?server=2001%3Adb8%3A%3A1&port=1080 (a password or secret it may have is left out).',
    ]);
  });

  it('offers no route where the current connection is the best, and no link that Telegram does not have', () => {
    const works = { endings: {} };
    expect(
      sayTelegram(
        aTelegramReport([
          { id: 'direct', ...works },
          { ...socks, ...works },
        ]),
      ),
    ).toHaveLength(2);
    const http = { id: 'http', kind: 'http', endpoint: 'h.example:1', ...works } as const;
    const last = sayTelegram(aTelegramReport([{ id: 'direct', endings: { '*': silent } }, http])).at(-1);
    expect(last).toMatch(/^Best for Telegram: “http”.*because Telegram works over no other route\.$/);
  });

  it.each(['\u001b[31m:1', '\ud800:1', 'h.example', 'h.example:0', ':', 'a b:1'])(
    'makes no link of an endpoint that is none: %j',
    (endpoint) => {
      const routes = [
        { id: 'direct', endings: { '*': silent } },
        { ...socks, endpoint, endings: {} },
      ];
      expect(sayTelegram(aTelegramReport(routes)).join('\n')).not.toContain('tg://');
    },
  );
});

describe('Telegram in the files and on the terminal', () => {
  const routes = [
    { id: 'direct', endings: { '*': silent } },
    { ...socks, endings: {} },
  ];
  const report = aTelegramReport(routes, { '*': { ...blocked('ip'), rule: 'ip.timeout', workingRoutes: ['socks'] } });

  it('is one row of the Markdown, and the best route a line', () => {
    const text = writeReportMarkdown(report);
    expect(text).toContain(
      '| Telegram | Telegram does not work (0/24 + 0/4) | Telegram works (24/24 + 4/4) | blocked, consistent with its address being filtered | socks |',
    );
    expect(text).not.toContain('| Telegram DC 1 |');
    expect(text).toContain('- Best for Telegram: “socks”');
    expect(text).toContain('- direct: Telegram does not work: resPQ from 0 of 24 endpoints');
  });

  it('keeps the Markdown under 60 lines beside everything else', () => {
    const [target] = report.targets.slice(-1);
    const [verdict] = report.verdicts.slice(-1);
    if (!target || !verdict) throw new Error('nothing');
    const more = Array.from({ length: 400 }, (_, index) => `t${index}`);
    const finding = { host: 'h', address: '192.0.2.1', operator: 'aws', list2018: true };
    const large = {
      ...report,
      routes: Array.from({ length: 40 }, (_, index) => ({ ...report.routes[index % 2], id: `r${index}` }) as never),
      targets: [...report.targets, ...more.map((id) => ({ ...target, id }))],
      verdicts: [...report.verdicts, ...more.map((targetId) => ({ ...verdict, targetId }))],
      cloud: more.map((targetId) => ({ ...finding, targetId })),
    };
    expect(writeReportMarkdown(large).split('\n').length).toBeLessThan(60);
  });

  it('has its columns in the CSV', () => {
    const rows = parse<Record<string, string>>(writeReportCsv(report), { columns: true });
    const row = (target: string, route: string) => rows.find((item) => item.target === target && item.route === route);
    expect(row('telegram-ws2-media', 'direct')).toMatchObject({
      telegram_dc: '2',
      telegram_media: 'true',
      telegram_row: 'fails',
    });
    expect(row('telegram-dc1', 'socks')).toMatchObject({ telegram_media: 'false', telegram_row: 'works' });
    expect(row('telegram-web', 'direct')).toMatchObject({ telegram_dc: '', telegram_row: '' });
  });

  it('is a section of the terminal', () => {
    const lines = drawReport(report, { width: 160, color: false });
    expect(lines).toContain('Telegram');
    expect(lines.join(' ')).toContain('Best for Telegram: “socks”');
    for (const width of [20, 40, 80]) expect(() => drawReport(report, { width, color: false })).not.toThrow();
  });
});
