import type { SiteDeclaration } from '../scenario.ts';
import { serviceSite } from '../service-site.ts';

/** The neutral endpoints of `data/services.json`, answering byte for byte what the real ones do; one also offers neutral transfers. */
export const baselineSites: readonly SiteDeclaration[] = [
  serviceSite('cloudflare-204', ['104.16.132.229', '104.16.133.229'], { baseline: true }),
  serviceSite('google-204', ['142.250.185.68'], {
    baseline: true,
    transfer: '/practice/256-kib',
    upload: '/practice/upload',
  }),
  serviceSite('apple-captive', ['17.253.57.203'], {
    baseline: true,
    answer: {
      kind: 'reply',
      status: 200,
      contentType: 'text/html',
      body: '<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>',
    },
  }),
  serviceSite('msft-connect', ['23.55.161.186'], {
    baseline: true,
    answer: { kind: 'reply', status: 200, contentType: 'text/plain', body: 'Microsoft Connect Test' },
  }),
];
