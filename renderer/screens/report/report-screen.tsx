import { useTranslation } from 'react-i18next';
import { Screen } from '../../components/screen.tsx';

export function ReportScreen() {
  const { t } = useTranslation();
  return <Screen title={t('rail.report')}>{null}</Screen>;
}
