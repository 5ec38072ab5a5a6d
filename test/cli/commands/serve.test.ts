import { describe, expect, it } from 'vitest';
import { type ServeDependencies, serveCommand } from '../../../cli/commands/serve.ts';
import { browserCommand, openBrowser } from '../../../cli/open-browser.ts';
import type { WebHostOptions } from '../../../web/start-web-host.ts';
import { createFakeIo } from '../fake-io.ts';

function createParts(more: Partial<ServeDependencies> = {}, isTty = false) {
  const io = createFakeIo({ isTty, env: { DISPLAY: ':0', XDG_DATA_HOME: '/data' } });
  const state = { closed: 0, opened: [] as string[], asked: undefined as WebHostOptions | undefined, enter: () => {} };
  let addresses = 0;
  const newAddress = () => {
    addresses += 1;
    return `http://127.0.0.1:8080/#code=${addresses}`;
  };
  const dependencies: ServeDependencies = {
    io,
    programFolder: '/program',
    start: async (options) => {
      state.asked = options;
      return {
        url: newAddress(),
        origin: 'http://127.0.0.1:8080',
        newAddress,
        close: async () => {
          state.closed += 1;
        },
      };
    },
    browse: async (url) => {
      state.opened.push(url);
      return true;
    },
    onEnter: (listener) => {
      state.enter = listener;
    },
    ...more,
  };
  return { io, state, dependencies };
}

const systemError = (code: string, more: object) => Object.assign(new Error(code), { code, ...more });

describe('waylight serve', () => {
  it('says its address, opens another one in the browser, and ends when it is told to', async () => {
    const { io, state, dependencies } = createParts();
    const ended = serveCommand({ open: true }, dependencies);
    await expect.poll(() => state.opened).toEqual(['http://127.0.0.1:8080/#code=2']);
    expect(io.out()).toContain('  http://127.0.0.1:8080/#code=1\n');
    expect(state.asked).toMatchObject({ port: 0, programFolder: '/program', dataFolder: '/data/waylight' });
    expect(state.closed).toBe(0);
    io.interrupt();
    expect(await ended).toBe(0);
    expect(state.closed).toBe(1);
    expect(io.err()).toBe('');
  });

  it('opens nothing with --no-open, and takes the port it is given', async () => {
    const { io, state, dependencies } = createParts();
    const ended = serveCommand({ open: false, port: '8080' }, dependencies);
    await expect.poll(io.out).toContain('#code=1');
    io.interrupt();
    expect(await ended).toBe(0);
    expect(state).toMatchObject({ opened: [], asked: { port: 8080 } });
  });

  it('gives another address at each Enter', async () => {
    const { io, state, dependencies } = createParts({}, true);
    const ended = serveCommand({ open: false }, dependencies);
    await expect.poll(io.out).toContain('Enter gives another one, Ctrl-C ends Waylight.');
    state.enter();
    expect(io.out()).toContain('#code=2\n');
    io.interrupt();
    await ended;
  });

  it('goes on where no browser can be opened, and says so', async () => {
    const { io, dependencies } = createParts({ browse: async () => false });
    const ended = serveCommand({ open: true }, dependencies);
    await expect.poll(io.err).toBe('waylight: no browser could be opened; open the address yourself\n');
    io.interrupt();
    expect(await ended).toBe(0);
  });

  it('warns when an address was used twice', async () => {
    const { io, state, dependencies } = createParts();
    const ended = serveCommand({ open: false }, dependencies);
    await expect.poll(() => state.asked).toBeDefined();
    state.asked?.onReuse?.();
    expect(io.err()).toMatch(/^waylight: an address was opened twice\./);
    io.interrupt();
    await ended;
  });

  it('does not wait for a host that does not close', async () => {
    const never = new Promise<void>(() => {});
    const { io, dependencies } = createParts({
      start: async () => ({ url: 'u', origin: 'o', newAddress: () => 'u', close: () => never }),
    });
    const ended = serveCommand({ open: false }, dependencies);
    await expect.poll(io.out).toContain('u');
    const before = performance.now();
    io.interrupt();
    expect(await ended).toBe(0);
    expect(performance.now() - before).toBeLessThan(1000);
  });

  it.each([
    [systemError('EADDRINUSE', { syscall: 'listen' }), '--port: another program uses the port 8080'],
    [systemError('EACCES', { syscall: 'listen' }), '--port: this system does not let the port 8080 be used (EACCES)'],
    [systemError('ENOENT', { path: '/program/assets.json' }), 'the app’s pages are missing'],
  ])('is exit 2 after %s', async (error, message) => {
    const { io, dependencies } = createParts({ start: () => Promise.reject(error) });
    expect(await serveCommand({ open: true, port: '8080' }, dependencies)).toBe(2);
    expect(io.err()).toContain(message);
    expect(io.out()).toBe('');
  });

  it('leaves a defect to be reported as one', async () => {
    const { dependencies } = createParts({ start: () => Promise.reject(new TypeError('x')) });
    await expect(serveCommand({ open: true }, dependencies)).rejects.toThrow(TypeError);
  });
});

describe('opening a browser', () => {
  const url = 'http://127.0.0.1:8080/#code=a&calc.exe';

  it.each([
    ['linux', { DISPLAY: ':0' }, 'xdg-open', [url]],
    ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, 'xdg-open', [url]],
    ['darwin', {}, '/usr/bin/open', [url]],
  ] as const)('on %s with %j', (platform, env, file, args) => {
    expect(browserCommand(url, env, platform)).toEqual({ file, args });
  });

  it('on Windows goes past the shell, which would read the address too', () => {
    const command = browserCommand(url, { SYSTEMROOT: 'C:\\Windows' }, 'win32');
    expect(command?.file).toMatch(/^C:\\Windows.System32.rundll32\.exe$/);
    expect(command?.args).toEqual(['url.dll,FileProtocolHandler', url]);
  });

  it('is not tried without a display', async () => {
    expect(await openBrowser(url, {}, 'linux')).toBe(false);
  });

  it('tells that there is no program for it', async () => {
    expect(await openBrowser(url, { DISPLAY: ':0', PATH: '/nowhere' }, 'linux')).toBe(false);
  });
});
