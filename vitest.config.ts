import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [
            'test/engine/run/**',
            'test/app/host/practice-runs.test.ts',
            'test/command/**',
            'test/netns/**',
            'test/bench/**',
            'test/packaging/**',
            'test/{e2e,desktop}/**',
          ],
          testTimeout: 10_000,
          // Most of them wait for a socket most of the time.
          maxWorkers: 3,
        },
      },
      {
        // Whole runs of the engine in the practice network.
        test: {
          name: 'runs',
          include: ['test/engine/run/**/*.test.ts', 'test/app/host/practice-runs.test.ts'],
          testTimeout: 20_000,
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
