import { useTranslation } from 'react-i18next';
import { Icon } from '../../components/icon.tsx';
import { ScrollBox } from '../../components/scroll-box.tsx';
import type { RunState } from '../../store/run-state.ts';
import { type Arrangement, type HostColumn, hostColumns } from './arrange-hosts.ts';
import styles from './aws.module.css';
import { anycast, type CloudHost } from './cloud-hosts.ts';
import { CollateralCell } from './collateral-cell.tsx';
import { HostLink } from './host-link.tsx';
import { HostVerdict } from './host-verdict.tsx';

interface HostTableProps {
  readonly hosts: readonly CloudHost[];
  readonly how: Arrangement;
  readonly run: RunState;
  readonly onChange: (how: Arrangement) => void;
  readonly onPrefix: (prefix: string) => void;
}

export function HostTable({ hosts, how, run, onChange, onPrefix }: HostTableProps) {
  const { t } = useTranslation();
  const scored = hosts.some(({ collateral }) => collateral !== undefined);
  const located = hosts.some(({ prefixes }) => prefixes.length > 0);
  // Columns of which nothing is known would be columns of dashes.
  const columns = hostColumns.filter(
    (column) => (column !== 'score' || scored) && (located || (column !== 'region' && column !== 'service')),
  );
  if (hosts.length === 0) return <p role="status">{t('aws.nothingFound')}</p>;
  return (
    <ScrollBox label={t('aws.hosts')}>
      <table className={styles.table}>
        <caption className="visually-hidden">{t('aws.hosts')}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <ColumnHead key={column} column={column} how={how} onChange={onChange} />
            ))}
            <th scope="col">{t(located ? 'aws.columns.addressAndPrefix' : 'aws.columns.address')}</th>
          </tr>
        </thead>
        <tbody>
          {hosts.map((host) => (
            <tr key={host.targetId}>
              {columns.map((column) =>
                column === 'name' ? (
                  <th key={column} scope="row">
                    <HostLink host={host} run={run} />
                  </th>
                ) : (
                  <td key={column}>
                    <HostCell column={column} host={host} />
                  </td>
                ),
              )}
              <td>
                <Addresses host={host} onPrefix={onPrefix} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}

interface ColumnHeadProps {
  readonly column: HostColumn;
  readonly how: Arrangement;
  readonly onChange: (how: Arrangement) => void;
}

function ColumnHead({ column, how, onChange }: ColumnHeadProps) {
  const { t } = useTranslation();
  const sorted = how.sort === column;
  return (
    <th scope="col" aria-sort={sorted ? (how.descending ? 'descending' : 'ascending') : 'none'}>
      <button
        type="button"
        className={styles.sort}
        onClick={() => onChange({ ...how, sort: column, descending: sorted && !how.descending })}
      >
        {t(`aws.columns.${column}`)}
        {sorted && <Icon name={how.descending ? 'up' : 'down'} />}
      </button>
    </th>
  );
}

function HostCell({ column, host }: { readonly column: HostColumn; readonly host: CloudHost }) {
  const { t } = useTranslation();
  const { regions, services, list2018, collateral } = host;
  const region = (name: string) => (name === anycast ? t('aws.global') : name);
  if (column === 'verdict') return <HostVerdict host={host} />;
  if (column === 'region') return <Words words={regions.map(region)} />;
  if (column === 'service') return <Words words={services} />;
  if (column === 'score') return collateral ? <CollateralCell collateral={collateral} /> : <Unknown />;
  return list2018 ? <span className={styles.mark}>{t('aws.blockedThen')}</span> : <Unknown />;
}

/** Each on a line of its own. */
function Words({ words }: { readonly words: readonly string[] }) {
  return words.length === 0 ? (
    <Unknown />
  ) : (
    <ul className={styles.words}>
      {words.map((word) => (
        <li key={word}>
          <bdi>{word}</bdi>
        </li>
      ))}
    </ul>
  );
}

function Unknown() {
  return <span className={styles.fine}>–</span>;
}

function Addresses({ host, onPrefix }: { readonly host: CloudHost; readonly onPrefix: (prefix: string) => void }) {
  const { t } = useTranslation();
  return (
    <ul className={styles.addresses}>
      {host.findings.map(({ address, prefix }) => (
        <li key={address}>
          <span className="mono">{address}</span>
          {prefix !== undefined && (
            <button
              type="button"
              className={styles.link}
              aria-label={t('aws.showPrefix', { prefix })}
              onClick={() => onPrefix(prefix)}
            >
              <span className="mono">{prefix}</span>
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}
