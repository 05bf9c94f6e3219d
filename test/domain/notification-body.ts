import type { Notification } from '../../domain/notification.ts';

/** A valid notification; a test names what matters to it. */
export function notificationBody(overrides: Readonly<Record<string, unknown>> = {}): Notification {
  return {
    notificationId: 'order-1234:confirmed',
    template: 'order-confirmation',
    recipient: { address: 'taro@example.com' },
    data: { orderId: '1234' },
    ...overrides,
  };
}
