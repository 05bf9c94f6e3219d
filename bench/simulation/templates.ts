import type { Sender } from '../../domain/mail.ts';
import type { CompiledTemplate } from '../../domain/template/compiled.ts';

const hash = '0123456789abcdef0123456789abcdef';

/** Small, since the model is about pace. */
export const password: CompiledTemplate = {
  name: 'password',
  hash,
  category: 'transactional',
  defaultLocale: 'en',
  from: { localPart: 'no-reply' },
  locales: {
    en: {
      fromName: 'Example',
      subject: ['Your code'],
      html: ['<p>', ['v', [0, 'code'], 't'], '</p>'],
      text: [['v', [0, 'code'], 'x'], '\n'],
    },
  },
  schema: { type: 'object', properties: { code: { type: 'string' } }, required: ['code'] },
};

export const announcement: CompiledTemplate = {
  ...password,
  name: 'announcement',
  category: 'marketing',
  topic: 'news',
  locales: {
    en: {
      fromName: 'Example',
      subject: ['News'],
      html: ['<p>News</p><a href="', ['v', [0, 'unsubscribeUrl'], 'u'], '">Unsubscribe</a>'],
      text: ['News\n', ['v', [0, 'unsubscribeUrl'], 'l'], '\n'],
    },
  },
  schema: { type: 'object', properties: {}, required: [] },
};

export const sender: Sender = {
  mailDomain: 'mail.example.com',
  unsubscribeBaseUrl: 'https://unsubscribe.example.com',
  tokenKeys: { current: 'k1', keys: { k1: 'a-key-of-at-least-32-characters-..' } },
};
