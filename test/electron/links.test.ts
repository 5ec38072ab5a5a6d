import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { exportTelegramLinks } from '../../app/export-route.ts';
import { outsideLinks } from '../../app/host/outside-links.ts';
import { findDeepLink, parseDeepLink } from '../../electron/deep-link.ts';
import { claimLinks, hearLinks } from '../../electron/hear-links.ts';
import { mayOpen, openLink, openTelegramLink } from '../../electron/open-outside.ts';
import { linkSchema } from '../../model/contract.ts';
import { screens } from '../../model/screens.ts';
import { anEvent, emitting } from './emit.ts';

describe('a deep link', () => {
  it.each(screens)('asks for the screen %s', (screen) => {
    expect(parseDeepLink(`waylight://show/${screen}`)).toBe(screen);
    // Windows adds a slash to what a browser hands on.
    expect(parseDeepLink(`waylight://show/${screen}/`)).toBe(screen);
  });

  it.each([
    'waylight://show/',
    'waylight://show',
    'waylight://show/nothing',
    'waylight://show/check?x=1',
    'waylight://show/check#x',
    'waylight://show/check//',
    'waylight://show/check/../settings',
    'waylight://show/%63heck',
    'waylight://show/check\n',
    'waylight://show/check --remote-debugging-port=1',
    'WAYLIGHT://show/check',
    'waylight:show/check',
    'waylight://run/check',
    'waylight://show/constructor',
    'waylight://show/__proto__',
    ' waylight://show/check',
    'tg://proxy?server=1.2.3.4&port=443&secret=dd',
    'https://waylight/show/check',
    `waylight://show/${'c'.repeat(100_000)}`,
    '',
  ])('of the form %j is nothing', (link) => {
    expect(parseDeepLink(link)).toBeUndefined();
  });

  it('is a screen or nothing, whatever it is', () => {
    const near = fc.string({ unit: 'binary', maxLength: 40 }).map((tail) => `waylight://show/${tail}`);
    fc.assert(
      fc.property(fc.oneof(near, fc.anything()), (link) => {
        expect([undefined, ...screens]).toContain(parseDeepLink(link));
      }),
      { numRuns: 5000, seed: 45 },
    );
  });

  it('is found among arguments, and nothing else in them counts', () => {
    expect(findDeepLink(['/opt/waylight', '--x', 'waylight://show/map', 'waylight://show/aws'])).toBe('map');
    expect(findDeepLink(['/opt/waylight', '--inspect', 'waylight://evil', ''])).toBeUndefined();
  });
});

describe('links from outside', () => {
  it('wait until somebody listens; of several, the last counts', () => {
    const app = emitting<Electron.App>();
    const links = hearLinks(app, ['waylight', 'waylight://show/map']);
    const event = anEvent();
    app.emit('open-url', event, 'waylight://show/aws');
    expect(event.defaultPrevented).toBe(true);
    const open = vi.fn();
    links.listen(open);
    expect(open.mock.calls).toEqual([['aws']]);
    app.emit('second-instance', anEvent(), ['waylight', '--inspect=1', 'waylight://show/history'], '/', null);
    app.emit('second-instance', anEvent(), ['waylight'], '/', { forged: true });
    app.emit('open-url', anEvent(), 'waylight://show/../../x');
    expect(open.mock.calls.slice(1)).toEqual([['history'], [undefined], [undefined]]);
  });

  it('are claimed by an installed copy on Windows only, and tg:// never', () => {
    const claims = (platform: NodeJS.Platform, isPackaged: boolean, env = {}) => {
      const setAsDefaultProtocolClient = vi.fn(() => true);
      claimLinks({ isPackaged, setAsDefaultProtocolClient }, platform, env);
      return setAsDefaultProtocolClient.mock.calls.flat();
    };
    expect(claims('win32', true)).toEqual(['waylight']);
    expect(claims('win32', true, { PORTABLE_EXECUTABLE_FILE: 'C:\\w.exe' })).toEqual([]);
    expect(claims('win32', false)).toEqual([]);
    expect(claims('linux', true)).toEqual([]);
    expect(claims('darwin', true)).toEqual([]);
  });
});

describe('what is handed to the system', () => {
  const aShell = () => ({ openExternal: vi.fn(async (_url: string) => {}) });

  it.each(linkSchema.options)('may be our page %s', async (link) => {
    const shell = aShell();
    expect(await openLink(shell, link)).toEqual({ outcome: 'done' });
    expect(shell.openExternal.mock.calls).toEqual([[outsideLinks[link]]]);
  });

  it('is no other name, and gives the page its address where there is no browser', async () => {
    const shell = aShell();
    for (const name of ['constructor', '__proto__', 'https://example.org', '']) {
      await expect(openLink(shell, name as 'website')).rejects.toThrow();
    }
    expect(shell.openExternal.mock.calls).toEqual([]);
    const mute = { openExternal: () => Promise.reject(new Error('no browser')) };
    expect(await openLink(mute, 'website')).toEqual({ outcome: 'given', text: outsideLinks.website });
  });

  it.each([
    'http://github.com/',
    'https://github.com.evil.org/',
    'https://github.com:8443/',
    'https://user@github.com/',
    'https://evil.org/https://github.com/',
    'https://github.com@evil.org/',
    'file:///usr/bin/xterm',
    'javascript:alert(1)',
    'smb://host/share',
    'ms-msdt:/id',
    '\\\\host\\share',
    'github.com',
    '',
  ])('is never %j', (address) => {
    expect(mayOpen(address)).toBe(false);
  });

  it('may be a Telegram link as we write them', async () => {
    const shell = aShell();
    const place = { host: '2001:db8::1', port: 443 };
    const written = [
      exportTelegramLinks({ ...place, kind: 'mtproxy', secret: new Uint8Array(16) }, { credentials: true }),
      exportTelegramLinks(
        { ...place, kind: 'socks5', credentials: { username: 'я&=#?', password: '%"\'<>() ' } },
        { credentials: true },
      ),
    ];
    for (const links of written) expect(await openTelegramLink(shell, links?.tg ?? '')).toEqual({ outcome: 'done' });
    expect(shell.openExternal.mock.calls.flat()).toEqual(written.map((links) => links?.tg));
  });

  it.each([
    'tg://resolve?domain=x',
    'tg://join?invite=x',
    'tg://proxy',
    'tg:proxy?server=x',
    'TG://proxy?server=x',
    'tg://proxy?server=x y',
    'tg://proxy?server=x\n',
    'tg://proxy?server=x"&calc',
    'tg://user@proxy?server=x',
    'https://t.me/proxy?server=x',
    `tg://proxy?server=${'x'.repeat(10_000)}`,
  ])('is no Telegram link like %j', async (link) => {
    const shell = aShell();
    await expect(openTelegramLink(shell, link)).rejects.toThrow('not a link of ours');
    expect(shell.openExternal.mock.calls).toEqual([]);
  });

  it('repeats no secret where no program opens Telegram links', async () => {
    const shell = { openExternal: (url: string) => Promise.reject(new Error(`Failed to open: ${url}`)) };
    const failure = await openTelegramLink(shell, 'tg://proxy?secret=hunter2').catch((error: Error) => error);
    expect(String((failure as Error).stack)).not.toContain('hunter2');
  });
});
