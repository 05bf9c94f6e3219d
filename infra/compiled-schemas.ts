import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import formats from 'ajv-formats';
import { buildSync } from 'esbuild';

const projectRoot = new URL('..', import.meta.url);
const schemaFiles = ['domain/notification.schema.json'];

let made: string | undefined;

/**
 * A module that stands in for `ajv` and `ajv-formats` in bundles. Ajv makes a function of a JSON schema, and loading it to
 * do so took a sender longer than all its own code; here that is done, and `compile` gives the function. It refuses
 * schemas that it does not know.
 *
 * @returns JavaScript, the same for the same schemas.
 */
export function compiledSchemas(): string {
  made ??= bundledStandIn();
  return made;
}

function bundledStandIn(): string {
  const ajv = formats.default(new Ajv({ allErrors: false, strict: true, code: { source: true, esm: true } }));
  const ids = schemaFiles.map((file) => {
    const schema = JSON.parse(readFileSync(new URL(file, projectRoot), 'utf8'));
    ajv.addSchema(schema);
    return schema.$id;
  });
  const names = ids.map((_, n) => `validate${n}`);
  const code = [
    standalone.default(ajv, Object.fromEntries(names.map((name, n) => [name, ids[n]]))),
    `const compiled = { ${names.map((name, n) => `${JSON.stringify(ids[n])}: ${name}`).join(', ')} };`,
    standIn,
  ].join('\n');
  const { outputFiles } = buildSync({
    stdin: { contents: code, resolveDir: new URL('.', projectRoot).pathname, sourcefile: 'ajv.js' },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    minify: true,
    logLevel: 'warning',
  });
  return outputFiles[0]?.text ?? '';
}

const standIn = `
export class Ajv {
  compile({ $id }) {
    if (!Object.hasOwn(compiled, $id)) throw new Error(\`the schema \${$id} was not compiled with the bundle\`);
    return compiled[$id];
  }
}
export default { default: (ajv) => ajv };
`;
