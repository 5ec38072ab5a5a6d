import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Environment } from '../../../model/environment.ts';
import type { RouteSummary } from '../../../model/route.ts';
import { Icon } from '../../components/icon.tsx';
import styles from './connection-line.module.css';
import { describeConnection } from './describe-connection.ts';

interface ConnectionLineProps {
  readonly environment: Environment | null;
  readonly current: RouteSummary | undefined;
  /** What else stands in the line. */
  readonly children?: ReactNode;
}

/** What connection this is, in words. */
export function ConnectionLine({ environment, current, children }: ConnectionLineProps) {
  const { t } = useTranslation();
  const say = t as unknown as (path: string, values?: Record<string, unknown>) => string;
  return (
    <ul className={styles.line} aria-label={t('check.connection.label')}>
      {describeConnection(environment, current).map(({ key, tone, values }) => (
        <li key={key} data-tone={tone}>
          {tone !== 'plain' && <Icon name={tone === 'bad' ? 'warning' : 'info'} />}
          {say(`check.connection.${key}`, values)}
        </li>
      ))}
      {children}
    </ul>
  );
}
