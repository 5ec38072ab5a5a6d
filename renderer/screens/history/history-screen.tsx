import { useTranslation } from 'react-i18next';
import { Screen } from '../../components/screen.tsx';

export function HistoryScreen() {
  const { t } = useTranslation();
  return <Screen title={t('rail.history')}>{null}</Screen>;
}
