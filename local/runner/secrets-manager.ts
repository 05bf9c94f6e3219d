import { randomInt } from 'node:crypto';
import type { Place, ServiceHandler } from '../api.ts';
import { ApiError } from '../gateway/api-error.ts';
import { jsonService } from './aws-answers.ts';
import type { Clock } from './clock.ts';
import { parseObject, textOf } from './json.ts';
import type { Properties } from './properties.ts';

interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly text: string;
  readonly description: string | undefined;
  readonly versionId: string;
  readonly createdMs: number;
}

/** Secrets Manager: secrets of the template, read-only. */
export class Secrets {
  readonly #secrets: Secret[] = [];
  readonly #place: Place;
  readonly #clock: Clock;

  constructor(place: Place, clock: Clock) {
    this.#place = place;
    this.#clock = clock;
  }

  /** @returns The secret's ARN, which ends in six random characters as on AWS. */
  create(name: string, text: string, versionId: string, description?: string): string {
    const suffix = randomText('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', 6);
    const arn = `arn:aws:secretsmanager:${this.#place.region}:${this.#place.accountId}:secret:${name}-${suffix}`;
    this.#secrets.push({ name, arn, text, description, versionId, createdMs: this.#clock.nowMs() });
    return arn;
  }

  readonly handle: ServiceHandler = jsonService('secretsmanager', async (action, input) => {
    if (action === 'ListSecrets') {
      return { SecretList: this.#secrets.map(describe) };
    }
    if (action !== 'GetSecretValue' && action !== 'DescribeSecret') {
      return undefined;
    }
    const secret = this.#find(textOf(input.SecretId) ?? '');
    if (action === 'DescribeSecret') {
      return { ...describe(secret), VersionIdsToStages: { [secret.versionId]: ['AWSCURRENT'] } };
    }
    const stage = textOf(input.VersionStage) ?? 'AWSCURRENT';
    if (stage !== 'AWSCURRENT' || (textOf(input.VersionId) ?? secret.versionId) !== secret.versionId) {
      throw new ApiError(
        'ResourceNotFoundException',
        "Secrets Manager can't find the specified secret version.",
      );
    }
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: secret.versionId,
      SecretString: secret.text,
      VersionStages: ['AWSCURRENT'],
      CreatedDate: secret.createdMs / 1000,
    };
  });

  /** By name, by ARN, or by ARN without its random end. */
  #find(id: string): Secret {
    const found = this.#secrets.find(({ name, arn }) => [name, arn, arn.slice(0, -7)].includes(id));
    if (found === undefined) {
      throw new ApiError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    }
    return found;
  }
}

function describe({ name, arn, description, createdMs }: Secret) {
  return {
    ARN: arn,
    Name: name,
    ...(description && { Description: description }),
    CreatedDate: createdMs / 1000,
  };
}

const lower = 'abcdefghijklmnopqrstuvwxyz';
const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const digits = '0123456789';
const punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/** Draws a password as `GenerateSecretString` of `AWS::SecretsManager::Secret` describes it. */
export function generateSecret(settings: Properties): string {
  const excluded = settings.optionalText('ExcludeCharacters') ?? '';
  const classes = [
    settings.flag('ExcludeLowercase', false) ? '' : lower,
    settings.flag('ExcludeUppercase', false) ? '' : upper,
    settings.flag('ExcludeNumbers', false) ? '' : digits,
    settings.flag('ExcludePunctuation', false) ? '' : punctuation,
    settings.flag('IncludeSpace', false) ? ' ' : '',
  ]
    .map((characters) => [...characters].filter((character) => !excluded.includes(character)).join(''))
    .filter((characters) => characters !== '');
  const length = settings.number('PasswordLength', 32);
  const required = settings.flag('RequireEachIncludedType', true) ? classes : [];
  let password: string;
  do {
    password = randomText(classes.join(''), length);
  } while (
    !required.every((characters) => [...characters].some((character) => password.includes(character)))
  );
  const key = settings.optionalText('GenerateStringKey');
  if (key === undefined) {
    return password;
  }
  const where = `${settings.where}.SecretStringTemplate`;
  return JSON.stringify({ ...parseObject(settings.text('SecretStringTemplate'), where), [key]: password });
}

function randomText(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}
