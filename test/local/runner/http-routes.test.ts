import { matchRoute, parseRouteKey } from '../../../local/runner/http-routes.ts';

const routes = [
  'GET /u/{token}',
  'ANY /u/{token}',
  'GET /u/help',
  'GET /files/{proxy+}',
  'GET /',
  '$default',
].map((key) => parseRouteKey(key, 'here'));

describe('matchRoute', () => {
  it.each([
    ['GET', '/u/abc', 'GET /u/{token}', { token: 'abc' }],
    ['POST', '/u/abc', 'ANY /u/{token}', { token: 'abc' }],
    ['GET', '/u/help', 'GET /u/help', {}],
    ['GET', '/u/a%2Fb', 'GET /u/{token}', { token: 'a/b' }],
    ['GET', '/u/%zz', 'GET /u/{token}', { token: '%zz' }],
    ['GET', '/files/a/b', 'GET /files/{proxy+}', { proxy: 'a/b' }],
    ['GET', '/', 'GET /', {}],
    ['GET', '/u/', '$default', {}],
    ['GET', '/u/abc/more', '$default', {}],
    ['DELETE', '/files/a', '$default', {}],
  ])('sends %s %s to %s', (method, path, routeKey, pathParameters) => {
    const match = matchRoute(routes, method, path);
    expect(match?.route.routeKey).toBe(routeKey);
    expect(match?.pathParameters).toEqual(pathParameters);
  });

  it('finds nothing without a default route', () => {
    expect(matchRoute(routes.slice(0, 1), 'GET', '/other')).toBeUndefined();
  });

  it('refuses a key that is none', () => {
    expect(() => parseRouteKey('get u', 'here')).toThrow('route key of here');
  });
});
