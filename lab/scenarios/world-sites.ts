import type { SiteDeclaration } from '../scenario.ts';
import { serviceSite } from '../service-site.ts';

/** Services that need no special treatment in most scenarios, each at an address in its operator's range. */
export const worldSites: readonly SiteDeclaration[] = [
  serviceSite('whatsapp', ['157.240.205.60']),
  serviceSite('whatsapp-web', ['157.240.205.60']),
  serviceSite('signal', ['13.33.243.25']),
  serviceSite('viber', ['52.0.253.194']),
  serviceSite('discord', ['162.159.128.233']),
  serviceSite('slack', ['99.86.4.12']),
  serviceSite('zoom', ['170.114.52.2']),
  serviceSite('x', ['104.244.42.1']),
  serviceSite('facebook', ['157.240.205.35']),
  serviceSite('instagram', ['157.240.205.63']),
  serviceSite('linkedin', ['150.171.22.12']),
  serviceSite('reddit', ['151.101.1.140']),
  serviceSite('vk', ['87.240.132.72', '87.240.132.78']),
  serviceSite('youtube', ['142.250.185.78', '142.250.185.110']),
  serviceSite('youtube-video', ['142.250.185.142']),
  serviceSite('twitch', ['151.101.2.167'], { transfer: '/practice/256-kib' }),
  serviceSite('spotify', ['35.186.224.25']),
  serviceSite('bbc', ['151.101.0.81']),
  serviceSite('dw', ['194.55.26.46']),
  serviceSite('meduza', ['104.22.48.129']),
  serviceSite('wikipedia', ['185.15.59.224'], { transfer: '/practice/256-kib' }),
  serviceSite('archive', ['207.241.224.2']),
  serviceSite('gmail', ['142.250.185.101']),
  serviceSite('github', ['140.82.121.4']),
  serviceSite('stackoverflow', ['104.18.32.7']),
  serviceSite('s3', ['52.216.8.5'], { answer: { kind: 'redirect', to: 'https://aws.amazon.com/s3/' } }),
  { host: 'aws.amazon.com', addresses: ['99.86.4.30'] },
  serviceSite('chatgpt', ['104.18.39.21']),
  serviceSite('notion', ['208.103.161.1']),
  serviceSite('amazon', ['54.239.28.85']),
  serviceSite('steam', ['23.60.10.55']),
  serviceSite('duolingo', ['13.33.243.80']),
  serviceSite('paypal', ['151.101.3.1']),
  serviceSite('protonvpn', ['185.70.42.20']),
  serviceSite('torproject', ['116.202.120.166']),
  serviceSite('ozon', ['185.73.193.68'], { turnsAway: 'abroad' }),
  serviceSite('wildberries', ['185.62.202.2']),
  serviceSite('yandex', ['77.88.55.88', '5.255.255.77']),
  serviceSite('gosuslugi', ['213.59.254.7'], { turnsAway: 'abroad' }),
  serviceSite('sberbank', ['194.54.14.168'], { turnsAway: 'abroad' }),
  serviceSite('tbank', ['178.248.236.218']),
  serviceSite('yoomoney', ['77.75.153.1']),
];

/** The sites above without those of the services named. */
export function worldSitesWithout(...ids: readonly string[]): SiteDeclaration[] {
  return worldSites.filter(({ target }) => target === undefined || !ids.includes(target.id));
}
