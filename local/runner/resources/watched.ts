import { physicalName } from './physical-name.ts';
import type { Provisioner } from './provisioner.ts';

/**
 * A type that shows, records or routes on AWS and does nothing on this machine, whatever its
 * properties: alarms, dashboards, log groups, domain names and DNS records.
 *
 * @param attributes - What `Fn::GetAtt` may ask of it.
 */
export function watched(...attributes: readonly string[]): Provisioner {
  return {
    done: [],
    inert: [],
    create({ logicalId, type, properties }, { place, stackName }) {
      const named = ['LogGroupName', 'AlarmName', 'DomainName', 'Name'].map((name) =>
        properties.optionalText(name),
      );
      const name = named.find((given) => given !== undefined) ?? physicalName(stackName, logicalId, 255);
      const service = type.split('::')[1]?.toLowerCase() ?? '';
      const arn = `arn:aws:${service}:${place.region}:${place.accountId}:${name}`;
      return {
        ref: name,
        attributes: Object.fromEntries(
          attributes.map((attribute) => [attribute, attribute === 'Arn' ? arn : name]),
        ),
      };
    },
  };
}
