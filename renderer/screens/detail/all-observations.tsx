import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Observation } from '../../../model/observation.ts';
import type { TargetDetail } from '../../../model/run-view.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { Glyph } from '../../components/glyph.tsx';
import { useRouteTitle } from '../../i18n/use-route-title.ts';
import { useWords } from '../../i18n/use-words.ts';
import type { RunState } from '../../store/run-state.ts';
import styles from './all-observations.module.css';
import shared from './detail.module.css';
import { flattenFields } from './flatten-fields.ts';

/** Everything that was recorded, field by field, for those who want to check us. */
export function AllObservations({ detail, run }: { readonly detail: TargetDetail; readonly run: RunState }) {
  const { t } = useTranslation();
  const title = useRouteTitle(run.environment);
  const count = detail.results.reduce((sum, { observations }) => sum + observations.length, 0);
  if (count === 0) return null;
  return (
    <section className={shared.section} aria-labelledby="detail-all">
      <div className={styles.head}>
        <div>
          <h2 id="detail-all">{t('detail.all')}</h2>
          <p className={shared.hint}>{t('detail.allHint', { count })}</p>
        </div>
        <CopyButton text={() => JSON.stringify(detail, null, 2)} label={t('detail.copyJson')} />
      </div>
      {run.routes.map((route) => {
        const observations = detail.results.find(({ routeId }) => routeId === route.id)?.observations ?? [];
        return observations.length === 0 ? null : (
          <RouteObservations key={route.id} name={title(route)} observations={observations} />
        );
      })}
    </section>
  );
}

function RouteObservations({ name, observations }: { name: string; observations: readonly Observation[] }) {
  const { t } = useTranslation();
  // Hundreds of rows are made only for who wants to see them.
  const [open, setOpen] = useState(false);
  return (
    <details className={shared.fold} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <bdi>{t('detail.allOver', { count: observations.length, route: name })}</bdi>
      </summary>
      {open && (
        <ol className={styles.list}>
          {observations.map((item) => (
            <ObservationItem key={item.id} observation={item} />
          ))}
        </ol>
      )}
    </details>
  );
}

function ObservationItem({ observation }: { readonly observation: Observation }) {
  const { t } = useTranslation();
  const { milliseconds, failureShortly } = useWords();
  const { id, step, purpose, ms, failure } = observation;
  return (
    <li className={styles.item}>
      <p className={styles.title}>
        <code>{id}</code>
        <Glyph tone={failure ? 'fail' : 'ok'} />
        <strong>{t(`detail.steps.${step}`)}</strong>
        <span>{purpose === 'main' ? '' : t(`detail.purposes.${purpose}.name`)}</span>
        <span className={styles.took}>{failure ? failureShortly(failure) : milliseconds(ms)}</span>
      </p>
      <dl className={styles.fields}>
        {flattenFields(observation).map(({ path, value }) => (
          <div key={path}>
            <dt>{path}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </li>
  );
}
