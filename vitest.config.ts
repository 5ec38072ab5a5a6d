import { defineConfig } from 'vitest/config';

/** What takes seconds by its nature: kills in a loop, thousands of random inputs, real browsers. Run by `npm test`, not by `npm run check`. */
const slow = [
  'test/app/engine-process/{disturbed-run,probe-proxies,serve-engine}.test.ts',
  'test/app/history/kill-while-keeping.test.ts',
  'test/app/host/{practice-runs,random-payloads}.test.ts',
  'test/app/input/find-routes.test.ts',
  'test/app/report/{canaries,ooni-practice-runs,report-html-in-chromium}.test.ts',
  'test/app/{refresh-killed,settings/killed-write}.test.ts',
  'test/calibration/played-sample.test.ts',
  'test/engine/job/run-job.test.ts',
  'test/engine/run/**/*.test.ts',
  'test/engine/steps/mtproxy.test.ts',
  'test/lab/{independent-client,isp,scenarios}.test.ts',
  'test/web/{hostile-connections,hostile-page,random-payloads}.test.ts',
];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...slow, 'test/{bench,command,desktop,e2e,netns,packaging}/**'],
          testTimeout: 10_000,
          // Most of them wait for a socket most of the time.
          maxWorkers: 3,
        },
      },
      {
        // Among them whole runs of the engine in the practice network.
        test: {
          name: 'runs',
          include: slow,
          testTimeout: 60_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'command',
          include: ['test/command/**/*.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        // electron-builder with a stub in place of Electron; the real one where its binary is.
        test: {
          name: 'packaging',
          include: ['test/packaging/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'netns',
          include: ['test/netns/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        // The built app in a real browser.
        test: {
          name: 'e2e',
          include: ['test/{e2e,desktop}/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
