import type { ApiRequest, Caller } from '../api.ts';
import { SesError } from './ses-error.ts';

/** One action: its method, its path with `{Names}`, and what answers it. */
export interface Action {
  readonly method: string;
  readonly path: string;
  /** The action's output, in the words of the service model. */
  readonly answer: (call: ActionCall) => object;
}

interface ActionCall {
  readonly request: ApiRequest;
  readonly caller: Caller;
  /** A parameter of the path, decoded. */
  readonly param: (name: string) => string;
}

/**
 * Finds the action of a request.
 *
 * @throws SesError `UnknownOperationException`, naming the request, when there is none.
 */
export function createRouter(actions: readonly Action[]) {
  const routes = actions.map((action) => ({
    action,
    segments: action.path.split('/'),
  }));
  return (request: ApiRequest, caller: Caller): object => {
    const segments = request.path.replace(/\/$/, '').split('/');
    for (const route of routes) {
      if (route.action.method !== request.method || route.segments.length !== segments.length) continue;
      if (!route.segments.every((segment, i) => segment.startsWith('{') || segment === segments[i])) continue;
      const param = (name: string) => decoded(segments[route.segments.indexOf(`{${name}}`)] ?? '');
      return route.action.answer({ request, caller, param });
    }
    throw new SesError(
      'UnknownOperationException',
      `${request.method} ${request.path} is not supported by the local SES.`,
    );
  };
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (cause) {
    if (cause instanceof URIError)
      throw new SesError('BadRequestException', 'The path is not valid percent-encoding.');
    throw cause;
  }
}
