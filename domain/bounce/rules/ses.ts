import type { ReasonCode } from '../catalogue.ts';
import type { RuleList } from '../rule.ts';

/** What SES's bounce subtype says by itself, without any answer of a receiver. */
export const sesSubTypes: ReadonlyMap<string, ReasonCode> = new Map([
  ['Suppressed', 'suppressed_global'],
  ['OnAccountSuppressionList', 'suppressed_account'],
  ['OnTenantSuppressionList', 'suppressed_account'],
  ['EmailValidationSuppressed', 'suppressed_validation'],
  ['UnsubscribedRecipient', 'unsubscribed'],
]);

export const sesDocument =
  'https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html#bounce-types';

/** What a subtype says that the texts did not: a hint of SES, which saw the same answer. */
export const sesHints: ReadonlyMap<string, ReasonCode> = new Map([
  ['NoEmail', 'user_unknown'],
  ['MailboxFull', 'mailbox_full'],
  ['MessageTooLarge', 'too_large'],
  ['ContentRejected', 'spam_content'],
  ['AttachmentRejected', 'attachment_blocked'],
]);

/** Sentences of SES and its mail servers. */
export const ses: RuleList = {
  name: 'ses',
  source: 'https://docs.aws.amazon.com/ses/latest/dg/troubleshoot-smtp.html',
  // biome-ignore format: a rule a line
  rules: [
    { id: 'account-suppressed', reason: 'suppressed_account', says: /account[- ](?:level )?suppression list|suppression list for your account/ },
    { id: 'suppressed', reason: 'suppressed_global', says: /on the (?:amazon ses )?suppression list|has suppressed sending to this address|(?:has|it has) a (?:recent )?history of (?:hard )?bounc/ },
    { id: 'dot-string', reason: 'address_rfc_violation', says: /contains dot-(?:string|dot)|local address (?:starts|ends) with dot|consecutive dots/ },
  ],
};
