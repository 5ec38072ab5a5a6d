import { useTranslation } from 'react-i18next';
import type { Observation, ObservationOf } from '../../../model/observation.ts';
import { useWords } from '../../i18n/use-words.ts';
import type { Stage } from './lay-out-attempts.ts';
import { sayBytes } from './say-bytes.ts';

/** The few facts of an observation that belong beside its bar; everything else stands among all observations. */
export function useFacts(): (observation: Observation, stage?: Stage) => string {
  const { t } = useTranslation();
  const { number, word } = useWords();
  const bytes = (count: number) => sayBytes(count, number);
  const join = (parts: readonly (string | undefined | false)[]) =>
    parts.filter((part) => part !== undefined && part !== false && part !== '').join(' · ');
  const place = ({ address, port }: { readonly address?: string | undefined; readonly port: number }) =>
    address === undefined ? undefined : address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

  const sayTls = (item: ObservationOf<'tls'>) =>
    join([
      item.version,
      item.serverName,
      item.trust !== undefined && item.trust !== 'public' && t(`detail.trusts.${item.trust}`),
      item.failure && t('detail.cameBack', { bytes: bytes(item.bytesReceived) }),
    ]);
  const sayHttp = (item: ObservationOf<'http'>, stage: Stage | undefined) => {
    const asked = item.redirects.length > 0 && t('detail.redirects', { count: item.redirects.length });
    const answer = join([
      item.status !== undefined && `HTTP ${item.status}`,
      asked,
      item.foreignHost !== undefined && t('detail.ledTo', { host: item.foreignHost }),
      item.mark !== undefined && word('failureWords', 'block-page'),
    ]);
    const stalled = item.receivedBytes !== undefined && t('detail.cameBack', { bytes: bytes(item.receivedBytes) });
    if (stage === 'firstByte') return join([item.firstByteMs === undefined ? stalled : answer]) || item.url;
    const body = join([
      bytes(item.bodyBytes),
      item.title !== undefined && t('check.quoted', { name: item.title }),
      stalled,
    ]);
    return stage === 'body' ? body : join([answer, body]);
  };
  const sayTransfer = (item: ObservationOf<'transfer'>) =>
    join([
      t(`detail.directions.${item.direction}`),
      bytes(item.bytes),
      item.goodput !== undefined && t('detail.perSecond', { bytes: bytes(item.goodput) }),
      item.receivedBytes !== undefined && t('detail.cameBack', { bytes: bytes(item.receivedBytes) }),
    ]);
  const sayMtproto = (item: ObservationOf<'mtproto'>) =>
    join([
      place(item.address === undefined ? { port: item.port } : { address: item.address, port: item.port }),
      item.purpose !== 'main' && item.transport,
      item.pingMs !== undefined && t('detail.ping', { value: number(Math.round(item.pingMs)) }),
    ]);

  return (item, stage) => {
    switch (item.step) {
      case 'resolve':
        return item.answers.map(({ address }) => address).join(', ') || (item.rcode ?? item.name);
      case 'connect':
        return place(item) ?? `:${item.port}`;
      case 'proxy':
        return join([
          t('detail.asksFor', { what: place({ address: item.requested, port: item.port }) ?? '' }),
          item.reply !== undefined && t('detail.replies', { reply: item.reply }),
        ]);
      case 'tls':
        return sayTls(item);
      case 'http':
        return sayHttp(item, stage);
      case 'transfer':
        return sayTransfer(item);
      case 'websocket':
        return join([place(item), item.status !== undefined && `HTTP ${item.status}`]);
      case 'mtproto':
        return sayMtproto(item);
    }
  };
}
