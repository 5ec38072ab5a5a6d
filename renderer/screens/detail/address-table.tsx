import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { AddressFacts } from '../../../model/cloud.ts';
import type { ObservationOf } from '../../../model/observation.ts';
import type { TargetDetail } from '../../../model/run-view.ts';
import { isAddress } from '../../components/address-words.ts';
import { Glyph } from '../../components/glyph.tsx';
import { operatorName } from '../../components/operator-names.ts';
import { ScrollBox } from '../../components/scroll-box.tsx';
import { useAddressFacts } from '../../components/use-address-facts.ts';
import { useRouteTitle } from '../../i18n/use-route-title.ts';
import { useWords } from '../../i18n/use-words.ts';
import type { RunState } from '../../store/run-state.ts';
import { collectAddresses, type SeenAddress } from './collect-addresses.ts';
import styles from './detail.module.css';
import { resolverAnswers } from './lay-out-attempts.ts';
import { anchorOf } from './observation-anchor.ts';

/** The target's addresses with what the tables on this machine know of them, and what each resolver answered. */
export function AddressTable({ detail, run }: { readonly detail: TargetDetail; readonly run: RunState }) {
  const { t } = useTranslation();
  const seen = useMemo(() => collectAddresses(detail.results, detail.cloud), [detail]);
  const facts = useAddressFacts(seen.map(({ address }) => address).filter(isAddress));
  const asked = useMemo(
    () =>
      detail.results.flatMap(({ routeId, observations }) =>
        resolverAnswers(observations).map((item) => ({ routeId, item })),
      ),
    [detail],
  );
  if (seen.length === 0 && asked.length === 0) return null;
  return (
    <section className={styles.section} aria-labelledby="detail-addresses">
      <h2 id="detail-addresses">{t('detail.addresses')}</h2>
      {seen.length > 0 && (
        <ScrollBox label={t('detail.addresses')}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t('detail.address')}</th>
                <th scope="col">{t('detail.network')}</th>
                <th scope="col">{t('detail.cloud')}</th>
                <th scope="col">{t('detail.dialled')}</th>
                <th scope="col">{t('detail.namedBy')}</th>
              </tr>
            </thead>
            <tbody>
              {seen.map((item) => (
                <AddressLine key={item.address} seen={item} facts={facts.get(item.address)} run={run} />
              ))}
            </tbody>
          </table>
        </ScrollBox>
      )}
      {asked.length > 0 && <ResolverTable asked={asked} run={run} />}
    </section>
  );
}

function AddressLine({ seen, facts, run }: { seen: SeenAddress; facts: AddressFacts | undefined; run: RunState }) {
  const { t } = useTranslation();
  const { dateTime } = useWords();
  const title = useRouteTitle(run.environment);
  const { address, cloud } = seen;
  const asn = facts?.asn ?? seen.asn;
  const known = { ...cloud, ...facts };
  const day = facts?.range2018?.firstSeen;
  return (
    <tr>
      <th scope="row" className={`mono ${styles.address}`}>
        {address}
      </th>
      <td>
        {asn === undefined ? (
          t('detail.networkUnknown')
        ) : (
          <bdi>{`AS${asn}${facts?.asName ? ` ${facts.asName}` : ''}`}</bdi>
        )}
      </td>
      <td>
        {known.operator === undefined ? (
          <span className={styles.fine}>{t('detail.noCloud')}</span>
        ) : (
          <bdi>
            {[operatorName(known.operator), known.service, known.region, known.prefix].filter(Boolean).join(' · ')}
          </bdi>
        )}
        {day !== undefined && (
          <span className={styles.fine}>
            <br />
            {t('detail.blocked2018', { date: dateTime(day, { dateStyle: 'medium', timeZone: 'UTC' }) })}
          </span>
        )}
      </td>
      <td>
        {seen.dialled.map(({ routeId, ok }) => {
          const route = run.routes.find(({ id }) => id === routeId);
          return (
            <div key={routeId} className={styles.statusLine}>
              <Glyph tone={ok ? 'ok' : 'fail'} />
              <bdi>{t(ok ? 'detail.connected' : 'detail.notConnected', { route: route ? title(route) : routeId })}</bdi>
            </div>
          );
        })}
        {seen.dialled.length === 0 && <span className={styles.fine}>{t('detail.neverDialled')}</span>}
      </td>
      <td>
        {seen.namedBy.map((name) => (name === 'system' ? t('detail.systemResolver') : name)).join(', ') ||
          t('detail.givenByTarget')}
      </td>
    </tr>
  );
}

interface Asked {
  readonly routeId: string;
  readonly item: ObservationOf<'resolve'>;
}

function ResolverTable({ asked, run }: { readonly asked: readonly Asked[]; readonly run: RunState }) {
  const { t } = useTranslation();
  const { failureShortly, milliseconds } = useWords();
  const title = useRouteTitle(run.environment);
  return (
    <details className={styles.fold}>
      <summary>{t('detail.resolvers', { count: asked.length })}</summary>
      <p className={styles.hint}>{t('detail.resolversHint')}</p>
      <ScrollBox label={t('detail.resolversLabel')}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('detail.resolver')}</th>
              <th scope="col">{t('detail.answer')}</th>
              <th scope="col">{t('detail.took')}</th>
              <th scope="col">{t('detail.askedFor')}</th>
            </tr>
          </thead>
          <tbody>
            {asked.map(({ routeId, item }) => {
              const route = run.routes.find(({ id }) => id === routeId);
              return (
                <tr
                  key={item.id}
                  data-observations
                  tabIndex={-1}
                  {...(item.resolver !== 'system' && { id: anchorOf(item.id) })}
                >
                  <th scope="row">
                    {item.resolver === 'system' ? (
                      t('detail.systemResolver')
                    ) : (
                      <>
                        <span className="mono">{item.server}</span> {t(`detail.resolverKinds.${item.resolver}`)}
                      </>
                    )}
                  </th>
                  <td>
                    {item.failure ? (
                      <span className={styles.status}>
                        <Glyph tone="fail" />
                        {failureShortly(item.failure)}
                      </span>
                    ) : (
                      <span className="mono">{sayAnswers(item.answers) || item.rcode}</span>
                    )}
                    {item.laterAnswers?.map((later) => (
                      <div key={sayAnswers(later)}>
                        {t('detail.laterAnswer')} <span className="mono">{sayAnswers(later)}</span>
                      </div>
                    ))}
                  </td>
                  <td className={styles.nowrap}>{milliseconds(item.ms)}</td>
                  <td>
                    <span className="mono">{item.name}</span>
                    <div className={styles.fine}>
                      <bdi>{route ? title(route) : routeId}</bdi>
                      {item.try > 1 && `, ${t('detail.secondTry')}`}
                    </div>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </ScrollBox>
    </details>
  );
}

function sayAnswers(answers: ObservationOf<'resolve'>['answers']): string {
  return answers.map(({ address, asn }) => (asn === undefined ? address : `${address} (AS${asn})`)).join(', ');
}
