import { settings } from './control.ts';
import { connectDevTools, type DevTools } from './devtools.ts';

/** The browser all windows are pages of. */
export const browser: Promise<DevTools> = connectDevTools(settings.devTools);

interface TargetInfo {
  readonly targetId: string;
  readonly type: string;
  readonly url: string;
  readonly openerId?: string;
}

/** Tells of every page that another page opened. */
export async function watchPopups(listener: (opener: string, page: TargetInfo) => void): Promise<void> {
  const devTools = await browser;
  devTools.on('Target.targetCreated', ({ targetInfo }: { readonly targetInfo: TargetInfo }) => {
    if (targetInfo.type === 'page' && targetInfo.openerId) listener(targetInfo.openerId, targetInfo);
  });
  await devTools.send('Target.setDiscoverTargets', { discover: true });
}

/** A page of its own, empty, and the way to it. */
export async function openTarget(size: { readonly width: number; readonly height: number }) {
  const devTools = await browser;
  const { targetId } = await devTools.send<{ targetId: string }>('Target.createTarget', {
    url: 'about:blank',
    newWindow: true,
    ...size,
  });
  const { sessionId } = await devTools.send<{ sessionId: string }>('Target.attachToTarget', {
    targetId,
    flatten: true,
  });
  return { browser: devTools, page: devTools.session(sessionId), targetId };
}

export async function closeTarget(targetId: string): Promise<void> {
  await (await browser).send('Target.closeTarget', { targetId }).catch(() => {});
}
