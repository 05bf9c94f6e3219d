/** One address of a From, To, Cc, Bcc or Reply-To field, its name decoded (RFC 2047). */
export interface Mailbox {
  readonly name: string;
  /** RFC 5322 addr-spec. */
  readonly address: string;
}

export interface HeaderField {
  readonly name: string;
  /** Unfolded. */
  readonly value: string;
}

export interface MailAttachment {
  readonly fileName: string;
  readonly content: Buffer;
  readonly contentType?: string;
  readonly contentDisposition: 'attachment' | 'inline';
  readonly contentId?: string;
  readonly description?: string;
  readonly transferEncoding: 'base64' | 'quoted-printable' | '7bit';
}

/** Content that SES puts together itself. */
export interface SimpleContent {
  readonly kind: 'simple';
  readonly text?: string;
  readonly html?: string;
  /** The caller's own, in the order given. */
  readonly headers: readonly HeaderField[];
  readonly attachments: readonly MailAttachment[];
}

/** Content that the caller put together: RFC 5322, without Bcc and `X-SES-` fields. */
export interface RawContent {
  readonly kind: 'raw';
  readonly source: Buffer;
  readonly headers: readonly HeaderField[];
}

/** What a SendEmail request asks for, checked but not yet accepted. */
export interface OutgoingMail {
  /** RFC 5322 From. */
  readonly from: Mailbox;
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  readonly replyTo: readonly Mailbox[];
  /** Envelope: every To, Cc and Bcc address, in this order. */
  readonly recipients: readonly string[];
  readonly subject: string;
  readonly tags: ReadonlyArray<readonly [name: string, value: string]>;
  readonly configurationSetName?: string;
  /** What the request says of tracking, whatever the configuration set has. */
  readonly tracking?: Readonly<Partial<Record<'OPEN' | 'CLICK', boolean>>>;
  readonly content: SimpleContent | RawContent;
}

/** A mail that SES took on, whatever the caller was answered. */
export interface AcceptedMail extends OutgoingMail {
  /** SES's id, as SendEmail returns it. */
  readonly messageId: string;
  readonly acceptedAtMs: number;
  /** ARN of the verified identity that allowed it. */
  readonly sourceArn: string;
  /** Name of the user or role that called. */
  readonly callerIdentity: string;
}
