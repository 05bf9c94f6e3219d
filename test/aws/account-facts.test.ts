import { readSesAnswers } from '../../aws/account-facts.ts';
import { answering, type BrokenServer, startBrokenServer } from './broken-server.ts';

let server: BrokenServer;

beforeAll(async () => {
  server = await startBrokenServer();
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: server.endpoint,
    AWS_REGION: 'ap-northeast-1',
    AWS_ACCESS_KEY_ID: 'AKIDOPERATOR',
    AWS_SECRET_ACCESS_KEY: 'dummy',
  });
});

afterAll(() => server.close());

const refused = (type: string) =>
  answering(type === 'NotFoundException' ? 404 : 403, JSON.stringify({ message: 'no' }), {
    'x-amzn-errortype': type,
  });

it('takes a refusal for a fact that is not known, with the words of SES, and asks on', async () => {
  server.answer(
    refused('AccessDeniedException'),
    answering(200, '{"VerifiedForSendingStatus":true}'),
    answering(200, '{"DedicatedIps":[]}'),
  );
  const { account, identity, dedicatedIps, region } = await readSesAnswers(['example.com'], []);
  expect(account).toEqual({
    known: false,
    why: expect.objectContaining({ en: 'SES did not answer GetAccount: AccessDeniedException: no' }),
  });
  expect(identity).toMatchObject({ known: true, value: { EmailIdentity: 'example.com' } });
  expect(dedicatedIps).toEqual({ known: true, value: [] });
  expect(region).toBe('ap-northeast-1');
});

it('finds the identity of a parent domain, and a configuration set that is gone', async () => {
  server.answer(
    answering(200, '{}'),
    refused('NotFoundException'),
    answering(200, '{"VerifiedForSendingStatus":true}'),
    refused('NotFoundException'),
    answering(200, '{"DedicatedIps":[]}'),
  );
  const { identity, configurationSets } = await readSesAnswers(['mail.example.com', 'example.com'], ['gone']);
  expect(identity).toMatchObject({ value: { EmailIdentity: 'example.com' } });
  expect(configurationSets).toMatchObject({ value: [{ ConfigurationSetName: 'gone', Exists: false }] });
});
