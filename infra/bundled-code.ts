import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync, type Metafile } from 'esbuild';
import { compiledSchemas } from './compiled-schemas.ts';

const projectRoot = fileURLToPath(new URL('..', import.meta.url));

/** Runs after the bundle is written; may add files to `outputDirectory`. */
export type AfterBundling = (outputDirectory: string) => void;

/**
 * The code of `functions/<entry>.ts` and of everything it imports, in one ESM file.
 *
 * esbuild is called through its API and not through NodejsFunction, which starts `npx` for every
 * function: that alone would more than double the time of a synthesis. Nothing needs Docker.
 *
 * The AWS SDK is bundled: the one in the Lambda runtime changes without a deploy, loads slower and is
 * not the one that was tested. The asset hash is that of the output, so a change elsewhere in the
 * project redeploys nothing.
 */
export function bundledCode(entry: string, afterBundling?: AfterBundling): Code {
  return Code.fromAsset(`${projectRoot}functions`, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never pulled: bundling in this process always succeeds or throws.
      image: DockerImage.fromRegistry('unused'),
      // Not executed either: tells apart the bundles of one folder in CDK's cache of assets.
      command: [entry],
      local: {
        tryBundle(outputDirectory) {
          bundle(`${projectRoot}functions/${entry}.ts`, `${outputDirectory}/index.mjs`);
          afterBundling?.(outputDirectory);
          return true;
        },
      },
    },
  });
}

/** @returns What went into the bundle. */
export function bundle(entryFile: string, outputFile: string): Metafile {
  const directory = mkdtempSync(join(tmpdir(), 'todoke-bundling-'));
  try {
    const ajv = join(directory, 'ajv.mjs');
    writeFileSync(ajv, compiledSchemas());
    const { metafile } = buildSync({
      absWorkingDir: projectRoot,
      entryPoints: [entryFile],
      outfile: outputFile,
      bundle: true,
      platform: 'node',
      target: 'node24',
      format: 'esm',
      minify: true,
      mainFields: ['module', 'main'],
      alias: { ajv, 'ajv-formats': ajv },
      logLevel: 'warning',
      metafile: true,
    });
    return metafile;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Runs a script of the project with this Node; its output goes to stderr, for stdout may be the template. */
export function runScript(script: string, ...scriptArguments: readonly string[]): void {
  execFileSync(process.execPath, [script, ...scriptArguments], {
    cwd: projectRoot,
    stdio: ['ignore', process.stderr, process.stderr],
  });
}
