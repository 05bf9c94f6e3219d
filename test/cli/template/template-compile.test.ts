import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandLine, type Todoke } from '../running-todoke.ts';

let directory: string;
let todoke: Todoke;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'todoke-compile-'));
  todoke = await commandLine(join(directory, 'local.json'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

const mjml = (content: string) =>
  `<mjml><mj-body><mj-section><mj-column>\r\n<mj-text>${content}</mj-text>\r\n</mj-column></mj-section></mj-body></mjml>`;

describe('todoke template compile', () => {
  const good = () =>
    file('good.mjml', mjml('{{@t.hello}}<br>{{#if note}}{{note}}{{/if}} <a href="{{url}}">go</a>'));
  const strings = () => file('strings.yaml', 'hello: Hello {{name}} & all\n');

  it('writes the HTML with its holes as mustaches, and nothing else', async () => {
    const { code, out, err } = await todoke(['template', 'compile', good(), '--strings', strings()]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^<!doctype html>/i);
    expect(out).toContain(
      '>Hello {{name}} &amp; all<br>{{#if note}}{{note}}{{/if}} <a href="{{url}}">go</a></div>',
    );
  });

  it('writes the text part when asked', async () => {
    const { code, out } = await todoke(['template', 'compile', good(), '--strings', strings(), '--text']);
    expect(code).toBe(0);
    expect(out).toBe('Hello {{name}} & all\n{{#if note}}{{note}}{{/if}} go\n{{url}}\n');
  });

  it('gives HTML, text and the schema of the data as JSON', async () => {
    const { code, json } = await todoke(['template', 'compile', good(), '--strings', strings(), '--json']);
    expect(code).toBe(0);
    expect(json()).toMatchObject({
      html: expect.stringContaining('{{name}}'),
      text: expect.stringContaining('{{name}}'),
      schema: { required: ['name', 'url'] },
    });
  });

  it('names every problem with line, construct and remedy', async () => {
    const bad = file(
      'bad.mjml',
      mjml('\r\n<b color={{colour}}>{{{raw}}}</b>').replace('<mj-text>', '<mj-text color="{{c}}">'),
    );
    const { code, out, err } = await todoke(['template', 'compile', bad]);
    expect([code, out]).toEqual([1, '']);
    expect(err).toBe(`${bad}:3:21: {{{raw}}}: values are always escaped; write {{…}} [unescaped]`);
    const mended = file('bad.mjml', mjml('\r\n<b color={{colour}}>{{raw}}</b>'));
    const { code: again, json } = await todoke(['template', 'compile', mended, '--json']);
    expect(again).toBe(1);
    expect(json()).toEqual({
      problems: [
        {
          code: 'unquoted-attribute',
          file: mended,
          line: 3,
          column: 10,
          message: '{{colour}}: put the value of color in quotes',
        },
      ],
    });
  });

  it.each([
    { what: 'a file that is not there', args: ['nowhere.mjml'], says: 'cannot read nowhere.mjml: ENOENT' },
    {
      what: 'strings that are none',
      args: ['GOOD', '--strings', 'LIST'],
      says: 'list.yaml: 0 is not a text',
    },
  ])('fails for $what', async ({ args, says }) => {
    const paths: Record<string, string> = { GOOD: good(), LIST: file('list.yaml', '- [a]\n') };
    const { code, err } = await todoke(['template', 'compile', ...args.map((arg) => paths[arg] ?? arg)]);
    expect(code).toBe(1);
    expect(err).toContain(says);
  });
});
