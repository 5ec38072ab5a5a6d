import { scaleLinear } from 'd3-scale';
import { useTranslation } from 'react-i18next';
import { Glyph } from '../../components/glyph.tsx';
import { ScrollBox } from '../../components/scroll-box.tsx';
import type { Tone } from '../../components/status.ts';
import { useWords } from '../../i18n/use-words.ts';
import styles from './aws.module.css';
import { anycast, type CloudHost } from './cloud-hosts.ts';
import { type GridState, gridRegions } from './region-grid.ts';

const tones: Readonly<Record<GridState, Tone>> = {
  works: 'ok',
  impaired: 'part',
  blocked: 'fail',
  refuses: 'geo',
  down: 'down',
  open: 'unsure',
};

interface RegionTableProps {
  readonly hosts: readonly CloudHost[];
  readonly chosen: string;
  readonly onChoose: (region: string) => void;
}

/** Regions by how their hosts do: a number, and a field that is the fuller the more of the region it is. */
export function RegionTable({ hosts, chosen, onChoose }: RegionTableProps) {
  const { t } = useTranslation();
  const { number } = useWords();
  const { rows, states, worst } = gridRegions(hosts);
  const name = (region: string) => (region === '' ? t('aws.noRegion') : region === anycast ? t('aws.global') : region);
  return (
    <section className={styles.section} aria-labelledby="aws-regions">
      <h2 id="aws-regions">{t('aws.regions')}</h2>
      {worst && (
        <p>
          {t('aws.worstRegion', { region: name(worst.region), hit: number(worst.failing), total: number(worst.total) })}
        </p>
      )}
      <ScrollBox label={t('aws.regions')}>
        <table className={`${styles.table} ${styles.grid}`}>
          <caption className="visually-hidden">{t('aws.regionsCaption')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('aws.region')}</th>
              {states.map((state) => (
                <th key={state} scope="col">
                  <span className={styles.status}>
                    <Glyph tone={tones[state]} />
                    {t(`aws.states.${state}`)}
                  </span>
                </th>
              ))}
              <th scope="col">{t('aws.hosts')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ region, counts, total }) => {
              const fill = scaleLinear().domain([0, total]).range([0, 100]);
              return (
                <tr key={region}>
                  <th scope="row">
                    {region === '' || rows.length < 2 ? (
                      name(region)
                    ) : (
                      <button
                        type="button"
                        className={styles.link}
                        aria-pressed={chosen === region}
                        onClick={() => onChoose(chosen === region ? '' : region)}
                      >
                        <bdi>{name(region)}</bdi>
                      </button>
                    )}
                  </th>
                  {states.map((state) => (
                    <td key={state} className={styles.field} data-empty={counts[state] === 0 || undefined}>
                      <span
                        className={styles.fill}
                        data-tone={tones[state]}
                        style={{ inlineSize: `${fill(counts[state])}%` }}
                        aria-hidden="true"
                      />
                      <span className={styles.number}>{number(counts[state])}</span>
                    </td>
                  ))}
                  <td>{number(total)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </ScrollBox>
    </section>
  );
}
