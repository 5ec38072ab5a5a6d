import type { WebFrameMain } from 'electron';
import { fromPage } from './addresses.ts';

/** What of a frame the program may look at, as Electron shows it. */
export type StandInFrame = Pick<WebFrameMain, 'origin' | 'url' | 'detached' | 'isDestroyed'> & {
  readonly parent: StandInFrame | null;
};

interface Context {
  readonly id: number;
  readonly name: string;
  readonly origin: string;
  readonly auxData: { readonly frameId: string; readonly isDefault: boolean };
}

interface Navigated {
  readonly frame: { readonly id: string; readonly parentId?: string; readonly url: string };
}

/** Which script contexts and frames a page has, kept from the protocol's events. */
export function createFrames(worldName: string) {
  const contexts = new Map<number, Context>();
  const frames = new Map<string, { readonly parentId: string | undefined; readonly url: string }>();

  const frameOf = (frameId: string, origin: string): StandInFrame | null => {
    const known = frames.get(frameId);
    if (!known) return null;
    const { url, parentId } = known;
    const parent = parentId === undefined ? null : frameOf(parentId, '');
    return { origin, url: fromPage(url), detached: false, parent, isDestroyed: () => !frames.has(frameId) };
  };

  return {
    contextCreated: ({ context }: { readonly context: Context }) => void contexts.set(context.id, context),
    contextDestroyed: ({ executionContextId }: { readonly executionContextId: number }) =>
      void contexts.delete(executionContextId),
    contextsCleared: () => contexts.clear(),
    navigated: ({ frame }: Navigated) => void frames.set(frame.id, { parentId: frame.parentId, url: frame.url }),
    detached: ({ frameId }: { readonly frameId: string }) => void frames.delete(frameId),
    isMain: (frameId: string) => frames.get(frameId)?.parentId === undefined,
    /** Of the frame whose script a context runs; null when it is gone. */
    senderOf: (contextId: number): StandInFrame | null => {
      const context = contexts.get(contextId);
      return context ? frameOf(context.auxData.frameId, fromPage(context.origin)) : null;
    },
    /** The preload script's world in the top frame. */
    preloadContext: (): number | undefined =>
      [...contexts.values()].find(
        ({ name, auxData }) => name === worldName && frames.get(auxData.frameId)?.parentId === undefined,
      )?.id,
  };
}
