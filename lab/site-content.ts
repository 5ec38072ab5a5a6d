import type { Origin } from './internet.ts';
import type { Site } from './scenario.ts';

export interface Content {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const html = 'text/html; charset=utf-8';
/** Real front pages are larger than what a freeze lets through; a page of 2 KiB would hide it. */
const defaultKib = 48;

const transferKib = 256;

/** What a site answers to a GET, by its declaration alone. */
export function siteContent(site: Site, path: string, origin: Origin): Content {
  if (path === site.target?.transfer) {
    return { status: 200, headers: { 'content-type': 'text/plain' }, body: filler(transferKib * 1024) };
  }
  if (path === site.target?.upload) return { status: 200, headers: {}, body: '' };
  if (site.turnsAway === origin) {
    return page(403, site.target?.name ?? site.host, '<p>This service is not available in your country.</p>');
  }
  const { answer } = site;
  switch (answer.kind) {
    case 'reply':
      return {
        status: answer.status,
        headers: answer.contentType === undefined ? {} : { 'content-type': answer.contentType },
        body: answer.body ?? '',
      };
    case 'redirect':
      return { status: 302, headers: { location: answer.to }, body: '' };
    case 'captcha':
      return page(403, 'Just a moment...', '<p>Checking if the site connection is secure</p>', {
        server: 'cloudflare',
      });
    case 'access-denied':
      return page(403, 'Access Denied', "<p>You don't have permission to access this server.</p>");
    case 'legal':
      return page(451, 'Unavailable For Legal Reasons', '<p>This content is not available.</p>');
    case 'page':
      return page(200, answer.title ?? site.target?.name ?? site.host, filler((answer.kib ?? defaultKib) * 1024));
    default:
      return page(200, site.host, '');
  }
}

export function notFound(): Content {
  return page(404, 'Not Found', '<p>Not Found</p>');
}

function page(status: number, title: string, body: string, headers: Record<string, string> = {}): Content {
  const text = `<!doctype html>\n<html><head><title>${escapeHtml(title)}</title></head><body>\n${body}\n</body></html>\n`;
  return { status, headers: { 'content-type': html, ...headers }, body: text };
}

function filler(bytes: number): string {
  const line = '<p>This page comes from the practice network on this machine.</p>\n';
  return line.repeat(Math.ceil(bytes / line.length));
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
