import { keepMails } from '../../../cli/template/preview/kept-mails.ts';

it('finds a mail under an id of its content', () => {
  const mails = keepMails(2);
  const id = mails.keep('<p>a</p>');
  expect(id).toMatch(/^[0-9a-f]{32}$/);
  expect(mails.keep('<p>a</p>')).toBe(id);
  expect(mails.keep('<p>b</p>')).not.toBe(id);
  expect(mails.get(id)).toBe('<p>a</p>');
  expect(mails.get('0'.repeat(32))).toBeUndefined();
});

it('lets go of the one used longest ago', () => {
  const mails = keepMails(2);
  const [a, b] = [mails.keep('a'), mails.keep('b')];
  mails.get(a);
  const c = mails.keep('c');
  expect([a, b, c].map(mails.get)).toEqual(['a', undefined, 'c']);
});
