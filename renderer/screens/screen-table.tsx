import type { ComponentType } from 'react';
import type { ScreenName } from '../../model/contract.ts';
import { AwsScreen } from './aws/aws-screen.tsx';
import { CheckScreen } from './check/check-screen.tsx';
import { HistoryScreen } from './history/history-screen.tsx';
import { MapScreen } from './map/map-screen.tsx';
import { ReportScreen } from './report/report-screen.tsx';
import { RoutesScreen } from './routes/routes-screen.tsx';
import { SettingsScreen } from './settings/settings-screen.tsx';

export const screenTable: Readonly<Record<ScreenName, ComponentType>> = {
  check: CheckScreen,
  map: MapScreen,
  routes: RoutesScreen,
  aws: AwsScreen,
  history: HistoryScreen,
  report: ReportScreen,
  settings: SettingsScreen,
};
