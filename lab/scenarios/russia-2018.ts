import history from '../../data/ranges-2018.json' with { type: 'json' };
import { defineScenario } from '../scenario.ts';
import { serviceSite } from '../service-site.ts';
import { telegramPrefixes } from '../telegram-network.ts';
import { comparators, everywhereSites, homeConnection } from './common-parts.ts';
import { worldSitesWithout } from './world-sites.ts';

/** The subnets of the first evening: five of Amazon's in eu-central-1, and one of Google's cloud. */
const fallen = history.ranges.filter(({ corroborated, firstSeen }) => corroborated && firstSeen === '2018-04-16');
const firstEvening = fallen.map(({ prefix }) => prefix);
const firstEveningAmazon = fallen.filter(({ operator }) => operator === 'aws').map(({ prefix }) => prefix);

export const russia2018 = defineScenario({
  id: 'russia-2018',
  name: 'Russia, the evening of 16 April 2018',
  summary:
    'Telegram is blocked by address, and with it whole ranges of Amazon and Google: a bank, an e-wallet, a shop, Viber, Twitch and Gmail go down as bystanders. A proxy abroad brings everything back.',
  ...homeConnection,
  ...comparators,
  amazon: [...firstEveningAmazon, '54.93.0.0/16'].map((prefix) => ({ prefix, region: 'eu-central-1' })),
  isp: { connect: [{ prefixes: [...telegramPrefixes, ...firstEvening], action: 'drop' }] },
  sites: [
    ...everywhereSites,
    ...worldSitesWithout('viber', 'twitch', 'gmail'),
    // Which service lived at which address that week is not on record address by address: these places are chosen, inside
    // the ranges that fell. The bank, the wallet, the shop and the game stand for many, so they carry no real name.
    serviceSite('viber', ['52.58.103.20', '52.59.12.9']),
    serviceSite('twitch', ['35.157.20.8']),
    serviceSite('gmail', ['35.195.14.7']),
    {
      host: 'online.bank.example',
      addresses: ['52.58.1.1', '52.58.1.2'],
      target: { id: 'example-bank', name: 'A bank (bank.example)', group: 'stores' },
    },
    {
      host: 'pay.wallet.example',
      addresses: ['52.59.88.14'],
      target: { id: 'example-wallet', name: 'An e-wallet (wallet.example)', group: 'stores' },
    },
    {
      host: 'www.shop.example',
      addresses: ['18.196.40.5'],
      target: { id: 'example-shop', name: 'A shop (shop.example)', group: 'stores' },
    },
    {
      host: 'play.game.example',
      addresses: ['18.194.77.3'],
      target: { id: 'example-game', name: 'An online game (game.example)', group: 'stores' },
    },
    {
      host: 'api.tickets.example',
      addresses: ['18.184.9.31'],
      target: { id: 'example-tickets', name: 'A ticket office (tickets.example)', group: 'stores' },
    },
    // On Amazon too, in a range that was left alone: so the cause is the range, not Amazon.
    {
      host: 'www.school.example',
      addresses: ['54.93.10.10'],
      target: { id: 'example-school', name: 'A school (school.example)', group: 'work' },
    },
  ],
  proxies: [
    {
      id: 'socks-abroad',
      label: 'SOCKS5 abroad',
      kind: 'socks5h',
      host: '203.0.113.10',
      address: '203.0.113.10',
      port: 1080,
      credentials: { username: 'practice', password: 'open-sesame' },
    },
    {
      id: 'http-stale',
      label: 'HTTP proxy, long gone',
      kind: 'http',
      host: '203.0.113.77',
      address: '203.0.113.77',
      port: 3128,
      state: 'refuses',
    },
  ],
});
