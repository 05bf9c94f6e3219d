import type { Run } from '../../cli/deploy.ts';
import { resolverOf } from '../domain/doctor/healthy.ts';
import { serveZone } from './doctor/zone-server.ts';
import { type RunningTodoke, startTodoke } from './running-todoke.ts';

let running: RunningTodoke;

const said: string[] = [];
const terminal = {
  out: (text: string) => void said.push(text),
  err: (text: string) => void said.push(text),
  stdin: async () => '',
};

beforeAll(async () => {
  running = await startTodoke();
  // From here on every AWS client of this process talks to the pipeline here.
  expect(await running.todoke(['suppression', 'list'])).toMatchObject({ code: 0 });
});
afterAll(() => running.close());

async function deploy(texts: Readonly<Record<string, string>>, run: Run): Promise<number> {
  const { deployAndExamine } = await import('../../cli/deploy.ts');
  return await deployAndExamine(
    {
      positionals: ['dev'],
      text: (name) => texts[name],
      texts: () => [],
      flag: (name) => name === 'no-probe',
    },
    terminal,
    run,
  );
}

it('deploys the stage, and then says what would keep its mail from arriving', async () => {
  const server = await serveZone(resolverOf({ zone: {}, servfail: [] }));
  const ran: (readonly string[])[] = [];
  try {
    const code = await deploy({ lang: 'en', 'dns-server': server.address }, async (_, args) => {
      ran.push(args);
      return 0;
    });
    expect(code).toBe(4);
  } finally {
    await server.close();
  }
  expect(ran).toEqual([['deploy', '-c', 'stage=dev']]);
  expect(said.join('\n')).toContain('There is no DMARC record for example.com.');
});

it('looks at nothing when the deployment failed', async () => {
  said.length = 0;
  await expect(deploy({}, async () => 3)).rejects.toThrow('cdk deploy ended with 3');
  expect(said).toEqual([]);
});
