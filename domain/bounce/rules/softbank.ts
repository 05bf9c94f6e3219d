import type { RuleList } from '../rule.ts';

/** SoftBank and Y!mobile. */
export const softbank: RuleList = {
  name: 'softbank',
  source: 'https://www.softbank.jp/mobile/support/mail/antispam/howto/',
  // biome-ignore format: a rule a line
  rules: [
    { id: 'invalid-recipient', reason: 'user_unknown', says: /invalid recipient|user unknown|unknown user|no such user/ },
    { id: 'full', reason: 'mailbox_full', says: /mailbox full|quota|mailbox exceeded/ },
    { id: 'no-sender-domain', reason: 'sender_rejected', says: /does not exist|domain not found/ },
    { id: 'bad-header', reason: 'bad_header', says: /header|message-id/ },
    { id: 'too-large', reason: 'too_large', says: /too (?:large|big|long)|size/ },
    { id: 'sending-control', reason: 'throttled_ip', says: /too many|temporar(?:y|ily)|busy/ },
  ],
};
