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
import { usePortion } from './use-portion.tsx';

interface HostTableProps {
  readonly hosts: readonly CloudHost[];
  readonly how: Arrangement;
  readonly run: RunState;
  readonly onChange: (how: Arrangement) => void;
  readonly onPrefix: (prefix: string) => void;
}

export function HostTable({ hosts, how, run, onChange, onPrefix }: HostTableProps) {
  const { t } = useTranslation();
  const { shown, more } = usePortion(hosts);
  const located = hosts.some(({ prefixes }) => prefixes.length > 0);
  // A column of which nothing is known would be a column of dashes.
  const columns = hostColumns.filter((column) => located || column !== 'region');
  if (hosts.length === 0) return <p role="status">{t('aws.nothingFound')}</p>;
  return (
    <>
      <ScrollBox label={t('aws.hosts')}>
        <table className={`${styles.table} ${styles.hosts}`}>
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
            {shown.map((host) => (
              <tr key={host.targetId}>
                {columns.map((column) =>
                  column === 'name' ? (
                    <th key={column} scope="row">
                      <HostLink host={host} run={run} />
                    </th>
                  ) : (
                    <td key={column}>
                      <HostCell column={column} host={host} run={run} />
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
      {more}
    </>
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

interface HostCellProps {
  readonly column: HostColumn;
  readonly host: CloudHost;
  readonly run: RunState;
}

function HostCell({ column, host, run }: HostCellProps) {
  const { t } = useTranslation();
  const { regions, services, list2018 } = host;
  const region = (name: string) => (name === anycast ? t('aws.global') : name);
  if (column === 'verdict') return <HostVerdict host={host} />;
  if (column === 'region') return <Places regions={regions.map(region)} services={services} />;
  if (column === 'score') return <CollateralCell host={host} run={run} />;
  return list2018 ? <span className={styles.mark}>{t('aws.blockedThen')}</span> : <Unknown />;
}

/** Regions, and below them Amazon's services, each on a line of its own. */
function Places({ regions, services }: { readonly regions: readonly string[]; readonly services: readonly string[] }) {
  if (regions.length === 0 && services.length === 0) return <Unknown />;
  return (
    <ul className={styles.words}>
      {regions.map((region) => (
        <li key={region}>
          <bdi>{region}</bdi>
        </li>
      ))}
      {services.map((service) => (
        <li key={service} className={styles.fine}>
          <bdi>{service}</bdi>
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
