import type { Target } from '../../model/target.ts';
import type { StepContext } from '../step.ts';
import { mtprotoStep } from '../steps/mtproto.ts';
import { websocketStep } from '../steps/websocket.ts';
import type { Outcome } from './outcome.ts';
import type { Reached } from './reach.ts';

/** What Telegram's web client agrees to, and where it says that it comes from. */
const telegramWeb = { protocol: 'binary', origin: 'https://web.telegram.org' };

/**
 * Opens a WebSocket on what was reached. To Telegram a handshake alone proves no more than a web server: there the
 * obfuscated stream goes on inside of binary messages, and only a resPQ with our own nonce passes. There is no plain
 * transport to fall back to (core.telegram.org/mtproto/transports: over WebSockets obfuscation is mandatory).
 */
export async function speakWebsocket(
  { telegram }: Target,
  url: URL,
  reached: Reached,
  context: StepContext,
): Promise<Outcome> {
  const opened = await websocketStep(reached.connection, { url: url.href, ...(telegram && telegramWeb) }, context);
  const path = [...reached.path, opened.observation];
  if (!opened.ok) return { ok: false, failure: opened.failure, path };
  if (telegram === undefined) return { ok: true, path };
  // Media is asked for by the negative number; the hosts of media are the same data centres.
  const dc = telegram.media ? -telegram.dc : telegram.dc;
  const answered = await mtprotoStep(opened.value, { dc, transport: 'obfuscated-padded' }, context);
  const whole = [...path, answered.observation];
  return answered.ok ? { ok: true, path: whole } : { ok: false, failure: answered.failure, path: whole };
}
