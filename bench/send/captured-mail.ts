import type { Mail } from '../../domain/mail.ts';

/** A SendEmail request as the pipeline makes it. */
interface SendEmail {
  readonly FromEmailAddress: string;
  readonly Destination: { readonly ToAddresses: readonly [string] };
  readonly ConfigurationSetName: string;
  readonly EmailTags: readonly NameValue[];
  readonly Content: {
    readonly Simple: {
      readonly Subject: { readonly Data: string };
      readonly Body: { readonly Html: { readonly Data: string }; readonly Text: { readonly Data: string } };
      readonly Headers: readonly NameValue[];
    };
  };
}

interface NameValue {
  readonly Name: string;
  readonly Value: string;
}

/** A finished mail, and the configuration set that it was sent with. */
export interface CapturedMail {
  readonly mail: Mail;
  readonly configurationSetName: string;
}

/** What is in a request that the pipeline made. */
export function capturedMail(body: Buffer): CapturedMail {
  const request: SendEmail = JSON.parse(body.toString());
  const { Subject, Body, Headers } = request.Content.Simple;
  return {
    configurationSetName: request.ConfigurationSetName,
    mail: {
      fromHeader: request.FromEmailAddress,
      toHeader: request.Destination.ToAddresses[0],
      subject: Subject.Data,
      html: Body.Html.Data,
      text: Body.Text.Data,
      headers: objectOf(Headers),
      tags: objectOf(request.EmailTags),
      attachments: [],
    },
  };
}

function objectOf(entries: readonly NameValue[]): Record<string, string> {
  return Object.fromEntries(entries.map(({ Name, Value }) => [Name, Value]));
}
