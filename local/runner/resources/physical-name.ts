import { createHash } from 'node:crypto';

/**
 * The name of a resource that the template does not name: `<stack>-<logical id>`, shortened with a
 * hash where the service allows less. The same in every run.
 */
export function physicalName(stackName: string, logicalId: string, most: number): string {
  const name = `${stackName}-${logicalId}`;
  if (name.length <= most) {
    return name;
  }
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${name.slice(0, most - hash.length - 1)}-${hash}`;
}
