import { dataFolder } from '../../app/data-folder.ts';
import type { Parsed, Problem } from '../../model/problem.ts';
import { startWebHost, type WebHost } from '../../web/start-web-host.ts';
import type { ExitCode, Io } from '../io.ts';
import { openBrowser } from '../open-browser.ts';
import { readNumber } from '../read-options.ts';
import { refuse } from '../say-problems.ts';

export interface ServeOptions {
  readonly port?: string | undefined;
  /** False with --no-open. */
  readonly open: boolean;
}

export interface ServeDependencies {
  readonly io: Io;
  readonly programFolder: string;
  readonly start?: typeof startWebHost;
  readonly browse?: typeof openBrowser;
  /** Calls the listener at each Enter of a person at a terminal. */
  readonly onEnter?: (listener: () => void) => void;
}

/** The end must be over before main.ts loses its patience, whatever the engine's process does. */
const closeMs = 400;

/**
 * `waylight serve`: the app in a browser on this machine, until the person ends it, which is exit 0. A port that cannot be
 * had is exit 2.
 */
export async function serveCommand(options: ServeOptions, dependencies: ServeDependencies): Promise<ExitCode> {
  const { io, onEnter = onTerminalEnter, browse = openBrowser } = dependencies;
  const port = readNumber(options.port, '--port', { min: 1, max: 65_535, fallback: 0 });
  if (!port.ok) return refuse(io, port.problems);
  const started = await startHost(port.value, dependencies);
  if (!started.ok) return refuse(io, started.problems);

  const host = started.value;
  const ended = new Promise<void>((resolve) => {
    if (io.signal.aborted) resolve();
    io.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  io.stdout.write('Waylight is open to the browsers of this machine, at\n');
  sayAddress(io, host.url);
  onEnter(() => sayAddress(io, host.newAddress()));
  // A code of its own: the one above is still good when the browser does not come up.
  if (options.open && !io.signal.aborted) {
    void browse(host.newAddress(), io.env).then((opened) => {
      if (!opened) io.stderr.write('waylight: no browser could be opened; open the address yourself\n');
    });
  }
  await ended;
  await Promise.race([host.close(), new Promise((resolve) => setTimeout(resolve, closeMs))]);
  return 0;
}

function sayAddress(io: Io, url: string): void {
  const more = io.stdout.isTty ? ' Enter gives another one, Ctrl-C ends Waylight.' : '';
  io.stdout.write(`  ${url}\nIt opens one page, within a minute.${more}\n`);
}

async function startHost(
  port: number,
  { io, programFolder, start = startWebHost }: ServeDependencies,
): Promise<Parsed<WebHost>> {
  const onReuse = () =>
    io.stderr.write('waylight: an address was opened twice. In case it was not you, both pages were shut out.\n');
  try {
    const value = await start({ port, programFolder, dataFolder: dataFolder(io.env), env: io.env, onReuse });
    return { ok: true, value, notices: [] };
  } catch (error) {
    const problem = describeFailure(error, port);
    if (problem === undefined) throw error;
    return { ok: false, problems: [problem] };
  }
}

/** What the system or the build is to blame for; undefined for a defect. */
function describeFailure(error: unknown, port: number): Problem | undefined {
  const { code, syscall, path } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return { option: '--port', code: 'port-taken', params: { port } };
  if (syscall === 'listen')
    return { option: '--port', code: 'port-refused', params: { port, code: code ?? 'unknown' } };
  return code === 'ENOENT' && path?.endsWith('assets.json') ? { code: 'page-missing' } : undefined;
}

function onTerminalEnter(listener: () => void): void {
  if (!process.stdin.isTTY) return;
  process.stdin.on('data', listener).on('error', () => {});
}
