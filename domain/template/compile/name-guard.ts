import type { Part } from '../compiled.ts';

/** Whether `recipient.name`, which not every recipient has, is used only where an `#if` has found it to be there. */
export function isNameGuarded(part: Part, guarded = false): boolean {
  return part.every((op) => {
    if (typeof op === 'string') return true;
    if (op[0] === 'i') return isNameGuarded(op[2], guarded || isName(op[1])) && isNameGuarded(op[3], guarded);
    if (op[0] === 'e') return isNameGuarded(op[2], guarded) && isNameGuarded(op[3], guarded);
    const used = op[0] === 'v' ? op[1] : op[2][0];
    return guarded || !isName(used);
  });
}

function isName(path: unknown): boolean {
  return Array.isArray(path) && path.slice(1).join('.') === 'recipient.name';
}
