// `npm start`. Plain JavaScript, so that an old Node can read it and say what is missing.
if (Number.parseInt(process.versions.node, 10) < 24) {
  console.error(
    `Todoke runs on Node 24, which "npm ci" puts into the project; this is ${process.version}. Start it with "npm start", and if that says the same, run "npm ci" without --omit=optional.`,
  );
  process.exit(1);
}
// Lambda's clock is in UTC; worker threads take theirs from the process.
process.env.TZ = 'UTC';
await import('./main.ts');
