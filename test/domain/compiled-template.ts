import type { CompiledTemplate } from '../../domain/template/compiled.ts';

/** A small template as the compiler makes them: greets `recipient.name` or `name` and shows `data.orderId`. */
export function compiledTemplate(overrides: Partial<CompiledTemplate> = {}): CompiledTemplate {
  return {
    name: 'order-confirmation',
    hash: '0123456789abcdef0123456789abcdef',
    category: 'transactional',
    defaultLocale: 'en',
    from: { localPart: 'shop' },
    locales: {
      en: {
        fromName: 'Example Shop',
        subject: ['Order ', ['v', [0, 'orderId'], 'h']],
        html: ['<p>Order ', ['v', [0, 'orderId'], 't'], '</p>'],
        text: ['Order ', ['v', [0, 'orderId'], 'x'], '\n'],
      },
      ja: {
        fromName: '見本ショップ',
        subject: ['ご注文 ', ['v', [0, 'orderId'], 'h']],
        html: ['<p>ご注文 ', ['v', [0, 'orderId'], 't'], '</p>'],
        text: ['ご注文 ', ['v', [0, 'orderId'], 'x'], '\n'],
      },
    },
    schema: { type: 'object', properties: { orderId: { type: 'string' } }, required: ['orderId'] },
    ...overrides,
  };
}

/** The same as an announcement, with the link that every marketing mail has. */
export function marketingTemplate(overrides: Partial<CompiledTemplate> = {}): CompiledTemplate {
  return compiledTemplate({
    name: 'announcement',
    category: 'marketing',
    topic: 'newsletter',
    locales: {
      en: {
        fromName: 'Example Shop',
        subject: ['News'],
        html: ['<p>News</p><a href="', ['v', [0, 'unsubscribeUrl'], 'u'], '">Unsubscribe</a>'],
        text: ['News\n', ['v', [0, 'unsubscribeUrl'], 'l'], '\n'],
      },
    },
    schema: { type: 'object', properties: { plan: { type: 'string' } }, required: [] },
    ...overrides,
  });
}
