import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../cli/display-width.ts';
import { drawReport } from '../../cli/draw-report.ts';
import { drawMatrix } from '../../cli/matrix.ts';
import { sampleReport } from '../app/report/sample-report.ts';

const plain = { width: 160, color: false };

describe('drawMatrix', () => {
  it('has routes as columns and targets under their groups', () => {
    expect(drawMatrix(sampleReport(), plain)).toEqual([
      '                 Current connection (via…  Aunt Vera        wg-home',
      'news',
      '  A site         ✕ block page              ● ok 120 ms      · skipped',
      'telegram',
      '  Telegram DC 1  ◐ 7/12 900 ms             ✕ timeout 12/12  · skipped',
    ]);
  });

  it('gives each route a line where the columns do not fit', () => {
    for (const width of [20, 30, 40, 60]) {
      const lines = drawMatrix(sampleReport(), { width, color: false });
      for (const line of lines.filter((text) => !text.includes('✕')))
        expect(displayWidth(line)).toBeLessThanOrEqual(width);
      expect(lines.join('\n')).toContain('✕ timeout 12/12');
    }
  });

  it('keeps columns straight beside wide and combining characters', () => {
    const [site, dc] = sampleReport().targets;
    const names = ['日本のニュース', 'e\u0301te\u0301'];
    const targets = [site, dc].flatMap((target, index) => (target ? [{ ...target, name: names[index] ?? '' }] : []));
    const lines = drawMatrix(sampleReport({ targets }), plain).filter((line) => /[✕◐]/.test(line));
    const starts = lines.map((line) => displayWidth(line.slice(0, line.search(/[✕◐]/))));
    expect(new Set(starts).size).toBe(1);
  });

  it('colours only when asked', () => {
    expect(drawMatrix(sampleReport(), { width: 160, color: true }).join('')).toContain('\u001b[31m✕');
    expect(drawMatrix(sampleReport(), plain).join('')).not.toContain('\u001b');
  });

  it('draws ten thousand targets at once', () => {
    const base = sampleReport();
    const [target] = base.targets;
    const targets = Array.from(
      { length: 10_000 },
      (_, index) => ({ ...target, id: `t${index}` }) as (typeof base.targets)[0],
    );
    const started = performance.now();
    expect(drawMatrix(sampleReport({ targets }), plain).length).toBe(10_002);
    expect(performance.now() - started).toBeLessThan(3000);
  });
});

describe('drawReport', () => {
  it('gives the answer first, then gate, matrix, problems and AWS', () => {
    const text = drawReport(sampleReport(), plain).join('\n');
    const order = ['0 of 2 targets work', '4 of 4 neutral sites answer', 'Telegram DC 1', 'Problems', 'Hosts on AWS'];
    const places = order.map((part) => text.indexOf(part));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places[0]).toBe(0);
    expect(text).toContain(
      'A site: blocked, consistent with a block page in place of the site: a known block page came back (confidence high). Works over “Aunt Vera”.',
    );
    expect(text).toMatch(/site\.example\s+eu-central-1\s+EC2\s+198\.51\.100\.0\/24\s+blocked then/);
  });

  it('lets nothing from outside reach the terminal as a command', () => {
    const evil = 'x\u001b]0;pwned\u0007\u001b[2J\u009b1A\u202eabc\nsecond';
    const base = sampleReport();
    const report = sampleReport({
      routes: base.routes.map((route) => ({ ...route, label: evil, id: evil })),
      targets: base.targets.map((target) => ({ ...target, name: evil, group: evil })),
      verdicts: base.verdicts.map((verdict) => ({ ...verdict, workingRoutes: [evil], next: [evil], rule: 'a.b' })),
      cloud: base.cloud.map((finding) => ({ ...finding, host: evil, region: evil })),
      environment: {
        ...base.environment,
        systemProxy: evil,
        bypassTools: [evil],
        tunnel: { up: true, interface: evil },
      },
    });
    for (const line of drawReport(report, plain)) expect(line).not.toMatch(/[\p{Cc}\u202a-\u202e]/u);
  });
});
