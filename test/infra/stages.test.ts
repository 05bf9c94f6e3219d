import { Queue } from 'aws-cdk-lib/aws-sqs';
import { stageNamed } from '../../infra/stages.ts';
import { todokeApp } from '../../infra/todoke-app.ts';
import { readable, synthesized, withoutCode } from './synthesized.ts';

const prod = synthesized('prod');
const unusual = synthesized('dev', {
  identity: { mailFromDomain: 'bounce.example.com' },
  trackingDomain: 'links.example.com',
  requireTls: true,
  tracing: true,
});

describe('AwsSolutions rules', () => {
  it('find nothing unacknowledged in a stage, else there would be no template', () => {
    expect(Object.keys(prod.template.Resources).length).toBeGreaterThan(50);
    expect(Object.keys(unusual.template.Resources).length).toBeGreaterThan(50);
  });

  it('fail the synthesis on what nobody acknowledged', () => {
    withoutCode((props) => {
      const { app, stack } = todokeApp(() => stageNamed('dev'), props);
      new Queue(stack, 'Careless');
      expect(() => app.synth()).toThrow(/SSL.+AwsSolutions-SQS4/s);
    });
  });
});

it('leads tracked links through a domain of the stage, over https', () => {
  const sets = Object.values(unusual.ofType('AWS::SES::ConfigurationSet'));
  for (const { Properties } of sets) {
    expect(Properties.TrackingOptions).toEqual({
      CustomRedirectDomain: 'links.example.com',
      HttpsPolicy: 'REQUIRE',
    });
  }
  expect(sets).toHaveLength(5);
});

describe('the stage that sends to customers', () => {
  it('verifies its mail domain and writes the DKIM, MX and SPF records', () => {
    expect(prod.resource('AWS::SES::EmailIdentity', 'SenderIdentity').Properties).toMatchObject({
      EmailIdentity: 'mail.example.com',
      MailFromAttributes: { MailFromDomain: 'bounce.mail.example.com' },
      FeedbackAttributes: { EmailForwardingEnabled: false },
    });
    const records = Object.values(prod.ofType('AWS::Route53::RecordSet')).map(({ Properties }) => Properties);
    expect(records.map(({ Type }) => Type).sort()).toEqual(['CNAME', 'CNAME', 'CNAME', 'MX', 'TXT']);
    for (const { HostedZoneId } of records) {
      expect(HostedZoneId).toBe('Z0123456789EXAMPLE');
    }
  });

  it('sends with an unsubscribe link on its own domain', () => {
    expect(prod.resource('AWS::ApiGatewayV2::DomainName', 'UnsubscribeDomain').Properties).toMatchObject({
      DomainName: 'unsubscribe.example.com',
    });
    expect(Object.keys(prod.ofType('AWS::ApiGatewayV2::ApiMapping'))).toHaveLength(1);
    const { Environment } = prod.resource('AWS::Lambda::Function', 'NotificationsWorkerFunction').Properties;
    expect(readable(Object(Environment).Variables.UNSUBSCRIBE_BASE_URL)).toBe('https://UnsubscribeDomain');
  });

  it('mails its alarms to the operator', () => {
    const endpoints = Object.values(prod.ofType('AWS::SNS::Subscription'))
      .filter(({ Properties }) => Properties.Protocol === 'email')
      .map(({ Properties }) => Properties.Endpoint);
    expect(endpoints).toEqual(['operations@example.com']);
  });

  it('protects its tables and itself from deletion', () => {
    for (const table of ['TablesDeliveries', 'TablesSuppressions', 'TablesContacts', 'TablesCampaigns']) {
      expect(prod.resource('AWS::DynamoDB::GlobalTable', table).Properties).toMatchObject({
        Replicas: [{ DeletionProtectionEnabled: true }],
      });
    }
    withoutCode((props) => {
      const { stack } = todokeApp(() => stageNamed('prod'), props);
      expect(stack.terminationProtection).toBe(true);
      expect(stack.tags.tagValues()).toEqual({ project: 'todoke', stage: 'prod' });
    });
  });
});

describe('settings of a stage', () => {
  it('print the DKIM records when there is no zone to write them to', () => {
    const records = Object.keys(unusual.template.Outputs).filter((name) =>
      name.startsWith('SenderDkimRecord'),
    );
    expect(records).toHaveLength(3);
  });

  it.each([
    { requireTls: false, stack: prod, tlsPolicy: 'OPTIONAL' },
    { requireTls: true, stack: unusual, tlsPolicy: 'REQUIRE' },
  ])('requireTls $requireTls makes the TLS policy $tlsPolicy', ({ stack, tlsPolicy }) => {
    const [configurationSet] = Object.values(stack.ofType('AWS::SES::ConfigurationSet'));
    expect(configurationSet?.Properties).toMatchObject({ DeliveryOptions: { TlsPolicy: tlsPolicy } });
  });

  it('trace every function', () => {
    for (const { Properties } of Object.values(unusual.ofType('AWS::Lambda::Function'))) {
      expect(Properties).toMatchObject({ TracingConfig: { Mode: 'Active' } });
    }
  });

  it('are refused before anything is built when they are wrong', () => {
    withoutCode((props) => {
      expect(() => todokeApp(() => ({ ...stageNamed('dev'), logRetentionDays: 15 }), props)).toThrow(
        /logRetentionDays: one of 1, 3, 5/,
      );
    });
  });
});

describe('stageNamed', () => {
  it.each([{ name: 'staging' }, { name: undefined }, { name: 3 }])('knows no stage $name', ({ name }) => {
    expect(() => stageNamed(name)).toThrow('context "stage" must be one of: dev, prod');
  });
});
