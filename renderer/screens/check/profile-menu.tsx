import { useTranslation } from 'react-i18next';
import { type Profile, profiles } from '../../../model/choices.ts';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import type { AppState } from '../../store/app-store.ts';
import { useApp } from '../../store/store-context.tsx';
import { ChoiceMenu } from './choice-menu.tsx';

const selectProfile = (state: AppState) => state.settings.profile;

interface ProfileMenuProps {
  readonly disabled: boolean;
  readonly onChoose: (profile: Profile) => Promise<void>;
}

/** How thorough a check is, each way with a sentence. */
export function ProfileMenu({ disabled, onChoose }: ProfileMenuProps) {
  const { t } = useTranslation();
  const chosen = useApp(selectProfile);
  return (
    <ChoiceMenu
      trigger={
        <Button aria-label={`${t('check.profile')}: ${t(`check.profiles.${chosen}`)}`}>
          {t(`check.profiles.${chosen}`)}
          <Icon name="down" />
        </Button>
      }
      heading={t('check.profile')}
      align="end"
      disabled={disabled}
      chosen={chosen}
      choices={profiles.map((id) => ({ id, name: t(`check.profiles.${id}`), hint: t(`check.profileHints.${id}`) }))}
      onChoose={(id) => void onChoose(id as Profile)}
    />
  );
}
