import type { RuleList } from '../rule.ts';

/** VK's Mail.ru. */
export const mailRu: RuleList = {
  name: 'mail-ru',
  source: 'https://postmaster.mail.ru/',
  // biome-ignore format: a rule a line
  rules: [
    // "Invalid mailbox … unavailable" stands before the reason in either case.
    { id: 'disabled', reason: 'account_disabled', says: /account is (?:disabled|blocked|inactive)/ },
    { id: 'unknown-user', reason: 'user_unknown', says: /user not found|non-?local recipient verification failed|invalid mailbox/ },
    { id: 'spam', reason: 'spam_content', says: /spam message rejected|considered spam/ },
    { id: 'rate', reason: 'throttled_ip', says: /rate limit|try again later|too many/ },
    { id: 'ptr', reason: 'ptr_missing', says: /no ptr|reverse dns|invalid dns/ },
  ],
};

export const yandex: RuleList = {
  name: 'yandex',
  source: 'https://yandex.com/support/mail/bounces/yandex.html',
  // biome-ignore format: a rule a line
  rules: [
    // Said of an account that Yandex has blocked, whatever "policy" sounds like.
    { id: 'disabled', reason: 'account_disabled', says: /policy rejection on the target address/ },
    { id: 'unknown-user', reason: 'user_unknown', says: /no such user|no correct recipients|need fully-qualified address/ },
    { id: 'syntax', reason: 'address_syntax', says: /bad (?:recipient )?address (?:mailbox )?syntax/ },
    { id: 'full', reason: 'mailbox_full', says: /mailbox size (?:limit )?exceeded/ },
    { id: 'spam', reason: 'spam_content', says: /under suspicion of spam|blocked by spam statistics/ },
  ],
};
