import { defineConfig } from 'vitest/config';

/** Tests that need a database, an engine or the whole platform say so in their name. */
const heavy = ['**/*.*.test.ts', 'test/**'];
const shared = { testTimeout: 30_000, hookTimeout: 60_000, exclude: ['**/node_modules/**'] };

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...shared,
          name: 'pure',
          include: [
            'src/**/*.test.ts',
            'tools/**/*.test.ts',
            'examples/**/*.test.ts',
            'algorithms/**/*.test.ts',
          ],
          exclude: [...shared.exclude, ...heavy],
        },
      },
      {
        test: {
          ...shared,
          name: 'real',
          globalSetup: ['test/shared-folder.ts'],
          include: [
            'src/**/*.*.test.ts',
            'tools/**/*.*.test.ts',
            'algorithms/**/*.*.test.ts',
            'test/**/*.test.ts',
          ],
        },
      },
    ],
  },
});
