import { useTranslation } from 'react-i18next';
import { operatorName } from '../../components/operator-names.ts';
import { ScrollBox } from '../../components/scroll-box.tsx';
import type { RunState } from '../../store/run-state.ts';
import styles from './aws.module.css';
import { type CloudHost, isHit } from './cloud-hosts.ts';
import { CollateralCell } from './collateral-cell.tsx';
import { HostLink } from './host-link.tsx';
import { HostVerdict } from './host-verdict.tsx';
import { usePortion } from './use-portion.tsx';

/** In 2018 other clouds were hit too, and today more than Amazon's. */
export function OtherClouds({ hosts, run }: { readonly hosts: readonly CloudHost[]; readonly run: RunState }) {
  const { t } = useTranslation();
  const operators = [...Map.groupBy(hosts, ({ operator }) => operator)].toSorted(([, a], [, b]) => b.length - a.length);
  return (
    <section className={styles.section} aria-labelledby="aws-others">
      <h2 id="aws-others">{t('aws.others')}</h2>
      {operators.map(([operator, members]) => (
        <details key={operator} className={styles.fold}>
          <summary>
            {t('aws.otherCount', {
              operator: operatorName(operator),
              count: members.length,
              hit: members.filter((host) => isHit(host) === true).length,
            })}
          </summary>
          <Members operator={operator} members={members} run={run} />
        </details>
      ))}
    </section>
  );
}

interface MembersProps {
  readonly operator: string;
  readonly members: readonly CloudHost[];
  readonly run: RunState;
}

function Members({ operator, members, run }: MembersProps) {
  const { t } = useTranslation();
  const { shown, more } = usePortion(members);
  return (
    <>
      <ScrollBox label={operatorName(operator)}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('aws.columns.name')}</th>
              <th scope="col">{t('aws.columns.verdict')}</th>
              <th scope="col">{t('aws.columns.list2018')}</th>
              <th scope="col">{t('aws.columns.score')}</th>
              <th scope="col">{t('aws.columns.address')}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((host) => (
              <tr key={host.targetId}>
                <th scope="row">
                  <HostLink host={host} run={run} />
                </th>
                <td>
                  <HostVerdict host={host} />
                </td>
                <td>{host.list2018 ? <span className={styles.mark}>{t('aws.blockedThen')}</span> : '–'}</td>
                <td>
                  <CollateralCell host={host} run={run} />
                </td>
                <td className="mono">{host.findings.map(({ address }) => address).join(', ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
      {more}
    </>
  );
}
