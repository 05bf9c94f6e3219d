if (Number.parseInt(process.versions.node, 10) < 24) {
  throw new Error(
    `the tests run on Node 24, which "npm ci" puts into the project; this is ${process.version}: use "npm test"`,
  );
}

// Lambda's clock is in UTC.
process.env.TZ = 'UTC';

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  globalSetup: '<rootDir>/test/global-setup.ts',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/jest.transform.cjs' },
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json'],
  modulePathIgnorePatterns: ['<rootDir>/cdk.out', '<rootDir>/.todoke'],
  maxWorkers: 2,
  testTimeout: 120_000,
};
