import { SESv2Client, SendEmailCommand, type SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import fc from 'fast-check';
import { htmlContent, MailProtocol } from '../../aws/mail-protocol.ts';
import { type Pieces, textOf } from '../../domain/template/pieces.ts';

interface Request {
  readonly body: string | Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

/** A client whose requests go nowhere, and the last one of them. */
function clientWith(protocol?: typeof MailProtocol) {
  let last: Request | undefined;
  const client = new SESv2Client({
    region: 'ap-northeast-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
    requestHandler: {
      handle(request: Request) {
        last = request;
        return Promise.reject(new Error('nothing is sent'));
      },
    } as never,
    ...(protocol === undefined ? {} : { protocol }),
  });
  return async (command: SendEmailCommand): Promise<Request> => {
    await expect(client.send(command)).rejects.toThrow('nothing is sent');
    if (last === undefined) throw new Error('there was no request');
    return last;
  };
}

const ours = clientWith(MailProtocol);
const theirs = clientWith();
const text = fc.string({ unit: 'binary', maxLength: 200 });

const input = fc.record({
  FromEmailAddress: text,
  Destination: fc.record({ ToAddresses: fc.array(text, { minLength: 1, maxLength: 2 }) }),
  ConfigurationSetName: text,
  EmailTags: fc.array(fc.record({ Name: text, Value: text }), { maxLength: 3 }),
  Content: fc.record({
    Simple: fc.record({
      Subject: fc.record({ Data: text, Charset: fc.constant('UTF-8') }),
      Body: fc.record({ Html: fc.record({ Data: text }), Text: fc.record({ Data: text }) }),
      Attachments: fc.array(
        fc.record({
          FileName: text,
          RawContent: fc.uint8Array({ maxLength: 100 }),
          ContentDisposition: fc.constant('ATTACHMENT' as const),
        }),
        { maxLength: 2 },
      ),
    }),
  }),
}) satisfies fc.Arbitrary<SendEmailCommandInput>;

/** `SendEmailCommand` takes its input over as it is. */
const commandOf = (made: SendEmailCommandInput) => new SendEmailCommand(structuredClone(made));

/** The SDK's own body complains when it is asked for anything but its octets. */
const jsonOf = ({ body }: Request) =>
  JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body));

it('says the same as the protocol of the SDK, whatever is in a mail', async () => {
  await fc.assert(
    fc.asyncProperty(input, async (made) => {
      const [own, sdk] = [await ours(commandOf(made)), await theirs(commandOf(made))];
      expect(jsonOf(own)).toEqual(jsonOf(sdk));
      expect(own.headers['content-type']).toBe(sdk.headers['content-type']);
      expect(own.headers['content-length']).toBe(String(Buffer.byteLength(own.body)));
    }),
    { numRuns: 100 },
  );
});

it('holds a mail as octets only, once it is serialized', async () => {
  const Body = { Text: { Data: 'お届け物' } };
  const command = commandOf({ Content: { Simple: { Subject: { Data: 'a' }, Body } } });
  const { body } = await ours(command);
  expect(body).toBeInstanceOf(Uint8Array);
  expect(command.input.Content).toBeUndefined();
});

describe('HTML in pieces', () => {
  const piece = fc.oneof(
    text,
    text.map((literal) => ({ literal })),
  );
  const pieces: fc.Arbitrary<Pieces> = fc.array(piece, { maxLength: 8 });
  const commandWith = (Html: ReturnType<typeof htmlContent>, subject = 'a') =>
    new SendEmailCommand({ Content: { Simple: { Subject: { Data: subject }, Body: { Html } } } });

  it('comes out as if it were whole, whatever is in it and around it', async () => {
    await fc.assert(
      fc.asyncProperty(pieces, text, async (html, subject) => {
        const own = await ours(commandWith(htmlContent(html), subject));
        const sdk = await theirs(commandWith(htmlContent(textOf(html)), subject));
        expect(jsonOf(own)).toEqual(jsonOf(sdk));
        expect(own.headers['content-length']).toBe(String(Buffer.byteLength(own.body)));
      }),
      { numRuns: 200 },
    );
  });

  it('has the same literals in one mail after the other', async () => {
    const literal = { literal: '<p>届け "quoted" \u2028 😀</p>' };
    for (const name of ['太郎', 'Hanako', '\ud83d']) {
      const { Content } = jsonOf(await ours(commandWith(htmlContent([literal, name, literal]))));
      expect(Content.Simple.Body.Html.Data).toBe(literal.literal + name + literal.literal);
    }
  });

  it('is no request when its pieces got lost', async () => {
    const { Data, Charset } = htmlContent([{ literal: '<p>Hello</p>' }]);
    await expect(ours(commandWith({ Data, Charset }))).rejects.toThrow('got lost on the way');
  });
});
