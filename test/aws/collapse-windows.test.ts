import type { CollapseWindows } from '../../aws/collapse-windows.ts';
import { type QuietStack, startQuietStack } from './quiet-stack.ts';

const windowMs = 300_000;
const nowMs = Date.UTC(2026, 10, 24);

let stack: QuietStack;
let windows: CollapseWindows;

beforeAll(async () => {
  stack = await startQuietStack();
  const { collapseWindowsTable } = await import('../../aws/collapse-windows.ts');
  windows = collapseWindowsTable(stack.output('DeliveriesTableName'));
});
afterAll(() => stack.close());

const enter = (key: string, holder: string, ms = 0, template = 'monitoring-alert', recipientId = 'on-call') =>
  windows.enter(template, key, recipientId, holder, windowMs, nowMs + ms);

it('lets one of twenty alerts stand for its key, and counts the others into the next', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => enter('disk', `n#${i}`)));
  expect(answers.filter(({ kind }) => kind === 'send')).toEqual([{ kind: 'send', collapsed: 0 }]);
  expect(await enter('disk', 'n#next', windowMs)).toEqual({ kind: 'send', collapsed: 19 });
  expect(await enter('disk', 'n#after', 2 * windowMs)).toEqual({ kind: 'send', collapsed: 0 });
});

it('gives a retry the same answer, and does not count it', async () => {
  await enter('cpu', 'n#first');
  await enter('cpu', 'n#second');
  expect(await enter('cpu', 'n#third', windowMs)).toEqual({ kind: 'send', collapsed: 1 });
  expect(await enter('cpu', 'n#third', windowMs + 1)).toEqual({ kind: 'send', collapsed: 1 });
  expect(await enter('cpu', 'n#fourth', 2 * windowMs)).toEqual({ kind: 'send', collapsed: 0 });
});

it('keeps a window open to its last millisecond', async () => {
  await enter('memory', 'n#first');
  expect(await enter('memory', 'n#second', windowMs - 1)).toEqual({ kind: 'collapsed' });
  expect(await enter('memory', 'n#third', windowMs)).toEqual({ kind: 'send', collapsed: 1 });
});

it('tells keys, templates and recipients apart', async () => {
  await enter('net', 'n#first');
  expect(await enter('net', 'n#second', 0, 'approval-request')).toEqual({ kind: 'send', collapsed: 0 });
  expect(await enter('net#', 'n#third')).toEqual({ kind: 'send', collapsed: 0 });
  expect(await enter('net', 'n#fourth', 0, 'monitoring-alert', 'second-level')).toEqual({
    kind: 'send',
    collapsed: 0,
  });
});
