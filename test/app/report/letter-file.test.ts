import fc from 'fast-check';
import { HtmlValidate } from 'html-validate';
import { describe, expect, it } from 'vitest';
import { type LetterWish, writeLetter } from '../../../app/report/letter-file.ts';
import { languages, letterAudiences } from '../../../model/choices.ts';
import type { RunReport } from '../../../model/report.ts';
import type { Result } from '../../../model/result.ts';
import { type VerdictName, verdictNameSchema } from '../../../model/verdict.ts';
import { englishWords } from '../../../model/words.ts';
import { aTelegramReport, swallowed } from '../../support/a-telegram-report.ts';
import { aLetterReport } from './a-letter-report.ts';
import { filledWith, hostileText } from './filled-with.ts';
import { sampleReport } from './sample-report.ts';

async function write(report: RunReport, wish: Partial<LetterWish> = {}): Promise<string> {
  const text = await writeLetter(report, {
    targetId: 'shop',
    audience: 'owner',
    language: 'en',
    format: 'markdown',
    ...wish,
  });
  if (text === undefined) throw new Error('there is no such target');
  return text;
}

/** The report with another verdict on the shop. */
function judged(verdict: VerdictName, rule: string): RunReport {
  const base = aLetterReport();
  const { mechanism: _mechanism, ...bare } = base.verdicts.find(({ targetId }) => targetId === 'shop') ?? {};
  const own = { ...bare, targetId: 'shop', verdict, rule } as RunReport['verdicts'][number];
  return { ...base, verdicts: [own, ...base.verdicts.filter(({ targetId }) => targetId !== 'shop')] };
}

describe('letters', () => {
  it.each([
    ['collateral-likely-owner', aLetterReport(), {}],
    ['collateral-likely-isp', aLetterReport(), { audience: 'isp' }],
    ['collateral-possible-owner', aLetterReport(), { targetId: 'bank' }],
    ['blocked-behind-tunnel-isp', sampleReport(), { targetId: 'site', audience: 'isp' }],
    ['inconclusive-isp', judged('inconclusive', 'control.none'), { audience: 'isp' }],
    ['practice-owner', aLetterReport({ practice: { scenario: 'russia-2018' } }), {}],
    [
      'mtproto-isp',
      aTelegramReport(
        [
          { id: 'direct', endings: { 'telegram-dc2': { ...swallowed, tries: 2 } } },
          { id: 'mt', kind: 'mtproxy', endpoint: 'mt.example:443', endings: {} },
        ],
        {
          'telegram-dc2': {
            verdict: 'blocked',
            mechanism: 'protocol',
            rule: 'mtproto.swallowed',
            workingRoutes: ['mt'],
            evidence: [{ says: 'payload-swallowed' }, { says: 'control-ok' }],
          },
        },
      ),
      { targetId: 'telegram-dc2', audience: 'isp' },
    ],
    ['hostile-owner', filledWith('"><script>alert(1)</script> [a](javascript:b) @all | *'), {}],
    ['page-owner', aLetterReport(), { format: 'html' }],
  ] as const)('%s is the letter it was', async (name, report, wish) => {
    await expect(await write(report, wish)).toMatchFileSnapshot(`golden/letter-${name}.txt`);
  });

  it('says how often it was tried, and that it works nowhere only where it does not work at all', async () => {
    const base = aLetterReport();
    const change = (patch: Partial<Result>, routes: readonly string[]) => ({
      ...base,
      results: base.results.map((item) =>
        item.targetId === 'shop' && routes.includes(item.routeId) ? { ...item, ...patch } : item,
      ),
    });
    expect(await write(change({ tries: 3 }, ['direct']))).toContain('It was tried three times on our connection');
    const fails = change({ state: 'failed', failure: { step: 'connect', kind: 'timeout' } }, ['direct', 'my-proxy']);
    const nowhere = 'It worked over none of the routes tested.';
    expect(await write(fails)).toContain(nowhere);
    expect(await write(change({ state: 'impaired' }, ['direct', 'my-proxy']))).not.toContain(nowhere);
  });

  it('knows no target that is not in the report', async () => {
    const wish = { targetId: 'nobody', audience: 'isp', language: 'en', format: 'html' } as const;
    expect(await writeLetter(aLetterReport(), wish)).toBeUndefined();
  });
});

