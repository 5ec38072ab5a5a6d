import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LookupAnswer } from '../../../model/contract.ts';
import type { SiblingProbe } from '../../../model/report.ts';
import { isRange } from '../../components/address-words.ts';
import { Dialog } from '../../components/dialog.tsx';
import type { AppState } from '../../store/app-store.ts';
import { useApp } from '../../store/store-context.tsx';
import styles from './aws.module.css';
import type { CloudHost } from './cloud-hosts.ts';
import { HostVerdict } from './host-verdict.tsx';
import { LookupResult } from './lookup-result.tsx';
import { SiblingTable } from './sibling-table.tsx';
import { usePortion } from './use-portion.tsx';

const selectBridge = (state: AppState) => state.bridge;

interface PrefixDialogProps {
  readonly prefix: string;
  readonly hosts: readonly CloudHost[];
  /** What a deep check asked besides its targets. */
  readonly siblings: readonly SiblingProbe[];
  readonly onClose: () => void;
}

/** One range with every host of the check that lives in it. */
export function PrefixDialog({ prefix, hosts, siblings, onClose }: PrefixDialogProps) {
  const { t } = useTranslation();
  const bridge = useApp(selectBridge);
  const [answer, setAnswer] = useState<LookupAnswer | null>(null);
  useEffect(() => {
    let current = true;
    // What stands there in a kept report may be anything; a name would be asked of the resolver.
    if (!isRange(prefix)) return;
    void bridge.lookUp({ words: [prefix] }).then((found) => {
      if (current && found.ok) setAnswer(found.value[0] ?? null);
    });
    return () => {
      current = false;
    };
  }, [bridge, prefix]);
  const inside = hosts.filter(({ prefixes }) => prefixes.includes(prefix));
  const { shown, more } = usePortion(inside);
  return (
    <Dialog title={prefix} onClose={onClose}>
      <h3>{t('aws.inPrefix', { count: inside.length })}</h3>
      <ul className={styles.members}>
        {shown.map((host) => (
          <li key={`${host.operator} ${host.targetId}`}>
            <span>
              <bdi>{host.name}</bdi>{' '}
              <span className={`mono ${styles.fine}`}>
                {host.findings
                  .filter((finding) => finding.prefix === prefix)
                  .map(({ address }) => address)
                  .join(', ')}
              </span>
            </span>
            <HostVerdict host={host} />
          </li>
        ))}
      </ul>
      {more}
      <SiblingTable siblings={siblings.filter((sibling) => sibling.prefix === prefix)} />
      {answer && <LookupResult answer={answer} />}
    </Dialog>
  );
}
