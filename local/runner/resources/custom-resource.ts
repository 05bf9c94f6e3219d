import type { Json } from '../json.ts';
import type { Provisioner } from './provisioner.ts';

/** CloudFormation's own limit of `ServiceTimeout`, and its default: an hour. */
const defaultTimeoutSeconds = 3600;

/** Every property of a custom resource belongs to the function that makes it. */
export const customResource: Provisioner = {
  done: [],
  inert: [],
  async create({ logicalId, type, properties }, { customResources }) {
    const { physicalId, data } = await customResources.create({
      logicalId,
      type,
      serviceToken: properties.text('ServiceToken'),
      properties: Object.fromEntries(
        Object.entries(properties.raw).map(([name, value]) => [name, asTexts(value)]),
      ),
      timeoutSeconds: properties.number('ServiceTimeout', defaultTimeoutSeconds),
    });
    return {
      ref: physicalId,
      attributes: Object.fromEntries(Object.entries(data).map(([name, value]) => [name, String(value)])),
    };
  },
};

/** CloudFormation hands every scalar to the function as a string. */
function asTexts(value: Json): Json {
  if (value !== null && typeof value === 'object') {
    return Array.isArray(value)
      ? value.map(asTexts)
      : Object.fromEntries(Object.entries(value).map(([name, item]) => [name, asTexts(item)]));
  }
  return value === null ? null : String(value);
}
