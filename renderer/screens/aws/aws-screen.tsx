import { useTranslation } from 'react-i18next';
import { Screen } from '../../components/screen.tsx';

export function AwsScreen() {
  const { t } = useTranslation();
  return <Screen title={t('rail.aws')}>{null}</Screen>;
}
