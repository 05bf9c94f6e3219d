import { intrinsicCall, placeholders, type Scope, takenBranch, textArgument } from './intrinsics.ts';
import { isObject, type Json, listOf } from './json.ts';

/** Logical ids and parameter names that `value` refers to, in the branches of `Fn::If` that are taken. */
export function references(value: Json, scope: Scope, where: string): Set<string> {
  if (Array.isArray(value)) {
    return union(value.map((item, index) => references(item, scope, `${where}[${index}]`)));
  }
  if (!isObject(value)) {
    return new Set();
  }
  const call = intrinsicCall(value, where);
  if (call === undefined) {
    return union(Object.entries(value).map(([key, item]) => references(item, scope, `${where}.${key}`)));
  }
  switch (call.name) {
    case 'Fn::If':
      return references(takenBranch(call.argument, scope, where), scope, where);
    case 'Ref':
      return new Set([textArgument(call.argument, 'Ref', where)]);
    case 'Fn::GetAtt': {
      const [first] = typeof call.argument === 'string' ? call.argument.split('.') : listOf(call.argument);
      return new Set([String(first)]);
    }
    case 'Fn::Sub': {
      const [template, own] = Array.isArray(call.argument) ? call.argument : [call.argument];
      const names = isObject(own) ? own : {};
      const free = placeholders(textArgument(template, 'Fn::Sub', where)).filter(
        (name) => !Object.hasOwn(names, name),
      );
      return references(names, scope, where).union(new Set(free.map((name) => name.split('.')[0] ?? name)));
    }
    default:
      return references(call.argument, scope, where);
  }
}

function union(sets: readonly Set<string>[]): Set<string> {
  return sets.reduce((all, set) => all.union(set), new Set<string>());
}
