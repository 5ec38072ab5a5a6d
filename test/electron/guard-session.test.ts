import type { CallbackResponse, OnBeforeRequestListenerDetails, Session, WebRequest } from 'electron';
import { describe, expect, it, vi } from 'vitest';
import { guardSession } from '../../electron/guard-session.ts';
import { restrictNavigation } from '../../electron/restrict-navigation.ts';
import { anEvent, emitting } from './emit.ts';

type Filter = (details: OnBeforeRequestListenerDetails, callback: (response: CallbackResponse) => void) => void;

function aSession() {
  const handlers = {
    setPermissionRequestHandler: vi.fn<Session['setPermissionRequestHandler']>(),
    setPermissionCheckHandler: vi.fn<Session['setPermissionCheckHandler']>(),
    setDevicePermissionHandler: vi.fn<Session['setDevicePermissionHandler']>(),
    setDisplayMediaRequestHandler: vi.fn<Session['setDisplayMediaRequestHandler']>(),
    setBluetoothPairingHandler: vi.fn<Session['setBluetoothPairingHandler']>(),
    setSpellCheckerEnabled: vi.fn<Session['setSpellCheckerEnabled']>(),
  };
  const onBeforeRequest = vi.fn();
  const session = emitting<Session>({ ...handlers, webRequest: { onBeforeRequest } as unknown as WebRequest });
  const isCancelled = (url: string): boolean | undefined => {
    let cancelled: boolean | undefined;
    const filter = onBeforeRequest.mock.lastCall?.at(-1) as Filter;
    filter({ url } as OnBeforeRequestListenerDetails, ({ cancel }) => {
      cancelled = cancel;
    });
    return cancelled;
  };
  return { session, handlers, onBeforeRequest, isCancelled };
}

describe('a guarded session', () => {
  it('denies every permission that is requested, checked, or a device', () => {
    const { session, handlers } = aSession();
    guardSession(session, true);
    const permissions = [
      'clipboard-read',
      'media',
      'geolocation',
      'notifications',
      'openExternal',
      'fullscreen',
    ] as const;
    const request = handlers.setPermissionRequestHandler.mock.lastCall?.[0];
    const check = handlers.setPermissionCheckHandler.mock.lastCall?.[0];
    for (const permission of permissions) {
      const granted = vi.fn();
      request?.({} as Electron.WebContents, permission, granted, {} as Electron.PermissionRequest);
      expect(granted.mock.calls).toEqual([[false]]);
      expect(check?.(null, permission as 'media', 'app://waylight', { isMainFrame: true })).toBe(false);
    }
    const device = handlers.setDevicePermissionHandler.mock.lastCall?.[0];
    expect(device?.({ deviceType: 'usb' } as Electron.DevicePermissionHandlerHandlerDetails)).toBe(false);
    const streams = vi.fn();
    handlers.setDisplayMediaRequestHandler.mock.lastCall?.[0]?.({} as never, streams);
    expect(streams.mock.calls).toEqual([[null]]);
    const paired = vi.fn();
    handlers.setBluetoothPairingHandler.mock.lastCall?.[0]?.({} as never, paired);
    expect(paired.mock.calls).toEqual([[{ confirmed: false }]]);
    expect(handlers.setSpellCheckerEnabled.mock.calls).toEqual([[false]]);
  });

  it('downloads nothing', () => {
    const { session } = aSession();
    guardSession(session, true);
    const event = anEvent();
    session.emit('will-download', event);
    expect(event.defaultPrevented).toBe(true);
  });

  it('cancels every request but those for its own files', () => {
    const { session, onBeforeRequest, isCancelled } = aSession();
    guardSession(session, true);
    // Without a filter of addresses it sees them all.
    expect(onBeforeRequest.mock.lastCall).toHaveLength(1);
    expect(isCancelled('app://waylight/index.html')).toBe(false);
    for (const url of [
      'http://127.0.0.1/',
      'https://example.org/',
      'ws://127.0.0.1:1/',
      'wss://example.org/',
      'file:///etc/passwd',
      'ftp://example.org/',
      'blob:app://waylight/1',
      'data:text/plain,x',
      'chrome://settings/',
      'devtools://devtools/bundled/inspector.html',
      'app://other/index.html',
      'app://waylight.evil/',
      'app://user@waylight/index.html',
      'https://app/waylight',
      'tg://proxy?server=x',
      'nonsense',
      '',
    ]) {
      expect([url, isCancelled(url)]).toEqual([url, true]);
    }
  });

  it('lets developer tools load in development only, and is guarded once', () => {
    const { session, onBeforeRequest, isCancelled } = aSession();
    guardSession(session, false);
    guardSession(session, false);
    expect(onBeforeRequest.mock.calls).toHaveLength(1);
    expect(isCancelled('devtools://devtools/bundled/inspector.html')).toBe(false);
    expect(isCancelled('https://example.org/devtools://')).toBe(true);
  });
});

describe('what was loaded', () => {
  it('goes nowhere, opens nothing and holds no webview', () => {
    const openHandler = vi.fn<Electron.WebContents['setWindowOpenHandler']>();
    const webrtc = vi.fn<Electron.WebContents['setWebRTCIPHandlingPolicy']>();
    const contents = emitting<Electron.WebContents>({
      setWindowOpenHandler: openHandler,
      setWebRTCIPHandlingPolicy: webrtc,
    });
    restrictNavigation(contents);
    for (const name of ['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview']) {
      for (const url of ['https://example.org/', 'app://waylight/index.html', 'javascript:1', 'file:///etc/passwd']) {
        const event = anEvent({ url });
        contents.emit(name, event);
        expect([name, event.defaultPrevented]).toEqual([name, true]);
      }
    }
    const details = { url: 'app://waylight/index.html' } as Electron.HandlerDetails;
    expect(openHandler.mock.lastCall?.[0](details)).toEqual({ action: 'deny' });
    expect(webrtc.mock.calls).toEqual([['disable_non_proxied_udp']]);
  });
});
