import type { CommandLine } from 'electron';

/**
 * Switches of Chromium, Node and V8 that would let another program look into this one, load code into it, or write down
 * what it does. A link or a shortcut can bring them along (CVE-2018-1000006).
 */
const refused = [
  'auto-open-devtools-for-tabs',
  'browser-subprocess-path',
  'disable-web-security',
  'gpu-launcher',
  'inspect',
  'inspect-brk',
  'inspect-port',
  'inspect-publish-uid',
  'inspect-wait',
  'js-flags',
  'load-extension',
  'log-file',
  'log-net-log',
  'net-log',
  'ppapi-plugin-launcher',
  'remote-allow-origins',
  'remote-debugging-address',
  'remote-debugging-pipe',
  'remote-debugging-port',
  'renderer-cmd-prefix',
  'ssl-key-log-file',
  'utility-cmd-prefix',
] as const;

/** The refused switches among those this program was started with, by name. */
export function findRefusedSwitches(
  commandLine: Pick<CommandLine, 'hasSwitch'>,
  words: readonly string[],
): readonly string[] {
  const given = new Set(words.flatMap((word) => /^--?([a-z-]+)(?:=|$)/i.exec(word)?.[1]?.toLowerCase() ?? []));
  return refused.filter((name) => commandLine.hasSwitch(name) || given.has(name));
}
