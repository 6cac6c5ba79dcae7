/** Real servers take a moment to start, so the time limit is generous; nothing in a test depends on it. */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest'] },
  // Sources name modules as Node wants them in a dynamic import; Jest runs the TypeScript beside it.
  moduleNameMapper: { '^(\\.{1,2}/.+)\\.js$': '$1' },
  globalSetup: '<rootDir>/test/setup/global-setup.ts',
  globalTeardown: '<rootDir>/test/setup/global-teardown.ts',
  setupFilesAfterEnv: ['<rootDir>/test/setup/second-chance.ts'],
  testTimeout: 120_000,
  maxWorkers: 2,
};
