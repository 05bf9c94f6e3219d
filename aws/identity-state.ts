import { GetEmailIdentityCommand, NotFoundException, SESv2Client } from '@aws-sdk/client-sesv2';
import type { AuthenticationState } from '../domain/verdict/authentication.ts';

const client = new SESv2Client({});

/** Asks SES how it stands with the identity of a mail domain. */
export async function readAuthentication(mailDomain: string): Promise<AuthenticationState> {
  try {
    const { VerifiedForSendingStatus, DkimAttributes, MailFromAttributes } = await client.send(
      new GetEmailIdentityCommand({ EmailIdentity: mailDomain }),
    );
    const { MailFromDomain, MailFromDomainStatus } = MailFromAttributes ?? {};
    return {
      verified: VerifiedForSendingStatus === true,
      dkim: DkimAttributes?.Status ?? 'NOT_STARTED',
      ...(MailFromDomain === undefined || MailFromDomain === '' ? {} : { mailFromDomain: MailFromDomain }),
      ...(MailFromDomainStatus === undefined ? {} : { mailFrom: MailFromDomainStatus }),
    };
  } catch (error) {
    // The identity of a parent domain may send as well; whether it does cannot be asked under this name.
    if (error instanceof NotFoundException) {
      return { verified: false, dkim: 'NOT_FOUND' };
    }
    throw error;
  }
}
