import { InputError } from '../../../domain/errors.ts';
import { HttpApi } from '../http-api.ts';
import { parseRouteKey } from '../http-routes.ts';
import type { Properties } from '../properties.ts';
import type { Runtime } from '../runtime.ts';
import type { Provisioner } from './provisioner.ts';

/** Ten characters, as the ids of API Gateway are. */
const idOf = (uniqueId: string): string => uniqueId.replaceAll('-', '').slice(0, 10);

export const api: Provisioner = {
  done: ['Name', 'ProtocolType', 'DisableExecuteApiEndpoint'],
  inert: ['Description', 'Tags', 'IpAddressType'],
  create({ properties, uniqueId }, { gateway, httpApis, httpApiPorts }) {
    if (properties.optionalText('ProtocolType') !== 'HTTP') {
      throw new InputError('unknown-protocol', properties.where, `${properties.where} is no HTTP API`);
    }
    const apiId = idOf(uniqueId);
    const httpApi = new HttpApi(apiId, httpApiPorts);
    httpApis.set(apiId, httpApi);
    const prefix = `/_api/${apiId}`;
    gateway.addRoute(`${prefix}/`, (request) => httpApi.answer(request, request.path.slice(prefix.length)));
    return {
      ref: apiId,
      attributes: { ApiId: apiId, ApiEndpoint: `${gateway.secureEndpoint}${prefix}` },
    };
  },
};

export const stage: Provisioner = {
  done: ['ApiId', 'StageName', 'AutoDeploy'],
  inert: ['AccessLogSettings', 'DefaultRouteSettings', 'RouteSettings', 'Description', 'Tags'],
  create({ properties }, runtime) {
    apiOf(properties, runtime).addStage(properties.text('StageName'));
    return { ref: properties.text('StageName'), attributes: {} };
  },
};

export const integration: Provisioner = {
  done: ['ApiId', 'IntegrationType', 'IntegrationUri', 'PayloadFormatVersion', 'TimeoutInMillis'],
  inert: ['Description', 'IntegrationMethod', 'ConnectionType'],
  create({ properties, uniqueId }, runtime) {
    const { where } = properties;
    if (
      properties.text('IntegrationType') !== 'AWS_PROXY' ||
      properties.text('PayloadFormatVersion') !== '2.0'
    ) {
      throw new InputError(
        'integration',
        where,
        `${where} is no AWS_PROXY integration of payload format 2.0`,
      );
    }
    const uri = properties.text('IntegrationUri');
    const [functionArn = uri] = /arn:aws:lambda:[^/]+/.exec(uri) ?? [];
    runtime.functions.named(functionArn, where);
    const integrationId = idOf(uniqueId);
    apiOf(properties, runtime).addIntegration(integrationId, {
      functionArn,
      timeoutMs: properties.number('TimeoutInMillis', 30_000),
    });
    return { ref: integrationId, attributes: { IntegrationId: integrationId } };
  },
};

export const route: Provisioner = {
  done: ['ApiId', 'RouteKey', 'Target', 'AuthorizationType'],
  inert: ['OperationName', 'ApiKeyRequired'],
  create({ properties, uniqueId }, runtime) {
    const { where } = properties;
    if ((properties.optionalText('AuthorizationType') ?? 'NONE') !== 'NONE') {
      throw new InputError(
        'authorization',
        where,
        `${where} asks for an authorization that is not done here`,
      );
    }
    const pattern = parseRouteKey(properties.text('RouteKey'), where);
    apiOf(properties, runtime).addRoute(pattern, properties.text('Target').replace(/^integrations\//, ''));
    return { ref: idOf(uniqueId), attributes: { RouteId: idOf(uniqueId) } };
  },
};

function apiOf(properties: Properties, { httpApis }: Runtime): HttpApi {
  const httpApi = httpApis.get(properties.text('ApiId'));
  if (httpApi === undefined) {
    throw new InputError(
      'unknown-api',
      `${properties.where}.ApiId`,
      `the API of ${properties.where} does not exist`,
    );
  }
  return httpApi;
}
