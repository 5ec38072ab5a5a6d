import { useTranslation } from 'react-i18next';
import { Glyph } from '../../components/glyph.tsx';
import { ScrollBox } from '../../components/scroll-box.tsx';
import { useRouteTitle } from '../../i18n/use-route-title.ts';
import { useWords } from '../../i18n/use-words.ts';
import type { RunState } from '../../store/run-state.ts';
import type { Count, MapCount } from './count-routes.ts';
import styles from './map.module.css';
import { useRouteSentence } from './use-route-sentence.ts';

/** The map in numbers: what gets through each route, group by group. */
export function MapTable({ run, count }: { readonly run: RunState; readonly count: MapCount }) {
  const { t } = useTranslation();
  const title = useRouteTitle(run.environment);
  const { nameGroup } = useRouteSentence(run.environment);
  return (
    <ScrollBox label={t('map.tableLabel')}>
      <table className={styles.table}>
        <caption className="visually-hidden">{t('map.tableLabel')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('map.services')}</th>
            {run.routes.map((route) => (
              <th key={route.id} scope="col">
                <bdi>{title(route)}</bdi>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {count.groups.map(({ id }, index) => (
            <tr key={id}>
              <th scope="row">
                <bdi>{nameGroup(id)}</bdi>
              </th>
              {count.routes.map((route) => (
                <td key={route.id} data-lit={route.id === count.lit || undefined}>
                  <CountCell count={route.groups[index]} dead={route.dead} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t('map.all')}</th>
            {count.routes.map((route) => (
              <td key={route.id} data-lit={route.id === count.lit || undefined}>
                <CountCell count={route} dead={route.dead} />
              </td>
            ))}
          </tr>
        </tfoot>
      </table>
    </ScrollBox>
  );
}

function CountCell({ count, dead }: { readonly count: Count | undefined; readonly dead: boolean }) {
  const { t } = useTranslation();
  const { number } = useWords();
  if (!count || count.notCarried === count.total) return <span className={styles.kind}>{t('map.notCarried')}</span>;
  const { ok, tried, total, notCarried } = count;
  const tone = tried === 0 ? 'idle' : ok === 0 || dead ? 'fail' : ok < tried ? 'part' : 'ok';
  return (
    <span className={styles.count}>
      <Glyph tone={tone} />
      {t('map.ofTotal', { ok: number(ok), total: number(total - notCarried) })}
    </span>
  );
}
