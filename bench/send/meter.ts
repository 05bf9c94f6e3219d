import { nothing, type Priced, type Quantities } from '../../domain/cost.ts';
import type { ConsumedUnits } from '../../local/engines/dynamodb-units.ts';
import type { AnsweredCall } from '../../local/gateway/gateway.ts';

/** SQS and SNS bill by this. */
const payloadUnitBytes = 64 * 1024;
/** CloudWatch Logs adds this to each line. */
const logLineBytes = 26;

/** Who made the calls: a function by its logical id, or a service of AWS itself, such as a poller. */
type Origin = string;
const awsItself: Origin = 'aws';

/**
 * Counts what a run is billed for, from what passes the gateway and the DynamoDB engine. Writes to secondary indexes have no caller:
 * in a campaign it is feedback that makes them.
 */
export class Meter {
  readonly #quantities = new Map<Origin, Record<Priced, number>>();
  /** Calls by operation. */
  readonly calls = new Map<string, number>();

  readonly onCall = ({ operation, caller, requestBytes, responseBytes }: AnsweredCall): void => {
    this.calls.set(operation, (this.calls.get(operation) ?? 0) + 1);
    const of = this.#of(caller === undefined ? awsItself : (caller.functionId ?? 'operator'));
    const payloadUnits = Math.max(1, Math.ceil(Math.max(requestBytes, responseBytes) / payloadUnitBytes));
    const [service = '', action = ''] = operation.split(':');
    if (service === 'sqs') of.sqsRequest += payloadUnits;
    if (service === 'sns') of.snsPublish += payloadUnits;
    if (service === 'secretsmanager') of.secretsManagerCall++;
    if (service === 's3') {
      if (/^(?:Get|Head)Object$/.test(action)) of.s3Get++;
      else of.s3Put++;
    }
  };

  readonly onUnits = ({ caller, readUnits, writeUnits }: ConsumedUnits): void => {
    const of = this.#of(caller === undefined ? awsItself : (caller.functionId ?? 'operator'));
    of.dynamoDbReadUnit += readUnits;
    of.dynamoDbWriteUnit += writeUnits;
  };

  readonly onLog = (source: string, line: string): void => {
    this.#of(source).logsByte += Buffer.byteLength(line) + logLineBytes;
  };

  /** What an origin caused so far. */
  quantities(origin: Origin = awsItself): Quantities {
    return { ...this.#of(origin) };
  }

  /** Calls by service, each divided by so many mails. */
  callsPerMail(mails: number): Record<string, number> {
    const perMail: Record<string, number> = {};
    for (const [operation, count] of this.calls) {
      const service = operation.slice(0, operation.indexOf(':'));
      perMail[service] = (perMail[service] ?? 0) + count / mails;
    }
    return perMail;
  }

  #of(origin: Origin): Record<Priced, number> {
    const known = this.#quantities.get(origin) ?? { ...nothing };
    this.#quantities.set(origin, known);
    return known;
  }
}
