import type { Change, RecordChange, SesCall } from './finding.ts';

/** How long resolvers keep what is published, in seconds: short enough to correct a mistake within the hour. */
const timeToLive = 3600;

/** Octets in one string of a TXT record (RFC 1035 §3.3.14). */
const stringOctets = 255;

/** A record set as lines of a zone file; one that has to go as a comment. */
export function zoneLines({ name, type, values }: RecordChange): string[] {
  return values.length === 0
    ? [`; delete: ${name}. ${type}`]
    : values.map((value) => `${name}. ${timeToLive} IN ${type} ${zoneValue(type, value)}`);
}

function zoneValue(type: RecordChange['type'], value: string): string {
  if (type === 'TXT') {
    const strings = value.match(new RegExp(`[\\s\\S]{1,${stringOctets}}`, 'g')) ?? [''];
    return strings.map((text) => `"${text.replaceAll(/["\\]/g, '\\$&')}"`).join(' ');
  }
  return type === 'CNAME' || type === 'MX' || type === 'NS' || type === 'PTR'
    ? `${value.replace(/\.$/, '')}.`
    : value;
}

/** The call as the AWS command line takes it. */
export function awsCommand({ operation, input }: SesCall): string {
  const words = Object.entries(input).map(([name, value]) => {
    const option = kebab(name);
    if (typeof value === 'boolean') {
      return value ? `--${option}` : `--no-${option}`;
    }
    if (Array.isArray(value) && value.every((each) => typeof each === 'string')) {
      return [`--${option}`, ...value].join(' ');
    }
    return `--${option} ${quoted(typeof value === 'object' ? JSON.stringify(value) : String(value))}`;
  });
  return ['aws sesv2', kebab(operation), ...words].join(' ');
}

/** `WebsiteURL` → `website-url`, `Max24HourSend` → `max24-hour-send`. */
function kebab(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase();
}

function quoted(text: string): string {
  return /^[A-Za-z0-9_.:/@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** What to paste: zone lines first, then commands. Most goals have no such form. */
export function pasteable(changes: readonly Change[]): string[] {
  return [
    ...changes.flatMap((change) => (change.kind === 'dns' ? zoneLines(change) : [])),
    ...changes.flatMap((change) => (change.kind === 'ses' ? [awsCommand(change)] : [])),
    ...changes.flatMap((change) => (change.kind === 'goal' ? (change.command ?? []) : [])),
  ];
}
