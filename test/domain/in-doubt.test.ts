import { parseInDoubtPolicies } from '../../domain/in-doubt.ts';

describe('parseInDoubtPolicies', () => {
  it.each([
    ['transactional=resend,marketing=hold', { transactional: 'resend', marketing: 'hold' }],
    ['transactional=hold,marketing=resend', { transactional: 'hold', marketing: 'resend' }],
  ])('reads %s', (text, policies) => {
    expect(parseInDoubtPolicies(text)).toEqual(policies);
  });

  it.each([
    '',
    'transactional=resend',
    'marketing=hold,transactional=resend',
    'transactional=maybe,marketing=hold',
    'transactional=resend,marketing=hold,',
    ' transactional=resend,marketing=hold',
  ])('fails at once for "%s"', (text) => {
    expect(() => parseInDoubtPolicies(text)).toThrow('transactional=resend|hold,marketing=resend|hold');
  });
});
