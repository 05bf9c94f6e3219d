import { InputError } from '../../domain/errors.ts';

/**
 * Orders resources so that each comes after those it depends on; otherwise in template order.
 *
 * @param dependencies - For each logical id, the logical ids it depends on. Ids that are no keys are ignored.
 * @throws InputError `circular-dependency` naming the circle.
 */
export function creationOrder(dependencies: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const ordered = new Set<string>();
  const path: string[] = [];
  const visit = (logicalId: string): void => {
    if (ordered.has(logicalId)) {
      return;
    }
    if (path.includes(logicalId)) {
      const circle = [...path.slice(path.indexOf(logicalId)), logicalId].join(' → ');
      throw new InputError('circular-dependency', 'Resources', `resources depend on each other: ${circle}`);
    }
    path.push(logicalId);
    for (const dependency of dependencies.get(logicalId) ?? []) {
      if (dependencies.has(dependency)) {
        visit(dependency);
      }
    }
    path.pop();
    ordered.add(logicalId);
  };
  for (const logicalId of dependencies.keys()) {
    visit(logicalId);
  }
  return [...ordered];
}
