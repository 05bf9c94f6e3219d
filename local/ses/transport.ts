import type { TlsPolicy } from './configuration-sets.ts';
import type { Identity } from './identities.ts';
import type { AcceptedMail } from './mail.ts';

/** A mail on its way to those of its recipients who share a domain. */
export interface Consignment {
  readonly mail: AcceptedMail;
  readonly recipients: readonly string[];
  /** Signs the mail, and gives it the domain of its MAIL FROM. */
  readonly identity: Identity;
  readonly tlsPolicy: TlsPolicy;
}

/** What was answered about one recipient. */
export interface SmtpAnswer {
  readonly recipient: string;
  /** RFC 5321: 2yz accepts, 4yz may be tried again, 5yz refuses. */
  readonly replyCode: number;
  /** Code and text, as SES quotes them: several lines stay several. */
  readonly reply: string;
  /** IP address of the server that answered; absent when none did. */
  readonly remoteMtaIp?: string;
}

/** A delivery status notification (RFC 3464) that came back after the mail had been accepted. */
export interface LateBounce {
  /** SES's id of the mail, from the address that the notification was sent to. */
  readonly messageId: string;
  readonly recipient: string;
  /** RFC 3463. */
  readonly status: string;
  readonly diagnosticCode: string;
  readonly reportingMta: string;
}

/** Brings mail to the servers of its recipients. */
export interface Transport {
  /** Tries once; failures to connect are answers too. */
  deliver(consignment: Consignment): Promise<readonly SmtpAnswer[]>;
  onLateBounce(listener: (bounce: LateBounce) => void): void;
  /** Notifications that are on their way back. */
  pending(): number;
}
