import { listOf, requestShape, structure, text } from './request-shape.ts';

interface ContentJson {
  readonly Data: string;
  readonly Charset?: string;
}

interface AttachmentJson {
  /** Base64. */
  readonly RawContent: string;
  readonly FileName: string;
  readonly ContentDisposition?: 'ATTACHMENT' | 'INLINE';
  readonly ContentDescription?: string;
  readonly ContentId?: string;
  readonly ContentTransferEncoding?: 'BASE64' | 'QUOTED_PRINTABLE' | 'SEVEN_BIT';
  readonly ContentType?: string;
}

export interface SimpleJson {
  readonly Subject: ContentJson;
  readonly Body: { readonly Text?: ContentJson; readonly Html?: ContentJson };
  readonly Headers?: ReadonlyArray<{ readonly Name: string; readonly Value: string }>;
  readonly Attachments?: readonly AttachmentJson[];
}

/** `SendEmailRequest` of the SES v2 service model. */
export interface SendEmailJson {
  readonly FromEmailAddress?: string;
  readonly Destination?: {
    readonly ToAddresses?: readonly string[];
    readonly CcAddresses?: readonly string[];
    readonly BccAddresses?: readonly string[];
  };
  readonly ReplyToAddresses?: readonly string[];
  readonly Content: {
    readonly Simple?: SimpleJson;
    readonly Raw?: { readonly Data: string };
    readonly Template?: unknown;
  };
  readonly EmailTags?: ReadonlyArray<{ readonly Name: string; readonly Value: string }>;
  readonly ConfigurationSetName?: string;
  readonly EndpointId?: string;
  readonly TenantName?: string;
  readonly ListManagementOptions?: unknown;
  readonly ConfigurationOverrides?: {
    readonly Tracking?: {
      readonly OpenTrackingEnabled?: FeatureStatus;
      readonly ClickTrackingEnabled?: FeatureStatus;
    };
  };
}

type FeatureStatus = 'ENABLED' | 'DISABLED';

const content = structure({ Data: text(), Charset: text() }, ['Data']);
const addresses = listOf(text());
const featureStatus = { enum: ['ENABLED', 'DISABLED'] };

const simple = structure(
  {
    Subject: content,
    Body: structure({ Text: content, Html: content }),
    Headers: listOf(
      structure({ Name: text(1, 126, '^[!-9;-@A-~]+$'), Value: text(1, 995, '^[ -~]*$') }, ['Name', 'Value']),
      15,
    ),
    Attachments: listOf(
      structure(
        {
          RawContent: text(),
          FileName: text(1, 255),
          ContentDisposition: { enum: ['ATTACHMENT', 'INLINE'] },
          ContentDescription: text(0, 1000),
          ContentId: text(1, 78),
          ContentTransferEncoding: { enum: ['BASE64', 'QUOTED_PRINTABLE', 'SEVEN_BIT'] },
          ContentType: text(1, 78),
        },
        ['RawContent', 'FileName'],
      ),
    ),
  },
  ['Subject', 'Body'],
);

export const readSendEmail = requestShape<SendEmailJson>(
  structure(
    {
      FromEmailAddress: text(),
      Destination: structure({ ToAddresses: addresses, CcAddresses: addresses, BccAddresses: addresses }),
      ReplyToAddresses: addresses,
      Content: structure({ Simple: simple, Raw: structure({ Data: text() }, ['Data']) }),
      EmailTags: listOf(structure({ Name: text(), Value: text() }, ['Name', 'Value'])),
      ConfigurationSetName: text(),
      EndpointId: text(),
      TenantName: text(),
      ConfigurationOverrides: structure({
        Tracking: structure({ OpenTrackingEnabled: featureStatus, ClickTrackingEnabled: featureStatus }),
      }),
    },
    ['Content'],
  ),
);
