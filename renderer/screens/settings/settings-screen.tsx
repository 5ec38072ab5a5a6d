import { useTranslation } from 'react-i18next';
import { profiles, themes } from '../../../model/choices.ts';
import type { Settings } from '../../../model/settings.ts';
import { Screen } from '../../components/screen.tsx';
import { Toggle } from '../../components/toggle.tsx';
import { languageNames } from '../../i18n/language-names.ts';
import type { AppState } from '../../store/app-store.ts';
import { useApp } from '../../store/store-context.tsx';
import { DataSettings } from './data-settings.tsx';
import styles from './settings.module.css';
import { Group } from './settings-group.tsx';
import { Row } from './settings-row.tsx';
import { TargetSettings } from './target-settings.tsx';
import { withOwn } from './with-own.ts';

const selectSettings = (state: AppState) => state.settings;
const selectHost = (state: AppState) => state.host;
const selectBridge = (state: AppState) => state.bridge;
const selectSettle = (state: AppState) => state.settle;
const selectSet = (state: AppState) => state.setSettings;

const zooms = [100, 125, 150, 175, 200] as const;
const intervals = [5, 15, 30, 60, 180, 360, 720, 1440] as const;

type Change = Partial<Omit<Settings, 'consentedAt'>>;

function useChange(): (change: Change) => void {
  const bridge = useApp(selectBridge);
  const settle = useApp(selectSettle);
  const set = useApp(selectSet);
  return (change) => {
    void settle(bridge.changeSettings(change)).then((settings) => settings && set(settings));
  };
}

export function SettingsScreen() {
  const { t } = useTranslation();
  return (
    <Screen title={t('settings.title')}>
      <div className={styles.page}>
        <Appearance />
        <Checks />
        <TargetSettings />
        <Desktop />
        <DataSettings />
      </div>
    </Screen>
  );
}

function Appearance() {
  const { t } = useTranslation();
  const settings = useApp(selectSettings);
  const change = useChange();
  return (
    <Group title={t('settings.appearance')}>
      <Row label={t('settings.language')}>
        {(id) => (
          <select
            id={id}
            value={settings.language}
            onChange={(event) => change({ language: event.target.value as Settings['language'] })}
          >
            <option value="system">{t('settings.languageSystem')}</option>
            {Object.entries(languageNames).map(([code, name]) => (
              <option key={code} value={code} lang={code}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Row>
      <Row label={t('settings.theme')}>
        {(id) => (
          <select
            id={id}
            value={settings.theme}
            onChange={(event) => change({ theme: event.target.value as Settings['theme'] })}
          >
            {themes.map((theme) => (
              <option key={theme} value={theme}>
                {t(`settings.themes.${theme}`)}
              </option>
            ))}
          </select>
        )}
      </Row>
      <Row label={t('settings.zoom')}>
        {(id) => (
          <select id={id} value={settings.zoom} onChange={(event) => change({ zoom: Number(event.target.value) })}>
            {withOwn(zooms, settings.zoom).map((zoom) => (
              <option key={zoom} value={zoom}>
                {t('settings.percent', { value: zoom })}
              </option>
            ))}
          </select>
        )}
      </Row>
    </Group>
  );
}

function Checks() {
  const { t } = useTranslation();
  const settings = useApp(selectSettings);
  const change = useChange();
  return (
    <Group title={t('settings.checks')}>
      <Row label={t('settings.profile')} hint={t(`check.profileHints.${settings.profile}`)}>
        {(id) => (
          <select
            id={id}
            aria-describedby={`${id}-hint`}
            value={settings.profile}
            onChange={(event) => change({ profile: event.target.value as Settings['profile'] })}
          >
            {profiles.map((profile) => (
              <option key={profile} value={profile}>
                {t(`check.profiles.${profile}`)}
              </option>
            ))}
          </select>
        )}
      </Row>
      <Row label={t('settings.askReachability')} hint={t('settings.askReachabilityHint')}>
        {(id) => (
          <Toggle
            id={id}
            label={t('settings.askReachability')}
            checked={settings.askReachability}
            onChange={(askReachability) => change({ askReachability })}
          />
        )}
      </Row>
      <Row label={t('settings.schedule')} hint={t('settings.scheduleHint')}>
        {(id) => (
          <select
            id={id}
            aria-describedby={`${id}-hint`}
            value={settings.scheduleMinutes ?? ''}
            onChange={({ target: { value } }) => change({ scheduleMinutes: value === '' ? null : Number(value) })}
          >
            <option value="">{t('settings.never')}</option>
            {withOwn(intervals, settings.scheduleMinutes).map((minutes) => (
              <option key={minutes} value={minutes}>
                {minutes < 60
                  ? t('settings.everyMinutes', { count: minutes })
                  : t('settings.everyHours', { count: minutes / 60 })}
              </option>
            ))}
          </select>
        )}
      </Row>
      <Row label={t('settings.refreshRanges')} hint={t('settings.refreshRangesHint')}>
        {(id) => (
          <Toggle
            id={id}
            label={t('settings.refreshRanges')}
            checked={settings.refreshRanges}
            onChange={(refreshRanges) => change({ refreshRanges })}
          />
        )}
      </Row>
    </Group>
  );
}

function Desktop() {
  const { t } = useTranslation();
  const { can } = useApp(selectHost);
  const rows = [
    ['notify', can.notify],
    ['tray', can.tray],
    ['startAtLogin', can.startAtLogin],
    ['updates', can.update],
  ] as const;
  const settings = useApp(selectSettings);
  const change = useChange();
  const shown = rows.filter(([, possible]) => possible);
  if (shown.length === 0) return null;
  return (
    <Group title={t('settings.desktop')}>
      {shown.map(([name]) => (
        <Row key={name} label={t(`settings.${name}`)} hint={t(`settings.${name}Hint`)}>
          {(id) => (
            <Toggle
              id={id}
              label={t(`settings.${name}`)}
              checked={settings[name]}
              onChange={(on) => change({ [name]: on })}
            />
          )}
        </Row>
      ))}
    </Group>
  );
}
