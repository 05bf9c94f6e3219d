import { InputError } from '../../../domain/errors.ts';
import { clippedBytes } from '../../../domain/template/check/size.ts';
import type { CompiledTemplate } from '../../../domain/template/compiled.ts';
import { type RenderedMail, renderMail } from '../../../domain/template/render.ts';
import { missingData } from '../../../domain/template/validate.ts';
import { inboxLineOf } from './inbox-line.ts';
import type { Data } from './samples.ts';

/** One mail as its recipient would get it. */
export interface PreviewedMail {
  readonly locale: string;
  readonly fromName: string;
  /** The domain is that of the stack, which a preview does not know. */
  readonly fromAddress: string;
  readonly subject: string;
  /** What an inbox shows behind the subject. */
  readonly inboxLine: string;
  /** False when the mail has no preheader and its first words stand in for it. */
  readonly hasPreheader: boolean;
  readonly html: string;
  /** UTF-8. */
  readonly htmlBytes: number;
  /** From so many bytes of HTML on Gmail hides the rest. */
  readonly clippedBytes: number;
  readonly text: string;
}

export type Previewed =
  | { readonly mail: PreviewedMail; readonly problems?: never }
  | { readonly problems: readonly InputError[] };

/** Renders as the senders do, with the recipient and the unsubscribe link that the pipeline would provide. */
export function previewMail(
  template: CompiledTemplate,
  locale: string,
  data: Data,
  recipientName: string | undefined,
): Previewed {
  const problems = missingData(template, data, locale);
  if (problems.length > 0) return { problems };
  const mail = render(template, locale, data, recipientName);
  if (mail instanceof InputError) return { problems: [mail] };
  const line = inboxLineOf(mail.html, mail.text);
  return {
    mail: {
      ...mail,
      fromAddress: `${template.from.localPart}@example.com`,
      inboxLine: line.text,
      hasPreheader: line.isPreheader,
      htmlBytes: Buffer.byteLength(mail.html),
      clippedBytes,
    },
  };
}

function render(
  template: CompiledTemplate,
  locale: string,
  data: Data,
  name: string | undefined,
): RenderedMail | InputError {
  const recipient = { address: 'recipient@example.com', ...(name !== undefined && { name }) };
  const unsubscribeUrl = 'https://unsubscribe.example.com/u/preview';
  try {
    return renderMail(template, locale, { ...data, recipient, unsubscribeUrl });
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}
