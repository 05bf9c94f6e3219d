import { Ajv } from 'ajv';
import { InputError } from '../../domain/errors.ts';
import type { AccountSettings } from './account.ts';
import { CALL_FAULTS, type FaultChange } from './faults.ts';

interface SettingsChange {
  /** Null: no faults at all. */
  readonly faults?: FaultChange | null;
  readonly account?: Partial<AccountSettings>;
}

const probability = { type: 'number', minimum: 0, maximum: 1 };
const boolean = { type: 'boolean' };
const only = (properties: Record<string, object>) => ({
  type: 'object',
  properties,
  additionalProperties: false,
});

const callFault = only({ probability, next: { type: 'integer', minimum: 0 } });

const schema = only({
  faults: {
    anyOf: [
      { type: 'null' },
      only({
        seed: { type: 'integer', minimum: 0 },
        calls: only(Object.fromEntries(CALL_FAULTS.map((fault) => [fault, callFault]))),
        events: only({
          duplicateProbability: probability,
          delayMs: {
            type: 'array',
            items: { type: 'number', minimum: 0 },
            minItems: 2,
            maxItems: 2,
          },
          shuffleWindow: { type: 'integer', minimum: 0, maximum: 10_000 },
        }),
      }),
    ],
  },
  account: only({
    maxSendRate: { type: 'number', exclusiveMinimum: 0 },
    max24HourSend: { type: 'number', minimum: -1 },
    overdraftSeconds: { type: 'number', minimum: 0 },
    productionAccess: boolean,
    sendingEnabled: boolean,
    enforcementStatus: { enum: ['HEALTHY', 'PROBATION', 'SHUTDOWN'] },
    suppressedReasons: { type: 'array', items: { enum: ['BOUNCE', 'COMPLAINT'] } },
    pricingPlan: { enum: ['NONE', 'ESSENTIALS', 'PRO', 'ENTERPRISE'] },
  }),
});

const isSettingsChange = new Ajv({ allowUnionTypes: true, strictTuples: false }).compile<SettingsChange>(
  schema,
);

/** Reads the JSON that changes faults and account settings while everything runs. */
export function readSettingsChange(body: Buffer): SettingsChange {
  const change = parseJson(body);
  if (isSettingsChange(change)) return change;
  const error =
    (isSettingsChange.errors ?? []).find(({ keyword }) => keyword !== 'anyOf' && keyword !== 'type') ??
    isSettingsChange.errors?.[0];
  const field = (error?.instancePath ?? '').slice(1).replaceAll('/', '.') || 'body';
  const unknown =
    error?.keyword === 'additionalProperties' ? `: ${String(error.params.additionalProperty)}` : '';
  throw new InputError('invalid-settings', field, `${field} ${error?.message ?? 'is invalid'}${unknown}`);
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw new InputError('not-json', 'body', 'the body is not valid JSON', { cause });
  }
}
