import type { HeaderField, OutgoingMail } from './mail.ts';
import { valuesOf } from './raw-mail.ts';
import type { SendEmailJson } from './send-email-request.ts';
import { SesError } from './ses-error.ts';

/** `EmailTags` of a request. */
export function tagsOf({ EmailTags }: SendEmailJson): OutgoingMail['tags'] {
  return (EmailTags ?? []).map(({ Name, Value }) => checkedTag(Name, Value));
}

/** `X-SES-MESSAGE-TAGS: name=value, name=value` of a raw mail. */
export function tagsOfHeaders(headers: readonly HeaderField[]): OutgoingMail['tags'] {
  return valuesOf(headers, 'x-ses-message-tags')
    .flatMap((value) => value.split(','))
    .map((pair) => {
      const [name = '', value = ''] = pair.split('=', 2);
      return checkedTag(name.trim(), value.trim());
    });
}

function checkedTag(name: string, value: string): readonly [string, string] {
  checkTagPart('name', name.replace(/^ses:feedback-id-[ab]$/, 'feedback-id'));
  checkTagPart('value', value);
  return [name, value];
}

function checkTagPart(part: 'name' | 'value', string: string): void {
  if (string === '') throw new SesError('BadRequestException', `The tag ${part} must be specified.`);
  if (string.length > 256)
    throw new SesError('BadRequestException', `Tag ${part} cannot exceed 256 characters.`);
  if (!/^[A-Za-z0-9_-]+$/.test(string)) {
    throw new SesError(
      'BadRequestException',
      `Invalid tag ${part} <${string}>: only alphanumeric ASCII characters, '_', and '-' are allowed.`,
    );
  }
}
