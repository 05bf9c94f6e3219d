import { randomUUID } from 'node:crypto';
import type { Place, ServiceHandler } from '../api.ts';
import { jsonService } from './aws-answers.ts';
import type { Clock } from './clock.ts';
import type { EventMatcher } from './event-pattern.ts';
import { isObject, type Json, type JsonObject, listOf, objectOf, textOf } from './json.ts';
import type { Targets } from './targets.ts';
import type { Work } from './work.ts';

export interface RuleTarget {
  readonly arn: string;
  readonly roleArn?: string;
  /** Sent instead of the event. */
  readonly input?: string;
  /** `$.detail`: the part of the event that is sent. */
  readonly inputPath?: readonly string[];
  readonly groupId?: string;
  readonly deadLetterArn?: string;
}

export interface Rule {
  readonly logicalId: string;
  readonly arn: string;
  /** Absent for rules that only follow a schedule. */
  readonly matches?: EventMatcher;
  readonly targets: readonly RuleTarget[];
}

export interface EventBusPorts {
  readonly targets: Targets;
  readonly place: Place;
  readonly clock: Clock;
  readonly work: Work;
  readonly log: (line: string) => void;
}

const service = 'events.amazonaws.com';
/** PutEvents: entries per request, and bytes of one entry. */
const mostEntries = 10;
const mostEntryBytes = 1024 * 1024;

/** The default event bus. */
export class EventBus {
  readonly #ports: EventBusPorts;
  readonly #rules: Rule[] = [];

  constructor(ports: EventBusPorts) {
    this.#ports = ports;
  }

  add(rule: Rule): void {
    this.#rules.push(rule);
  }

  get arn(): string {
    const { region, accountId } = this.#ports.place;
    return `arn:aws:events:${region}:${accountId}:event-bus/default`;
  }

  readonly handle: ServiceHandler = jsonService('events', async (action, input) => {
    if (action !== 'PutEvents') {
      return undefined;
    }
    const entries = listOf(input.Entries).map(objectOf);
    if (entries.length === 0 || entries.length > mostEntries) {
      return {
        FailedEntryCount: entries.length,
        Entries: entries.map(() => refused('entries', `1 to ${mostEntries}`)),
      };
    }
    const results = entries.map((entry) => this.#accept(entry));
    return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
  });

  /** What a scheduled rule sends to its targets. */
  fire(rule: Rule): void {
    const detail = {
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      resources: [rule.arn],
      detail: {},
    };
    this.#toTargets(rule, this.#envelope(detail));
  }

  #accept(entry: JsonObject): JsonObject {
    const detail = parsedDetail(textOf(entry.Detail) ?? '');
    const bus = textOf(entry.EventBusName) ?? 'default';
    if (!textOf(entry.Source) || !textOf(entry.DetailType)) {
      return refused(
        'InvalidArgument',
        'Parameter Source or DetailType is not valid. Reason: it is required.',
      );
    }
    if (detail === undefined) {
      return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
    }
    if (Buffer.byteLength(JSON.stringify(entry)) > mostEntryBytes) {
      return refused('InvalidArgument', `the entry is larger than ${mostEntryBytes} bytes`);
    }
    const event = this.#envelope({
      'detail-type': entry.DetailType ?? '',
      source: entry.Source ?? '',
      resources: listOf(entry.Resources),
      detail,
      ...(typeof entry.Time === 'number' && { time: isoSeconds(entry.Time * 1000) }),
    });
    // An event for a bus that does not exist is accepted and goes nowhere, as on AWS.
    if (bus === 'default' || bus === this.arn) {
      for (const rule of this.#rules) {
        if (rule.matches?.(event)) {
          this.#toTargets(rule, event);
        }
      }
    }
    return { EventId: textOf(event.id) ?? '' };
  }

  #envelope(fields: JsonObject): JsonObject {
    return {
      version: '0',
      id: randomUUID(),
      account: this.#ports.place.accountId,
      time: isoSeconds(this.#ports.clock.nowMs()),
      region: this.#ports.place.region,
      ...fields,
    };
  }

  #toTargets(rule: Rule, event: JsonObject): void {
    for (const target of rule.targets) {
      const sending = this.#send(rule, target, event).catch((error: unknown) =>
        this.#ports.log(`DROPPED: an event of rule ${rule.logicalId}: ${String(error)}`),
      );
      void this.#ports.work.track(sending);
    }
  }

  async #send(rule: Rule, target: RuleTarget, event: JsonObject): Promise<void> {
    const { targets, place, log } = this.#ports;
    const itself = { service, context: { 'aws:SourceArn': rule.arn, 'aws:SourceAccount': place.accountId } };
    const body = target.input ?? JSON.stringify(partOf(event, target.inputPath ?? []));
    const sender = target.roleArn === undefined ? itself : { roleArn: target.roleArn };
    const denied = await targets.send(sender, target.arn, body, target.groupId);
    if (denied === undefined) {
      return;
    }
    const spare = target.deadLetterArn;
    const deniedToo = spare === undefined ? '' : await targets.send(itself, spare, body);
    log(
      `${deniedToo === undefined ? 'DEAD-LETTERED' : 'DROPPED'}: an event of rule ${rule.logicalId}: ${denied}`,
    );
  }
}

function refused(code: string, message: string): JsonObject {
  return { ErrorCode: code, ErrorMessage: message };
}

function parsedDetail(text: string): JsonObject | undefined {
  try {
    const detail: unknown = JSON.parse(text);
    return isObject(detail) ? detail : undefined;
  } catch {
    return undefined;
  }
}

function partOf(event: JsonObject, path: readonly string[]): Json {
  return path.reduce<Json>((part, key) => objectOf(part)[key] ?? null, event);
}

/** EventBridge gives times without fractions of a second. */
function isoSeconds(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d+Z$/, 'Z');
}