type Surroundings = Partial<RunReport['environment']>;

const noAccusation = /please check whether you, or a network|by which decision|filter connections/i;

describe('a letter never claims more than the verdict', () => {
  it.each(verdictNameSchema.options)('%s', async (verdict) => {
    for (const audience of letterAudiences) {
      const text = await write(judged(verdict, 'ip.timeout'), { audience });
      expect(text).not.toMatch(/injected|censor|probabilit(?!y\.)|attack|guilty|blocked by|your fault/i);
      const filtered = verdict === 'blocked' || verdict === 'likely-blocked';
      if (!filtered) {
        expect(text).not.toMatch(noAccusation);
        expect(text).not.toMatch(/what was seen fits that/);
      }
      // A score beside a verdict of no filter would say what the verdict does not.
      if (!filtered && verdict !== 'impaired') expect(text).not.toContain('The score is from 0 to 1');
      expect(text).toContain(englishWords.verdicts[verdict]);
    }
  });

  it('says so where a verdict is missing', async () => {
    const base = aLetterReport({ partial: true });
    const text = await write({ ...base, verdicts: [] }, { audience: 'isp' });
    expect(text).toContain('This check came to no verdict.');
    expect(text).toContain('The check was stopped early.');
    expect(text).not.toMatch(noAccusation);
  });

  it.each([
    ['a tunnel', { tunnel: { up: true } }, 'A VPN or tunnel carried our connection'],
    ['a tool that alters packets', { bypassTools: ['zapret'] }, 'A tool that alters packets'],
  ] satisfies [string, Surroundings, string][])(
    'asks a provider nothing that %s may have done',
    async (_what, environment, says) => {
      const base = aLetterReport();
      const text = await write({ ...base, environment: { ...base.environment, ...environment } }, { audience: 'isp' });
      expect(text).toContain(says);
      expect(text).not.toMatch(noAccusation);
      expect(text).not.toContain('zapret');
    },
  );

  it('asks a provider nothing about the network of a proxy that was judged', async () => {
    const base = aLetterReport();
    const [, proxy, ...others] = base.routes;
    if (!proxy) throw new Error('the sample has a proxy');
    const text = await write({ ...base, routes: [proxy, ...others] }, { audience: 'isp' });
    expect(text).toContain('“Our connection” is a proxy here');
    expect(text).not.toMatch(noAccusation);
    expect(text).not.toMatch(/192\.0\.2\.44|my-proxy|Aunt Vera/);
  });

  it('says first of all that a practice run is one', async () => {
    const report = aLetterReport({ practice: { scenario: 'russia-2018' } });
    for (const audience of letterAudiences) {
      expect(await write(report, { audience })).toMatch(/^\*\*PRACTICE: .*Do not send this letter\.\*\*\n/);
      expect(await write(report, { audience, format: 'html' })).toMatch(
        /<main>\n<p class="warning"><strong>PRACTICE: /,
      );
    }
    expect(await write(aLetterReport())).not.toContain('PRACTICE');
  });
});

