import { useTranslation } from 'react-i18next';
import { Screen } from '../../components/screen.tsx';

export function RoutesScreen() {
  const { t } = useTranslation();
  return <Screen title={t('rail.routes')}>{null}</Screen>;
}
