import { DropdownMenu } from 'radix-ui';
import { useTranslation } from 'react-i18next';
import { type Profile, profiles } from '../../../model/choices.ts';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import type { AppState } from '../../store/app-store.ts';
import { useApp } from '../../store/store-context.tsx';
import styles from './check-controls.module.css';

const selectProfile = (state: AppState) => state.settings.profile;

interface ProfileMenuProps {
  readonly disabled: boolean;
  readonly onChoose: (profile: Profile) => Promise<void>;
}

/** How thorough a check is, each way with a sentence. */
export function ProfileMenu({ disabled, onChoose }: ProfileMenuProps) {
  const { t, i18n } = useTranslation();
  const chosen = useApp(selectProfile);
  return (
    <DropdownMenu.Root modal={false} dir={i18n.dir()}>
      <DropdownMenu.Trigger asChild disabled={disabled}>
        <Button aria-label={`${t('check.profile')}: ${t(`check.profiles.${chosen}`)}`}>
          {t(`check.profiles.${chosen}`)}
          <Icon name="down" />
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal container={document.getElementById('content')}>
        <DropdownMenu.Content className={styles.menu} align="end" sideOffset={4} collisionPadding={8}>
          <DropdownMenu.Label className={styles.heading}>{t('check.profile')}</DropdownMenu.Label>
          <DropdownMenu.RadioGroup value={chosen} onValueChange={(value) => void onChoose(value as Profile)}>
            {profiles.map((profile) => (
              <DropdownMenu.RadioItem key={profile} value={profile} className={styles.item}>
                <span className={styles.box} data-round>
                  <DropdownMenu.ItemIndicator>
                    <Icon name="check" />
                  </DropdownMenu.ItemIndicator>
                </span>
                <span className={styles.words}>
                  <strong>{t(`check.profiles.${profile}`)}</strong>
                  <span className={styles.hint}>{t(`check.profileHints.${profile}`)}</span>
                </span>
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
