import { cleanText } from './clean-text.ts';

/** A URL as it may be recorded and followed: http or https, absolute, without fragment and credentials, at most 4096 units. */
export function publicUrl(text: string, base?: string): string | undefined {
  if (!URL.canParse(text, base)) return undefined;
  const url = new URL(text, base);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  url.username = '';
  url.password = '';
  url.hash = '';
  return url.href.length <= 4096 ? cleanText(url.href, 4096) : undefined;
}
