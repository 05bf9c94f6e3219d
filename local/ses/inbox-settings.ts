import { Ajv } from 'ajv';
import { InputError } from '../../domain/errors.ts';
import type { AccountSettings } from './account.ts';
import { CALL_FAULTS, type FaultChange } from './faults.ts';
import type { IdentityState } from './identities.ts';
import { RECIPIENT_BEHAVIOURS, type RecipientBehaviour } from './simulator.ts';

interface SettingsChange {
  /** Null: no faults at all. */
  readonly faults?: FaultChange | null;
  readonly account?: Partial<AccountSettings>;
  /** By name: what SES found in the DNS for each. */
  readonly identities?: Readonly<Record<string, Partial<IdentityState>>>;
  /** What becomes of mail to a domain. */
  readonly recipients?: Readonly<Record<string, RecipientBehaviour>>;
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
    vdmEnabled: boolean,
  }),
  identities: {
    type: 'object',
    additionalProperties: only({
      verified: boolean,
      signingEnabled: boolean,
      dkimStatus: { enum: ['PENDING', 'SUCCESS', 'FAILED', 'TEMPORARY_FAILURE', 'NOT_STARTED'] },
      signingAttributesOrigin: { enum: ['AWS_SES', 'EXTERNAL'] },
      dkimTokens: { type: 'array', items: { type: 'string' } },
      signingKeyBits: { enum: [1024, 2048] },
      mailFromDomain: { type: 'string' },
      mailFromStatus: { enum: ['PENDING', 'SUCCESS', 'FAILED', 'TEMPORARY_FAILURE'] },
      behaviorOnMxFailure: { enum: ['USE_DEFAULT_VALUE', 'REJECT_MESSAGE'] },
    }),
  },
  recipients: { type: 'object', additionalProperties: { enum: RECIPIENT_BEHAVIOURS } },
});

const isSettingsChange = new Ajv({ allowUnionTypes: true, strictTuples: false }).compile<SettingsChange>(
  schema,
);

/** Reads the JSON that changes faults, account settings and identities while everything runs. */
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
