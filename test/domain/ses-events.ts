/** SES events as the developer guide documents them, for one recipient unless more are given. */

export const sesMessageId = '0106019a0b1c2d3e-4f5a6b7c-8d9e-4a0b-9c1d-2e3f4a5b6c7d-000000';
const mailedAt = '2026-11-24T00:00:00.000Z';
/** Time of what happened to the mail. */
export const happenedAt = '2026-11-24T00:00:02.012Z';

export interface SesEventSettings {
  readonly recipients?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
  readonly messageId?: string;
  /** Laid over the part that is special to the type. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

type SesEvent = Readonly<Record<string, unknown>>;

function mail({ recipients = ['taro@example.com'], tags = {}, messageId = sesMessageId }: SesEventSettings) {
  return {
    timestamp: mailedAt,
    messageId,
    source: 'Example Shop <shop@mail.example.com>',
    sourceArn: 'arn:aws:ses:ap-northeast-1:123456789012:identity/mail.example.com',
    sendingAccountId: '123456789012',
    destination: recipients,
    headersTruncated: false,
    headers: [
      { name: 'From', value: 'Example Shop <shop@mail.example.com>' },
      { name: 'To', value: recipients.join(', ') },
      { name: 'Subject', value: 'Order 1234' },
      { name: 'MIME-Version', value: '1.0' },
    ],
    commonHeaders: {
      from: ['Example Shop <shop@mail.example.com>'],
      to: recipients,
      messageId,
      subject: 'Order 1234',
    },
    tags: {
      'ses:configuration-set': ['todoke'],
      'ses:source-ip': ['192.0.2.0'],
      'ses:from-domain': ['mail.example.com'],
      'ses:caller-identity': ['send-notification'],
      ...Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, [value]])),
    },
  };
}

function event(eventType: string, name: string, detail: object, settings: SesEventSettings): SesEvent {
  return { eventType, mail: mail(settings), [name]: { ...detail, ...settings.detail } };
}

const recipientsOf = ({ recipients = ['taro@example.com'] }: SesEventSettings) => recipients;

export const sesEvents = {
  send: (settings: SesEventSettings = {}) => event('Send', 'send', {}, settings),

  delivery: (settings: SesEventSettings = {}) =>
    event(
      'Delivery',
      'delivery',
      {
        timestamp: happenedAt,
        processingTimeMillis: 11_893,
        recipients: recipientsOf(settings),
        smtpResponse: '250 2.6.0 Message received',
        remoteMtaIp: '192.0.2.10',
        reportingMTA: 'mta.example.com',
      },
      settings,
    ),

  deliveryDelay: (settings: SesEventSettings = {}) =>
    event(
      'DeliveryDelay',
      'deliveryDelay',
      {
        timestamp: happenedAt,
        delayType: 'TransientCommunicationFailure',
        expirationTime: '2026-11-24T14:00:00.012Z',
        delayedRecipients: recipientsOf(settings).map((emailAddress) => ({
          emailAddress,
          status: '4.4.1',
          diagnosticCode: 'smtp; 421 4.4.1 Unable to connect to remote host',
        })),
      },
      settings,
    ),

  bounce: (settings: SesEventSettings = {}) =>
    event(
      'Bounce',
      'bounce',
      {
        feedbackId: '0106019a0b1c3333-aaaabbbb-cccc-dddd-eeee-ffff00001111-000000',
        bounceType: 'Permanent',
        bounceSubType: 'General',
        bouncedRecipients: recipientsOf(settings).map((emailAddress) => ({
          emailAddress,
          action: 'failed',
          status: '5.1.1',
          diagnosticCode: 'smtp; 550 5.1.1 user unknown',
        })),
        timestamp: happenedAt,
        reportingMTA: 'dsn; mta.example.com',
      },
      settings,
    ),

  complaint: (settings: SesEventSettings = {}) =>
    event(
      'Complaint',
      'complaint',
      {
        feedbackId: '0106019a0b1c4444-aaaabbbb-cccc-dddd-eeee-ffff00001111-000000',
        complaintSubType: null,
        complainedRecipients: recipientsOf(settings).map((emailAddress) => ({ emailAddress })),
        timestamp: happenedAt,
        userAgent: 'ExampleCorp Feedback Loop (V0.01)',
        complaintFeedbackType: 'abuse',
        arrivalDate: happenedAt,
      },
      settings,
    ),

  reject: (settings: SesEventSettings = {}) => event('Reject', 'reject', { reason: 'Bad content' }, settings),

  renderingFailure: (settings: SesEventSettings = {}) =>
    event(
      'Rendering Failure',
      'failure',
      { errorMessage: "Attribute 'name' is not present in the rendering data.", templateName: 'greeting' },
      settings,
    ),

  open: (settings: SesEventSettings = {}) =>
    event(
      'Open',
      'open',
      { ipAddress: '192.0.2.1', timestamp: happenedAt, userAgent: 'Mozilla/5.0' },
      settings,
    ),

  click: (settings: SesEventSettings = {}) =>
    event(
      'Click',
      'click',
      {
        ipAddress: '192.0.2.1',
        timestamp: happenedAt,
        userAgent: 'Mozilla/5.0',
        link: 'https://example.com/orders/1234',
        linkTags: { order: ['1234'] },
      },
      settings,
    ),

  machineOpen: (settings: SesEventSettings = {}) =>
    event(
      'Open',
      'open',
      { ipAddress: '192.0.2.1', timestamp: happenedAt, userAgent: 'Mozilla/5.0', isBot: true },
      settings,
    ),

  machineClick: (settings: SesEventSettings = {}) =>
    event(
      'Click',
      'click',
      {
        ipAddress: '192.0.2.1',
        timestamp: happenedAt,
        userAgent: 'scanner',
        link: 'https://example.com/orders/1234',
        automatedInteraction: 'true',
      },
      settings,
    ),

  notSpam: (settings: SesEventSettings = {}) =>
    event(
      'Complaint',
      'complaint',
      {
        feedbackId: '0106019a0b1c5555-aaaabbbb-cccc-dddd-eeee-ffff00001111-000000',
        complaintSubType: null,
        complainedRecipients: recipientsOf(settings).map((emailAddress) => ({ emailAddress })),
        timestamp: happenedAt,
        complaintFeedbackType: 'not-spam',
      },
      settings,
    ),

  subscription: (settings: SesEventSettings = {}) =>
    event(
      'Subscription',
      'subscription',
      {
        contactList: 'todoke',
        timestamp: happenedAt,
        source: 'UnsubscribeHeader',
        newTopicPreferences: { unsubscribeAll: true, topicSubscriptionStatus: [] },
        oldTopicPreferences: { unsubscribeAll: false, topicSubscriptionStatus: [] },
      },
      settings,
    ),
};

/** The same as an identity notification: another name of the type, and no tags. */
export function asNotification({ eventType, mail: of, ...rest }: SesEvent): SesEvent {
  return { notificationType: eventType, ...rest, mail: { ...(of as object), tags: undefined } };
}

export function inSnsEnvelope(message: string): string {
  return JSON.stringify({
    Type: 'Notification',
    MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
    TopicArn: 'arn:aws:sns:ap-northeast-1:123456789012:todoke-feedback',
    Subject: 'Amazon SES Email Event Notification',
    Message: message,
    Timestamp: happenedAt,
    SignatureVersion: '1',
    Signature: 'c2lnbmF0dXJl',
    SigningCertURL: 'https://sns.ap-northeast-1.amazonaws.com/SimpleNotificationService.pem',
    UnsubscribeURL: 'https://sns.ap-northeast-1.amazonaws.com/?Action=Unsubscribe',
  });
}

export function inEventBridgeEnvelope(detail: SesEvent): string {
  return JSON.stringify({
    version: '0',
    id: '12345678-1234-1234-1234-123456789012',
    'detail-type': `Email ${String(detail.eventType)}`,
    source: 'aws.ses',
    account: '123456789012',
    time: happenedAt,
    region: 'ap-northeast-1',
    resources: ['arn:aws:ses:ap-northeast-1:123456789012:configuration-set/todoke'],
    detail,
  });
}
