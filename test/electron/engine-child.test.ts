import type { UtilityProcess, utilityProcess } from 'electron';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { engineEnvironment } from '../../app/host/engine-environment.ts';
import { forkEngine } from '../../electron/fork-engine.ts';
import { emitting } from './emit.ts';

const hostile = {
  NODE_OPTIONS: '--require /tmp/evil.js',
  NODE_EXTRA_CA_CERTS: '/tmp/evil.pem',
  NODE_TLS_REJECT_UNAUTHORIZED: '0',
  NODE_DEBUG: 'net',
  NODE_V8_COVERAGE: '/tmp',
  SSLKEYLOGFILE: '/tmp/keys',
  SSL_CERT_FILE: '/tmp/evil.pem',
  OPENSSL_CONF: '/tmp/evil.cnf',
  ELECTRON_RUN_AS_NODE: '1',
  LD_PRELOAD: '/tmp/evil.so',
  LD_LIBRARY_PATH: '/tmp',
  DYLD_INSERT_LIBRARIES: '/tmp/evil.dylib',
  HTTPS_PROXY: 'http://me:hunter2@10.0.0.1:8080',
  all_proxy: 'socks5://me:hunter2@10.0.0.1:1080',
  RES_OPTIONS: 'ndots:15',
  UV_THREADPOOL_SIZE: '1',
  UV_USE_IO_URING: '1',
  AWS_SECRET_ACCESS_KEY: 'hunter2',
  constructor: 'x',
};

describe("the engine's environment", () => {
  it('holds nothing that changes how Node runs or whom it trusts, and no credential', () => {
    const env = engineEnvironment({
      ...hostile,
      HOME: '/home/me',
      LANG: 'fa_IR.UTF-8',
      TZ: 'Asia/Tehran',
      TEMP: undefined,
    });
    expect(env).toEqual({ HOME: '/home/me', LANG: 'fa_IR.UTF-8', TZ: 'Asia/Tehran', UV_THREADPOOL_SIZE: '512' });
  });

  it('keeps what Windows needs, however it is written', () => {
    const env = engineEnvironment({
      SystemRoot: 'C:\\Windows',
      Path: 'C:\\Windows',
      windir: 'C:\\Windows',
      Uv_Threadpool_Size: '1',
    });
    expect(env).toEqual({
      SystemRoot: 'C:\\Windows',
      Path: 'C:\\Windows',
      windir: 'C:\\Windows',
      UV_THREADPOOL_SIZE: '512',
    });
  });
});

describe("the engine's process", () => {
  afterEach(() => vi.useRealTimers());

  function start() {
    const posted: unknown[] = [];
    const child = emitting<UtilityProcess>({
      pid: 4242,
      kill: vi.fn(() => true),
      postMessage: (message) => void posted.push(message),
    });
    const fork = vi.fn((..._words: Parameters<typeof utilityProcess.fork>) => child);
    const destroy = vi.fn();
    const engine = forkEngine({ utilityProcess: { fork }, modulePath: '/app/engine.js', env: hostile, destroy });
    return { engine, child, fork, destroy, posted };
  }

  it('starts without arguments, without switches of Node, and prints nowhere', () => {
    const { fork } = start();
    expect(fork.mock.calls).toEqual([
      [
        '/app/engine.js',
        [],
        { env: { UV_THREADPOOL_SIZE: '512' }, execArgv: [], stdio: 'ignore', serviceName: 'Waylight engine' },
      ],
    ]);
  });

  it('hears and is heard, and tells once that it is gone', () => {
    const { engine, child, posted } = start();
    const heard = vi.fn();
    const gone = vi.fn();
    engine.onMessage(heard);
    engine.onExit(gone);
    engine.post({ type: 'setup' });
    child.emit('message', { type: 'alive' });
    child.emit('exit', 139);
    child.emit('exit', 139);
    engine.post({ type: 'too late' });
    expect(posted).toEqual([{ type: 'setup' }]);
    expect(heard.mock.calls).toEqual([[{ type: 'alive' }]]);
    expect(gone.mock.calls).toEqual([[]]);
  });

  it('is ended without mercy where it does not obey', () => {
    vi.useFakeTimers();
    const { engine, child, destroy } = start();
    engine.kill();
    expect(child.kill).toHaveBeenCalledOnce();
    vi.advanceTimersByTime(999);
    expect(destroy).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(destroy.mock.calls).toEqual([[4242]]);
  });

  it('is left alone where it obeyed: its number may be another program’s by then', () => {
    vi.useFakeTimers();
    const { engine, child, destroy } = start();
    engine.kill();
    child.emit('exit', 0);
    vi.advanceTimersByTime(60_000);
    engine.kill();
    expect(destroy).not.toHaveBeenCalled();
    expect(child.kill).toHaveBeenCalledOnce();
  });
});
