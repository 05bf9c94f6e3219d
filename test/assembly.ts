import { fileURLToPath } from 'node:url';

/** The synthesized stack of stage `dev`: `test/global-setup.ts` makes it before the first test. */
export const assemblyDirectory = fileURLToPath(new URL('../.todoke/test-assembly', import.meta.url));
