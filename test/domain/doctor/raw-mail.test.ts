import { greetingOf } from '../../../domain/doctor/raw-mail.ts';

const mail = (...received: string[]) =>
  [...received.map((value) => `Received: ${value}`), 'From: a@example.com', '', 'Hello'].join('\r\n');
const ses = { name: 'a2-10.smtp-out.amazonses.com', ip: '192.0.2.10' };

it.each([
  {
    of: 'Gmail, after its own hops',
    source: mail(
      'by 2002:a05:6500:10 with SMTP id x; Tue, 24 Nov 2026 04:00:03 +0000',
      'from a2-10.smtp-out.amazonses.com (a2-10.smtp-out.amazonses.com. [192.0.2.10]) by mx.google.com',
    ),
    greeting: ses,
  },
  {
    of: 'Postfix',
    source: mail('from a2-10.smtp-out.amazonses.com (unknown [192.0.2.10]) by mx.example.com (Postfix)'),
    greeting: ses,
  },
  {
    of: 'Exchange',
    source: mail('from A2-10.smtp-out.amazonses.com (192.0.2.10) by mx.outlook.com (10.0.0.1)'),
    greeting: ses,
  },
  {
    of: 'a receiver with servers inside',
    source: mail(
      'from mx.receiver.example (mx.receiver.example [10.1.2.3]) by store.receiver.example',
      'from a2-10.smtp-out.amazonses.com (a2-10.smtp-out.amazonses.com [192.0.2.10]) by mx.receiver.example',
    ),
    greeting: ses,
  },
  {
    of: 'IPv6',
    source: mail('from mx.example.com (mx.example.com [IPv6:2001:db8::25]) by mx.receiver.example'),
    greeting: { name: 'mx.example.com', ip: '2001:db8::25' },
  },
  { of: 'nobody who tells', source: mail('by mx.receiver.example; Tue, 24 Nov 2026 04:00:03 +0000') },
])('reads with what name the sending host greeted $of', ({ source, greeting }) => {
  expect(greetingOf(source)).toEqual(greeting);
});
