import { readFileSync } from 'node:fs';
import { App, type AppProps, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Stage } from './stage.ts';
import { TodokeStack } from './todoke-stack.ts';

/** An app with one stack and the AwsSolutions rules, which fail the synthesis on anything unacknowledged. */
export interface TodokeApp {
  readonly app: App;
  readonly stack: TodokeStack;
}

/** @param chooseStage - Sees the app, because the choice may be a value of its context. */
export function todokeApp(chooseStage: (app: App) => Stage, props: AppProps = {}): TodokeApp {
  const app = new App({ ...props, context: { ...projectContext(), ...props.context } });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return { app, stack: new TodokeStack(app, chooseStage(app)) };
}

/** Feature flags of `cdk.json`. The CDK command line passes them too; without it they would silently be off. */
function projectContext(): Record<string, unknown> {
  const project: unknown = JSON.parse(readFileSync(new URL('../cdk.json', import.meta.url), 'utf8'));
  if (typeof project !== 'object' || project === null || !('context' in project)) {
    throw new Error('cdk.json has no context');
  }
  return { ...Object(project.context) };
}
