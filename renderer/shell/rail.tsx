import { useTranslation } from 'react-i18next';
import { screens } from '../../model/screens.ts';
import { Icon, type IconName } from '../components/icon.tsx';
import type { AppState } from '../store/app-store.ts';
import { useApp } from '../store/store-context.tsx';
import { Mark } from './mark.tsx';
import styles from './rail.module.css';

const selectPlace = (state: AppState) => state.place;
const selectGo = (state: AppState) => state.go;

export function Rail() {
  const { t } = useTranslation();
  const place = useApp(selectPlace);
  const go = useApp(selectGo);
  return (
    <nav className={styles.rail} aria-label={t('rail.label')}>
      <div className={styles.brand}>
        <Mark />
        <span className={styles.name}>{t('app.name')}</span>
      </div>
      <ul>
        {screens.map((screen) => (
          <li key={screen}>
            <button
              type="button"
              className={styles.item}
              aria-current={place.screen === screen ? 'page' : undefined}
              title={t(`rail.${screen}`)}
              onClick={() => go({ screen })}
            >
              <Icon name={screen satisfies IconName} />
              <span className={styles.label}>{t(`rail.${screen}`)}</span>
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}
