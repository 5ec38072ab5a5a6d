import { useTranslation } from 'react-i18next';
import { Screen } from '../../components/screen.tsx';

export function MapScreen() {
  const { t } = useTranslation();
  return <Screen title={t('rail.map')}>{null}</Screen>;
}
