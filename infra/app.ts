import { stageNamed } from './stages.ts';
import { todokeApp } from './todoke-app.ts';

// The CDK command line sets CDK_OUTDIR; run by itself, the app writes to the same place.
const { app } = todokeApp((root) => stageNamed(root.node.tryGetContext('stage') ?? 'dev'), {
  outdir: process.env.CDK_OUTDIR ?? 'cdk.out',
});
app.synth();
