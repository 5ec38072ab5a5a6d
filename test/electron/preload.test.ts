import { beforeEach, describe, expect, it, vi } from 'vitest';
import { callNames } from '../../model/call-names.ts';
import type { Bridge, HostEvent } from '../../model/contract.ts';

const exposed = vi.hoisted(() => ({
  worlds: [] as [string, unknown][],
  invoke: vi.fn(),
  listeners: new Set<(event: unknown, told: unknown) => void>(),
}));

// Electron's own module would download a binary.
vi.mock('electron', () => ({
  contextBridge: { exposeInMainWorld: (key: string, api: unknown) => exposed.worlds.push([key, api]) },
  ipcRenderer: {
    invoke: exposed.invoke,
    on: (_channel: string, listener: () => void) => exposed.listeners.add(listener),
    removeListener: (_channel: string, listener: () => void) => exposed.listeners.delete(listener),
  },
}));
await import('../../electron/preload.ts');

const [[key, api] = ['', undefined]] = exposed.worlds;
const bridge = api as Bridge;

describe('what the page is given', () => {
  beforeEach(() => {
    exposed.invoke.mockReset();
  });

  it('is one frozen object of functions: the contract’s names and `subscribe`', () => {
    expect(exposed.worlds).toHaveLength(1);
    expect(key).toBe('api');
    expect(Object.isFrozen(bridge)).toBe(true);
    expect(Object.keys(bridge).sort()).toEqual([...callNames, 'subscribe'].sort());
    expect(Object.values(bridge).every((value) => typeof value === 'function')).toBe(true);
  });

  it('asks on one channel with the name and the input', async () => {
    exposed.invoke.mockResolvedValue({ ok: true, value: 1 });
    const calls = bridge as unknown as Record<string, (...words: unknown[]) => Promise<unknown>>;
    for (const name of callNames) expect(await calls[name]?.({ a: 1 }, 'more')).toEqual({ ok: true, value: 1 });
    expect(exposed.invoke.mock.calls).toEqual(callNames.map((name) => ['waylight:call', name, { a: 1 }]));
  });

  it('answers with data where the other side fails, and tells nothing of it', async () => {
    exposed.invoke.mockRejectedValue(new Error("Error invoking remote method 'x': /home/me"));
    expect(await bridge.readHost()).toEqual({ ok: false, problems: [{ code: 'defect', params: { name: 'ipc' } }] });
  });

  it('keeps the screen that is asked for before anybody listens, the last one only, and tells it once', async () => {
    const tell = (told: HostEvent) => {
      for (const listener of exposed.listeners) listener({ sender: 'ipcRenderer' }, told);
    };
    tell({ type: 'show', screen: 'map' });
    tell({ type: 'show', screen: 'aws' });
    tell({ type: 'run', runId: 'r', seq: 1, updates: [] });
    const heard: HostEvent[] = [];
    const stop = bridge.subscribe((event) => heard.push(event));
    bridge.subscribe((event) => heard.push(event))();
    // A subscriber is told after `subscribe` has come back, as of everything else.
    expect(heard).toEqual([]);
    await Promise.resolve();
    expect(heard).toEqual([{ type: 'show', screen: 'aws' }]);
    stop();
  });

  it('hands on what the host tells, without Electron’s event, until the page has enough', () => {
    const heard: unknown[][] = [];
    const stop = bridge.subscribe((...words: [HostEvent]) => heard.push(words));
    const tell = () => {
      for (const listener of exposed.listeners) listener({ sender: 'ipcRenderer' }, { type: 'show', screen: 'map' });
    };
    tell();
    expect(stop()).toBeUndefined();
    tell();
    expect(heard).toEqual([[{ type: 'show', screen: 'map' }]]);
  });
});