describe('what is nobody’s business', () => {
  it('is in no letter, even where the report was never redacted', async () => {
    const report = { ...aLetterReport(), redaction: 'none' as const };
    for (const targetId of report.targets.map(({ id }) => id)) {
      for (const format of ['html', 'markdown'] as const) {
        const text = await writeLetter(report, { targetId, audience: 'owner', language: 'en', format }, [
          '203.0.113.99',
          '2001:db8::99',
        ]);
        // The own addresses, the proxy, its name, what the person calls it, the interface, and the resolver that was asked.
        expect(text).not.toMatch(
          /192\.168\.7|203.0.113.99|2001:db8|192\.0\.2\.44|4321|my-proxy|Aunt Vera|wg-home|8\.8\.8\.8/,
        );
      }
    }
  });

  it('are the neighbours somebody chose: they are counted and not named', async () => {
    const text = await write(aLetterReport({}), { targetId: 'bank' });
    expect(text).toContain('Of 1 other address probed in 34.240.0.0/13, 0 failed here');
    expect(text).not.toContain('34.240.8.8');
  });
});

describe('hostile text', () => {
  const page = (report: RunReport) => write(report, { format: 'html' });

  it('makes no tag and no attribute', async () => {
    const shape = (html: string) => html.replace(/>[^<]*</g, '><').replace(/="[^"]*"/g, '=""');
    const calm = shape(await page(filledWith('calm')));
    await fc.assert(
      fc.asyncProperty(hostileText, async (text) => {
        const html = await page(filledWith(`x${text}`));
        expect(html).not.toMatch(/<script|<img|<svg|<base|javascript:alert\(1\)"/i);
        expect(shape(html).match(/<[^>]*>/g)).toEqual(calm.match(/<[^>]*>/g));
      }),
      { numRuns: 100 },
    );
  });

  it('makes no line, link, image, mention, table cell or HTML in Markdown', async () => {
    const calm = (await write(filledWith('calm'))).split('\n').length;
    await fc.assert(
      fc.asyncProperty(hostileText, async (text) => {
        const markdown = await write(filledWith(`x${text}`));
        expect(markdown.split('\n')).toHaveLength(calm);
        const bare = markdown
          .replace(/\[(your name|how you|internet provider|customer|ticket)[^[\]]*\]/g, '')
          .replace(/\\[\\`*_[\]<>#|~!&$]/g, '')
          .replace(/&#(47|64);/g, '');
        expect(bare).not.toMatch(/[<>[\]`@]|:\/\//);
      }),
      { numRuns: 100 },
    );
  });
});

describe('what is to be filled in', () => {
  it('stands in bare brackets, and never makes a link of a name that says the same', async () => {
    expect(await write(aLetterReport())).toContain('- **From:** [your name]\n');
    for (const end of ['(javascript:alert(1))', '[a]', ': x', '\\(x)']) {
      expect(await write(filledWith(`[your name]${end}`))).not.toMatch(/\[your name\][([:\\]/);
    }
  });
});

describe('the page', () => {
  it.each(languages)(
    'in %s is valid HTML to a validator nobody here wrote, without script or anything loaded',
    async (language) => {
      const validator = new HtmlValidate({
        root: true,
        extends: ['html-validate:recommended', 'html-validate:document'],
        rules: { 'doctype-style': ['error', { style: 'lowercase' }] },
      });
      for (const report of [aLetterReport({ practice: { scenario: 'x' } }), filledWith('"><b>')]) {
        for (const audience of letterAudiences) {
          const html = await write(report, { language, audience, format: 'html' });
          const { results } = await validator.validateString(html);
          expect(results.flatMap(({ messages }) => messages.map(({ ruleId, line }) => [ruleId, line]))).toEqual([]);
          expect(html).not.toMatch(/<script|<link|<img|url\(|@import|https?:/);
          expect(html.replace(/<style>.*?<\/style>/su, '')).not.toMatch(/\{\w+\}/u);
        }
      }
    },
  );

  it('is in the language whose words it has, with its direction', async () => {
    const html = await write(aLetterReport(), { language: 'fa', format: 'html' });
    const isTranslated = !html.includes(englishWords.letter['heading-result']);
    expect(html).toContain(isTranslated ? '<html lang="fa" dir="rtl">' : '<html lang="en" dir="ltr">');
  });
});
