import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { chooseLanguage, showLanguage } from '../i18n/start-i18n.ts';
import { DetailScreen } from '../screens/detail/detail-screen.tsx';
import { FirstRun } from '../screens/first-run/first-run.tsx';
import { screenTable } from '../screens/screen-table.tsx';
import type { AppState } from '../store/app-store.ts';
import { useApp } from '../store/store-context.tsx';
import styles from './app.module.css';
import { applyTheme } from './apply-theme.ts';
import { Notices } from './notices.tsx';
import { Rail } from './rail.tsx';

const selectPlace = (state: AppState) => state.place;
const selectSettings = (state: AppState) => state.settings;
const selectHost = (state: AppState) => state.host;
const selectTouring = (state: AppState) => state.touring;

export function App() {
  const { t, i18n } = useTranslation();
  const place = useApp(selectPlace);
  const settings = useApp(selectSettings);
  const host = useApp(selectHost);
  const touring = useApp(selectTouring);

  useEffect(() => {
    void showLanguage(i18n, chooseLanguage(settings.language, host.language));
  }, [i18n, settings.language, host.language]);
  // The desktop scales its window itself; a browser tab is scaled here.
  useEffect(
    () => applyTheme(settings.theme, host.host === 'web' ? settings.zoom : 100),
    [settings.theme, settings.zoom, host.host],
  );
  // A new screen is a new page: whoever reads with a keyboard or a screen reader starts at its title, or, coming back from a
  // target, where that was opened.
  const where = `${place.screen} ${place.target?.targetId ?? ''}`;
  const { backFrom } = place;
  useEffect(() => {
    if (where === '') return;
    const row = backFrom === undefined ? null : document.querySelector(`[data-target-id="${CSS.escape(backFrom)}"]`);
    (row instanceof HTMLElement ? row : document.getElementById('screen-title'))?.focus();
  }, [where, backFrom]);

  if (settings.consentedAt === null && !touring) return <FirstRun />;
  const Current = screenTable[place.screen];
  return (
    <div className={styles.app}>
      <a className={styles.skip} href="#content">
        {t('app.skipToContent')}
      </a>
      <Rail />
      <main id="content" className={styles.content} tabIndex={-1}>
        {place.target ? <DetailScreen key={where} {...place.target} /> : <Current />}
      </main>
      <Notices />
    </div>
  );
}
