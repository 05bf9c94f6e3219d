import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AppProps } from 'aws-cdk-lib';
import type { Stage } from '../../infra/stage.ts';
import { stageNamed } from '../../infra/stages.ts';
import { todokeApp } from '../../infra/todoke-app.ts';
import { assemblies } from '../assembly.ts';

export interface SynthesizedResource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
}

export interface SynthesizedTemplate {
  readonly Resources: Readonly<Record<string, SynthesizedResource>>;
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>;
}

export interface Synthesized {
  readonly template: SynthesizedTemplate;
  /** Resources of one type by logical id without its hash: `FeedbackQueue`. */
  ofType(type: string): Readonly<Record<string, SynthesizedResource>>;
  /** The only resource of this type whose logical id, without its hash, is the given one. */
  resource(type: string, name: string): SynthesizedResource;
}

/** Calls with props for an app that bundles no code and writes to a directory which is gone afterwards. */
export function withoutCode<T>(use: (props: AppProps) => T): T {
  const outdir = mkdtempSync(join(tmpdir(), 'todoke-infra-'));
  try {
    return use({ outdir, context: { 'aws:cdk:bundling-stacks': [] } });
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** The stack of a stage as it is, or with some changes and without its code, on which what a template promises does not depend. */
export function synthesized(stageName: keyof typeof assemblies, changes?: Partial<Stage>): Synthesized {
  const template = changes === undefined ? ready(stageName) : changed(stageName, changes);
  const ofType = (type: string): Record<string, SynthesizedResource> =>
    Object.fromEntries(
      Object.entries(template.Resources)
        .filter(([, resource]) => resource.Type === type)
        .map(([logicalId, resource]) => [withoutHash(logicalId), resource]),
    );
  return {
    template,
    ofType,
    resource(type, name) {
      const found = ofType(type)[name];
      if (!found) {
        throw new Error(`no ${type} called ${name}; there are ${Object.keys(ofType(type)).join(', ')}`);
      }
      return found;
    },
  };
}

function ready(stageName: keyof typeof assemblies): SynthesizedTemplate {
  const file = join(assemblies[stageName], `Todoke-${stageName}.template.json`);
  return JSON.parse(readFileSync(file, 'utf8')) as SynthesizedTemplate;
}

function changed(stageName: string, changes: Partial<Stage>): SynthesizedTemplate {
  return withoutCode((props) => {
    const { app, stack } = todokeApp(() => ({ ...stageNamed(stageName), ...changes }), props);
    return app.synth().getStackArtifact(stack.artifactId).template as SynthesizedTemplate;
  });
}

/** CDK appends eight hexadecimal digits to the path of a construct. */
export const withoutHash = (logicalId: string): string => logicalId.replace(/[0-9A-F]{8}$/, '');

/** A value with its intrinsics written out: `Fn::GetAtt [Queue, Arn]` is `Queue`, joins are joined. */
export function readable(value: unknown): string {
  if (typeof value === 'string') {
    return value;
  }
  const [[intrinsic, operand] = ['', undefined]] = Object.entries(Object(value));
  switch (intrinsic) {
    case 'Ref':
      return withoutHash(String(operand));
    case 'Fn::GetAtt':
      return Array.isArray(operand) ? withoutHash(String(operand[0])) : '';
    case 'Fn::Join':
      return Array.isArray(operand) ? operand[1].map(readable).join(operand[0]) : '';
    default:
      throw new Error(`cannot read ${JSON.stringify(value)}`);
  }
}
