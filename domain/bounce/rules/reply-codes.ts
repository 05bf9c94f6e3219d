import type { RuleList } from '../rule.ts';

/** The reply code alone, RFC 5321 §4.2.3: a guess, and said to be one. */
export const replyCodes: RuleList = {
  name: 'reply',
  source: 'https://www.rfc-editor.org/rfc/rfc5321#section-4.2.3',
  // biome-ignore format: a rule a line
  rules: [
    { id: 'connect', reason: 'ip_blocked', says: /./, step: 'connect', confidence: 'low' },
    { id: 'mail', reason: 'sender_rejected', says: /./, step: 'mail', confidence: 'low' },
    { id: 'no-smtp', reason: 'null_mx', reply: '521 556', action: 'ask_user', confidence: 'medium' },
    { id: 'moved', reason: 'address_moved', reply: '551', action: 'ask_user', confidence: 'low' },
    { id: 'storage', reason: 'mailbox_full', reply: '552 452 422', confidence: 'low' },
    { id: 'login', reason: 'auth_required', reply: '530 535 538 454', confidence: 'low' },
    { id: 'closing', reason: 'receiver_error', reply: '421 450 451', confidence: 'low' },
    { id: 'syntax', reason: 'protocol_error', reply: '500 501 502 503 504 555', confidence: 'low' },
    // The receiver refuses and gives no reason at all: that is a rule of its own.
    { id: 'bare-refusal', reason: 'policy', says: /\b(?:rejected|refused|denied|declined|blocked|not accepted|unacceptable|transaction failed)\b/, confidence: 'low' },
  ],
};
