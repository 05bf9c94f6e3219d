import { fileURLToPath } from 'node:url';

/** The synthesized stack of a stage: `test/global-setup.ts` makes it before the first test. */
function assemblyOf(stage: string): string {
  return fileURLToPath(new URL(`../.todoke/test-assembly-${stage}`, import.meta.url));
}

/** Stages that are synthesized as they are in `infra/stages.ts`. */
export const assemblies = { dev: assemblyOf('dev'), prod: assemblyOf('prod') } as const;

/** The stack that tests run. */
export const assemblyDirectory = assemblies.dev;
