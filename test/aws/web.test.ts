import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answers } from '../../aws/web.ts';

let server: Server;
let methods: (string | undefined)[];
let status: number;
const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/u/watch`;

beforeEach(async () => {
  methods = [];
  server = createServer((request, response) => {
    methods.push(request.method);
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => server.close());

it.each([200, 302, 404])('takes %i for an answer', async (answered) => {
  status = answered;
  expect(await answers(url())).toBe(true);
  expect(methods).toEqual(['HEAD']);
});

it('asks three times before it takes an error for one', async () => {
  status = 503;
  expect(await answers(url(), async () => {})).toBe(false);
  expect(methods).toHaveLength(3);
});

it('says no when nothing listens', async () => {
  const gone = url();
  await new Promise((resolve) => server.close(resolve));
  expect(await answers(gone, async () => {})).toBe(false);
});
