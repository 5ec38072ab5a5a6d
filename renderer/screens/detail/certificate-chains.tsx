import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Certificate } from '../../../model/observation.ts';
import type { Result } from '../../../model/result.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { Glyph } from '../../components/glyph.tsx';
import { useRouteTitle } from '../../i18n/use-route-title.ts';
import { useWords } from '../../i18n/use-words.ts';
import type { RunState } from '../../store/run-state.ts';
import styles from './certificate-chains.module.css';
import { collectChains, commonName, type SeenChain } from './collect-chains.ts';
import shared from './detail.module.css';

/** Every different chain of certificates that was shown, with where. */
export function CertificateChains({ results, run }: { readonly results: readonly Result[]; readonly run: RunState }) {
  const { t } = useTranslation();
  const chains = useMemo(() => collectChains(results), [results]);
  if (chains.length === 0) return null;
  const differ = chains.filter(({ peer }) => peer === 'target').length > 1;
  return (
    <section className={shared.section} aria-labelledby="detail-certificates">
      <div>
        <h2 id="detail-certificates">{t('detail.certificates')}</h2>
        {differ && <p className={shared.hint}>{t('detail.certificatesDiffer')}</p>}
      </div>
      <div className={styles.chains}>
        {chains.map((seen) => (
          <Chain key={`${seen.peer} ${seen.trust} ${seen.chain[0]?.fingerprint256}`} seen={seen} run={run} />
        ))}
      </div>
    </section>
  );
}

function Chain({ seen, run }: { readonly seen: SeenChain; readonly run: RunState }) {
  const { t } = useTranslation();
  const { list } = useWords();
  const title = useRouteTitle(run.environment);
  const { trust, peer, chain, shown } = seen;
  const routes = shown.map(({ routeId }) => {
    const route = run.routes.find(({ id }) => id === routeId);
    return route ? title(route) : routeId;
  });
  return (
    <article className={styles.chain}>
      <p className={shared.status}>
        <Glyph tone={trust === undefined ? 'unsure' : trust === 'none' ? 'fail' : trust === 'public' ? 'ok' : 'part'} />
        <span>
          <strong>{trust === undefined ? t('detail.trusts.unknown') : t(`detail.trusts.${trust}`)}</strong>
          {' — '}
          <bdi>{t(peer === 'proxy' ? 'detail.shownByProxy' : 'detail.shownOver', { routes: list(routes) })}</bdi>
        </span>
      </p>
      <ol className={styles.certificates}>
        {chain.map((certificate) => (
          <CertificateItem key={certificate.fingerprint256} certificate={certificate} />
        ))}
      </ol>
    </article>
  );
}

function CertificateItem({ certificate }: { readonly certificate: Certificate }) {
  const { t } = useTranslation();
  const { dateTime } = useWords();
  const { subject, issuer, validFrom, validTo, fingerprint256 } = certificate;
  const day = (iso: string) => sayDay(iso, dateTime);
  return (
    <li className={styles.certificate}>
      <p className={styles.name}>
        <bdi title={subject}>{commonName(subject)}</bdi>
      </p>
      <dl className={styles.facts}>
        <dt>{t('detail.subject')}</dt>
        <dd>
          <bdi>{subject}</bdi>
        </dd>
        <dt>{t('detail.issuer')}</dt>
        <dd>
          <bdi>{issuer}</bdi>
        </dd>
        <dt>{t('detail.valid')}</dt>
        <dd>{t('detail.validFromTo', { from: day(validFrom), to: day(validTo) })}</dd>
        <dt>{t('detail.fingerprint')}</dt>
        <dd className={styles.fingerprint}>
          <code>{fingerprint256}</code>
          <CopyButton
            iconOnly
            text={() => fingerprint256}
            label={t('detail.copyFingerprint', { name: commonName(subject) })}
          />
        </dd>
      </dl>
    </li>
  );
}

/** A certificate's dates are its maker's words: what is no date is shown as it stands. */
function sayDay(text: string, dateTime: (iso: string, options: Intl.DateTimeFormatOptions) => string): string {
  return Number.isNaN(Date.parse(text)) ? text : dateTime(text, { dateStyle: 'medium', timeZone: 'UTC' });
}
