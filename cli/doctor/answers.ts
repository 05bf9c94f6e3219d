import type { Facts } from '../../domain/doctor/facts.ts';
import type {
  AccountAnswer,
  AccountRates,
  ConfigurationSetAnswer,
  IdentityAnswer,
  Reputation,
} from '../../domain/doctor/ses-answers.ts';
import { CommandError } from '../command.ts';
import { readInput } from '../read-input.ts';

/** Facts from a file, in place of those that would be collected. */
export interface Answers {
  readonly region?: string;
  /** As SES answers. */
  readonly account?: AccountAnswer;
  /** Null: there is none. */
  readonly identity?: IdentityAnswer | null;
  readonly configurationSets?: readonly ConfigurationSetAnswer[];
  readonly dedicatedIps?: readonly { readonly Ip?: string }[];
  readonly rates?: AccountRates;
  readonly reputation?: Reputation;
  readonly streams?: Value<Facts['streams']>;
  readonly plan?: Facts['plan'];
  readonly mails?: Value<Facts['mails']>;
  readonly audience?: Value<Facts['audience']>;
  readonly history?: Value<Facts['history']>;
  readonly unsubscribe?: Value<Facts['unsubscribe']>;
  readonly feedback?: Value<Facts['feedback']>;
  readonly monitoring?: Value<Facts['monitoring']>;
  readonly seedMail?: string;
}

type Value<F> = F extends { readonly known: true; readonly value: infer T } ? T : never;

const names = [
  'region',
  'account',
  'identity',
  'configurationSets',
  'dedicatedIps',
  'rates',
  'reputation',
  'streams',
  'plan',
  'mails',
  'audience',
  'history',
  'unsubscribe',
  'feedback',
  'monitoring',
  'seedMail',
] as const satisfies readonly (keyof Answers)[];

/** @throws CommandError when the file is not an object of such answers */
export async function readAnswers(file: string): Promise<Answers> {
  let value: unknown;
  try {
    value = JSON.parse((await readInput(file)).toString());
  } catch (error) {
    if (error instanceof CommandError) {
      throw error;
    }
    throw new CommandError(`${file} is not JSON`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new CommandError(`${file} is not a JSON object`);
  }
  const other = Object.keys(value).find((name) => !names.some((known) => known === name));
  if (other !== undefined) {
    throw new CommandError(`${file} has "${other}"; the answers are ${names.join(', ')}`);
  }
  return value as Answers;
}
