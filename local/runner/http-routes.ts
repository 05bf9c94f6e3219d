import { InputError } from '../../domain/errors.ts';

/** A route key of an HTTP API: `GET /orders/{id}`, `ANY /{proxy+}`, `$default`. */
export interface RoutePattern {
  readonly routeKey: string;
  readonly method: string;
  /** Path segments; undefined for `$default`. */
  readonly segments: readonly string[] | undefined;
}

export interface RouteMatch<R> {
  readonly route: R;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** @throws InputError when the key is none. */
export function parseRouteKey(routeKey: string, where: string): RoutePattern {
  if (routeKey === '$default') {
    return { routeKey, method: 'ANY', segments: undefined };
  }
  const [, method, path] = /^([A-Z]+) (\/\S*)$/.exec(routeKey) ?? [];
  if (method === undefined || path === undefined) {
    throw new InputError('route-key', where, `route key of ${where} is no "METHOD /path" and not $default`);
  }
  return { routeKey, method, segments: segmentsOf(path) };
}

/** Chooses as API Gateway does: full matches first, then greedy paths, then `$default`; a method before `ANY`. */
export function matchRoute<R extends RoutePattern>(
  routes: readonly R[],
  method: string,
  path: string,
): RouteMatch<R> | undefined {
  const given = segmentsOf(path);
  let best: { match: RouteMatch<R>; rank: readonly number[] } | undefined;
  for (const route of routes) {
    const pathParameters = route.segments === undefined ? {} : parametersOf(route.segments, given);
    if (pathParameters === undefined || (route.method !== 'ANY' && route.method !== method)) {
      continue;
    }
    const rank = rankOf(route);
    if (best === undefined || compare(rank, best.rank) < 0) {
      best = { match: { route, pathParameters }, rank };
    }
  }
  return best?.match;
}

function segmentsOf(path: string): string[] {
  return path.split('/').slice(1);
}

function parametersOf(
  pattern: readonly string[],
  given: readonly string[],
): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, segment] of pattern.entries()) {
    const [, name, greedy] = /^\{(\w+)(\+?)\}$/.exec(segment) ?? [];
    const value = given[index];
    if (value === undefined || value === '') {
      return segment === '' && value === '' && pattern.length === given.length ? parameters : undefined;
    }
    if (name === undefined ? segment !== value : false) {
      return undefined;
    }
    if (name !== undefined && greedy === '+') {
      parameters[name] = given.slice(index).map(decoded).join('/');
      return parameters;
    }
    if (name !== undefined) {
      parameters[name] = decoded(value);
    }
  }
  return pattern.length === given.length ? parameters : undefined;
}

/** Smaller is more specific, segment by segment: literal, parameter, greedy. */
function rankOf({ segments, method }: RoutePattern): number[] {
  const kinds = segments?.map((segment) =>
    segment.endsWith('+}') ? 2 : segment.startsWith('{') ? 1 : 0,
  ) ?? [3];
  return [Math.max(...kinds) >= 2 ? Math.max(...kinds) : 0, ...kinds, method === 'ANY' ? 1 : 0];
}

function compare(left: readonly number[], right: readonly number[]): number {
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) {
      return difference;
    }
  }
  return 0;
}

/** A malformed percent-encoding stays as it came. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
