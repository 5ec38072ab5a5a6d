import { useTranslation } from 'react-i18next';
import { Screen } from '../../components/screen.tsx';

export function CheckScreen() {
  const { t } = useTranslation();
  return <Screen title={t('rail.check')}>{null}</Screen>;
}
