import fc from 'fast-check';
import { audienceFormatOf, rowsOf } from '../../../domain/audience/audience.ts';
import { recipientReader } from '../../../domain/audience/audience-recipient.ts';
import type { AudienceRow } from '../../../domain/audience/audience-row.ts';
import type { AudienceFormat } from '../../../domain/campaign/campaign.ts';
import { InputError } from '../../../domain/errors.ts';
import type { DataSchema } from '../../../domain/template/compiled.ts';

async function* chunksOf(...chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

async function read(format: AudienceFormat, bytes: AsyncIterable<Uint8Array>): Promise<AudienceRow[]> {
  const rows: AudienceRow[] = [];
  for await (const batch of rowsOf(format, bytes)) {
    rows.push(...batch.map((each) => ('values' in each ? { row: each.row, values: each.values } : each)));
  }
  return rows;
}

const readText = (format: AudienceFormat, text: string) => read(format, chunksOf(Buffer.from(text)));

/** The values of the rows, or the code of a row's error. */
async function valuesOf(format: AudienceFormat, text: string): Promise<unknown[]> {
  return (await readText(format, text)).map((row) => ('values' in row ? row.values : row.error.code));
}

/** The octets cut at some places, and sometimes into single ones. */
function cut(text: string): fc.Arbitrary<Uint8Array[]> {
  const bytes = Buffer.from(text);
  const cuts = fc.oneof(
    fc.uniqueArray(fc.nat(bytes.length), { maxLength: 10 }),
    fc.constant([...bytes.keys()]),
  );
  return cuts.map((at) => {
    const ends = [...at, bytes.length].sort((one, other) => one - other);
    return ends.map((end, i) => bytes.subarray(i === 0 ? 0 : ends[i - 1], end));
  });
}

describe('audienceFormatOf', () => {
  it.each([
    ['a.csv', 'csv'],
    ['a.tsv', 'csv'],
    ['a.jsonl', 'jsonl'],
    ['A.NDJSON', 'jsonl'],
    ['a.json', 'jsonl'],
    ['jsonl', 'csv'],
  ])('takes %s for %s', (fileName, format) => {
    expect(audienceFormatOf(fileName)).toBe(format);
  });
});

describe('rowsOf csv', () => {
  const taro = { address: 'taro@example.com', name: '山田 太郎' };
  it.each([
    ['commas', 'address,name\ntaro@example.com,山田 太郎\n'],
    ['tabs', 'address\tname\ntaro@example.com\t山田 太郎\n'],
    ['semicolons', 'address;name\ntaro@example.com;山田 太郎\n'],
    ['bars', 'address|name\ntaro@example.com|山田 太郎\n'],
    ['a byte order mark', '\ufeffaddress,name\ntaro@example.com,山田 太郎\n'],
    ['a byte order mark before a quoted header', '\ufeff"address","name"\ntaro@example.com,山田 太郎\n'],
    ['CR LF', 'address,name\r\ntaro@example.com,山田 太郎\r\n'],
    ['CR', 'address,name\rtaro@example.com,山田 太郎\r'],
    ['no line end at the end', 'address,name\ntaro@example.com,山田 太郎'],
    ['blank lines', '\n\naddress,name\n\ntaro@example.com,山田 太郎\n\n'],
    ['blanks around fields', ' address , name \n taro@example.com , 山田 太郎 \n'],
    ['quotes', '"address","name"\n"taro@example.com","山田 太郎"\n'],
    ['a Japanese header', 'メールアドレス,お名前\ntaro@example.com,山田 太郎\n'],
    ['a header in capitals', 'EMail,NAME\ntaro@example.com,山田 太郎\n'],
  ])('reads a file with %s', async (_, text) => {
    expect(await valuesOf('csv', text)).toEqual([taro]);
  });

  it.each([
    ['a newline in quotes', '"a\nb"', 'a\nb'],
    ['a delimiter in quotes', '"a,b"', 'a,b'],
    ['doubled quotes', '"a ""b"""', 'a "b"'],
    ['an empty field', '', ''],
  ])('reads %s', async (_, field, note) => {
    expect(await valuesOf('csv', `email,note\na@example.com,${field}\n`)).toEqual([
      { address: 'a@example.com', note },
    ]);
  });

  it('counts rows from 1 without the header, and reads on after one with too few or too many columns', async () => {
    const rows = await readText('csv', 'email,a\nx@example.com\ny@example.com,1\nz@example.com,1,2\n');
    expect(rows).toEqual([
      {
        row: 1,
        error: expect.objectContaining({
          code: 'audience-columns',
          message: 'row 1 has 1 columns; the header has 2',
        }),
      },
      { row: 2, values: { address: 'y@example.com', a: '1' } },
      { row: 3, error: expect.objectContaining({ code: 'audience-columns', field: 'row 3' }) },
    ]);
  });

  it.each([
    ['names no column of addresses', 'mailbox,name\na@example.com,x\n', 'audience-header'],
    [
      'names two columns of addresses',
      'email,name,address\na@example.com,x,1-2-3 Ginza\n',
      'audience-header',
    ],
    ['names a column twice', 'email,x,x\na@example.com,1,2\n', 'audience-header'],
    ['is a row already', 'a@example.com,x\n', 'audience-header'],
  ])('refuses a file whose header %s', async (_, text, code) => {
    const reading = readText('csv', text);
    await expect(reading).rejects.toThrow(expect.objectContaining({ code }));
    await expect(reading).rejects.toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('@') }),
    );
  });

  it('has no rows in a file that is empty or has a header only', async () => {
    expect(await valuesOf('csv', '')).toEqual([]);
    expect(await valuesOf('csv', 'email,name\n')).toEqual([]);
  });

  const hundred = Array.from({ length: 100 }, (_, i) => `a${i}@example.com,x\n`).join('');
  it.each([
    [
      'a quote that is never closed',
      '"never closed\nb@example.com,y\n',
      /^row 101 is not CSV: a quote in it is never closed$/,
    ],
    [
      'a quote that closes too early',
      '"a" b\nc@example.com,y\n',
      /^row 101 is not CSV: a quote in it is out of place/,
    ],
    [
      'a quote that never ends in a long file',
      `"${'x\n'.repeat(200_000)}`,
      /^row 101 is not CSV: it is longer than 256 KiB/,
    ],
  ])('stops at %s, naming the row and not quoting it', async (_, field, message) => {
    const reading = readText('csv', `email,note\n${hundred}b@example.com,${field}`);
    await expect(reading).rejects.toThrow(InputError);
    await expect(reading).rejects.toThrow(message);
  });

  it('passes on an error of the source', async () => {
    async function* broken() {
      yield Buffer.from('email,name\na@example.com,x\n');
      throw new Error('connection reset');
    }
    await expect(read('csv', broken())).rejects.toThrow('connection reset');
  });

  it('gives the same rows wherever the octets are cut', async () => {
    const text =
      '\ufeffメール\tメモ\r\n太郎@例え.jp\t"山田 👩‍👩‍👧\n""太郎"""\r\nb@example.com\r\nc@example.com\tα\r\n';
    const whole = await readText('csv', text);
    expect(whole.map(({ row }) => row)).toEqual([1, 2, 3]);
    await fc.assert(
      fc.asyncProperty(cut(text), async (chunks) => {
        expect(await read('csv', chunksOf(...chunks))).toEqual(whole);
      }),
      { numRuns: 60 },
    );
  });
});

describe('audiences found in the wild', () => {
  const sjis = {
    header: [0x83, 0x81, 0x81, 0x5b, 0x83, 0x8b, 0x83, 0x41, 0x83, 0x68, 0x83, 0x8c, 0x83, 0x58],
    /** 表 and ソ end with a backslash, ポ with a bar's neighbour: octets that are ASCII to whoever does not know. */
    name: [0x95, 0x5c, 0x83, 0x5c, 0x83, 0x7c],
  };
  const bytesOf = (...parts: readonly (string | readonly number[])[]) =>
    Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));
  const taro = { address: 'taro@example.com', name: '表ソポ' };

  it.each([
    ['Shift_JIS', bytesOf(sjis.header, ',name\r\ntaro@example.com,', sjis.name, '\r\n')],
    ['Shift_JIS with bars', bytesOf(sjis.header, '|name\ntaro@example.com|', sjis.name, '\n')],
    ['UTF-8', bytesOf('メールアドレス,name\ntaro@example.com,表ソポ\n')],
    ['UTF-8 with a mark', bytesOf('\ufeffメールアドレス,name\ntaro@example.com,表ソポ\n')],
    [
      'UTF-16 as spreadsheets write it',
      Buffer.from('\ufeffメールアドレス\tname\r\ntaro@example.com\t表ソポ\r\n', 'utf16le'),
    ],
    ['colons', bytesOf('email:name\ntaro@example.com:表ソポ\n')],
    ['a mixture of line ends', bytesOf('email,name\r\ntaro@example.com,表ソポ\n')],
    ['a full-width header', bytesOf('Ｅｍａｉｌ,ｎａｍｅ\ntaro@example.com,表ソポ\n')],
    ['Japanese names of columns', bytesOf('Ｅメールアドレス,氏名\ntaro@example.com,表ソポ\n')],
  ])('are read when they have %s, wherever the octets are cut', async (_, bytes) => {
    for (const size of [1, 3, bytes.length]) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_piece, i) =>
        bytes.subarray(i * size, (i + 1) * size),
      );
      expect(await read('csv', chunksOf(...pieces))).toEqual([{ row: 1, values: taro }]);
    }
  });

  it('are read when the first letter outside ASCII comes after megabytes', async () => {
    const plain = 'a@example.com,x\n'.repeat(100_000);
    const bytes = bytesOf('email,name\n', plain, 'taro@example.com,', sjis.name, '\n');
    const rows = await read('csv', chunksOf(bytes.subarray(0, 1_000_000), bytes.subarray(1_000_000)));
    expect(rows.at(-1)).toEqual({ row: 100_001, values: taro });
  });

  it.each([
    ['neither UTF-8 nor Shift_JIS', bytesOf('email,name\na@example.com,', [0xff, 0xfe, 0xfd], '\n')],
    [
      'UTF-8 with a damaged place, which is not taken for Shift_JIS',
      bytesOf('email,name\na@example.com,山田太郎さんの名前は長い', [0xe5, 0xb1], '\n'),
    ],
    ['UTF-8 that is cut off', bytesOf('email,name\na@example.com,山田太郎').subarray(0, -1)],
    [
      'UTF-8 that is damaged far behind',
      bytesOf('email,name\n', 'a@example.com,山田\n'.repeat(5_000), [0x80], '\n'),
    ],
  ])('are refused when they are %s, without quoting them', async (_, bytes) => {
    const reading = read('csv', chunksOf(bytes));
    await expect(reading).rejects.toThrow(expect.objectContaining({ code: 'audience-encoding' }));
    await expect(reading).rejects.toThrow(/between its octets \d+ and \d+ is not$/);
  });

  it.each([
    ['csv', `email,name\na@example.com,x\nb@example.com,${'y'.repeat(10_000_000)}\n`, /^row 2 is not CSV/],
    ['csv', `email,name\na@example.com,"${'y\n'.repeat(5_000_000)}`, /^row 1 is not CSV/],
  ] as const)('are refused as %s when a line has 10 MB, naming the row', async (format, text, message) => {
    await expect(readText(format, text)).rejects.toThrow(message);
  });

  it.each([
    ['trailing spaces', 'taro@example.com  \u3000', 'taro@example.com'],
    ['full-width letters', 'ｔａｒｏ＠ｅｘａｍｐｌｅ．ｃｏｍ', 'taro@example.com'],
    ['a dot too many at docomo', 'a..b@docomo.ne.jp', '"a..b"@docomo.ne.jp'],
    ['a dot at the end at au', 'a.@ezweb.ne.jp', '"a."@ezweb.ne.jp'],
    ['a domain in capitals', 'Taro@EXAMPLE.COM', 'Taro@example.com'],
    ['a domain in Japanese', 'taro@例え.jp', 'taro@xn--r8jz45g.jp'],
    ['a formula', '=1+2@example.com', '=1+2@example.com'],
    ['a dot too many elsewhere', 'a..b@example.com', 'address-syntax'],
    ['a local part in Japanese', '太郎@example.com', 'address-not-ascii'],
    ['a full-width letter of no ASCII', '￥taro@example.com', 'address-not-ascii'],
    ['two addresses', 'a@example.com,b@example.com', 'address-syntax'],
    ['a name around it', '太郎 <taro@example.com>', 'address-domain'],
  ])('have an outcome for an address with %s', (_, address, outcome) => {
    const wire = () => {
      try {
        return recipientReader({}, { type: 'object' })({ address }, 1).address.wire;
      } catch (error) {
        return error instanceof InputError ? error.code : error;
      }
    };
    expect(wire()).toBe(outcome);
  });
});

describe('rowsOf jsonl', () => {
  it.each([
    ['LF', '{"address":"a@example.com"}\n{"address":"b@example.com"}\n'],
    ['CR LF and a byte order mark', '\ufeff{"address":"a@example.com"}\r\n{"address":"b@example.com"}\r\n'],
    ['blank lines and no line end', '\n{"address":"a@example.com"}\n  \n{"address":"b@example.com"}'],
  ])('reads a file with %s', async (_, text) => {
    expect(await readText('jsonl', text)).toEqual([
      { row: 1, values: { address: 'a@example.com' } },
      { row: 2, values: { address: 'b@example.com' } },
    ]);
  });

  it.each([
    ['no JSON', 'a@example.com', 'row 1 is not JSON'],
    ['null', 'null', 'row 1 is not a JSON object'],
    ['a list', '["a@example.com"]', 'row 1 is a list; each line is one JSON object'],
    ['half an object', '{"address":"a@example.com"', 'row 1 is not JSON'],
    [
      'a row that is too long',
      `{"address":"${'a'.repeat(262_144)}"}`,
      'row 1 is longer than 262144 characters',
    ],
    [
      'a row of megabytes',
      `{"address":"${'a'.repeat(3_000_000)}"}`,
      'row 1 is longer than 262144 characters',
    ],
  ])('reads on after %s', async (_, line, message) => {
    const bytes = Buffer.from(`${line}\n{"address":"b@example.com"}\n`);
    const pieces = Array.from({ length: Math.ceil(bytes.length / 65_536) }, (_piece, i) =>
      bytes.subarray(i * 65_536, (i + 1) * 65_536),
    );
    expect(await read('jsonl', chunksOf(...pieces))).toEqual([
      { row: 1, error: expect.objectContaining({ code: 'audience-row', message }) },
      { row: 2, values: { address: 'b@example.com' } },
    ]);
  });

  it('passes on an error of the source', async () => {
    async function* broken() {
      yield Buffer.from('{"address":"a@example.com"}\n');
      throw new Error('connection reset');
    }
    await expect(read('jsonl', broken())).rejects.toThrow('connection reset');
  });

  it('gives the same rows wherever the octets are cut', async () => {
    const text = '\ufeff{"address":"太郎@例え.jp","name":"山田 👩‍👩‍👧"}\r\n{]\n\n{"address":"b@example.com"}';
    const whole = await readText('jsonl', text);
    expect(whole.map(({ row }) => row)).toEqual([1, 2, 3]);
    await fc.assert(
      fc.asyncProperty(cut(text), async (chunks) => {
        expect(await read('jsonl', chunksOf(...chunks))).toEqual(whole);
      }),
      { numRuns: 60 },
    );
  });
});

describe('recipientReader', () => {
  const recipientOf = (
    values: Record<string, unknown>,
    row: number,
    common: Record<string, unknown>,
    schema: DataSchema,
  ) => recipientReader(common, schema)(values, row);
  const schema: DataSchema = {
    type: 'object',
    properties: {
      code: { type: 'string' },
      points: { type: 'number' },
      vip: { type: 'boolean' },
      either: { type: ['number', 'null'] },
      plan: { type: 'object', properties: { name: { type: 'string' }, seats: { type: 'number' } } },
    },
  };
  const dataOf = (values: Record<string, unknown>, common: Record<string, unknown> = {}) =>
    recipientOf({ address: 'taro@example.com', ...values }, 7, common, schema).data;

  it('takes address, name and locale out of the data', () => {
    const recipient = recipientOf(
      { address: 'Taro@EXAMPLE.com', name: '太郎', locale: 'ja', code: 'x' },
      1,
      {},
      schema,
    );
    expect(recipient).toMatchObject({ name: '太郎', locale: 'ja', data: { code: 'x' } });
    expect(recipient.address.wire).toBe('Taro@example.com');
  });

  it.each([
    ['empty', { name: '', locale: '' }],
    ['null', { name: null, locale: null }],
    ['absent', {}],
  ])('has no name and locale that are %s', (_, values) => {
    const recipient = recipientOf({ address: 'taro@example.com', ...values }, 1, {}, schema);
    expect(recipient).toMatchObject({ name: undefined, locale: undefined, data: {} });
  });

  it.each([
    ['a text stays a text', { code: '007' }, { code: '007' }],
    ['a text becomes a number', { points: '-12.50' }, { points: -12.5 }],
    ['a text becomes a number or null', { either: '3' }, { either: 3 }],
    ['a text becomes a boolean', { vip: 'true' }, { vip: true }],
    ['a text becomes false', { vip: 'false' }, { vip: false }],
    ['what is no number stays as it is', { points: '1,200' }, { points: '1,200' }],
    ['what is no boolean stays as it is', { vip: 'yes' }, { vip: 'yes' }],
    ['an empty field is absent', { points: '', code: '' }, {}],
    ['a column that the template does not know stays', { other: '1' }, { other: '1' }],
    [
      'dots lead into an object',
      { 'plan.name': 'Pro', 'plan.seats': '5' },
      { plan: { name: 'Pro', seats: 5 } },
    ],
    [
      'dots stay where the template has no object',
      { 'a.b': '1', 'code.x': '2' },
      { 'a.b': '1', 'code.x': '2' },
    ],
    [
      'an object of data is laid over the columns',
      { code: 'x', data: { code: 'y', points: 1 } },
      { code: 'y', points: 1 },
    ],
    [
      'an object goes on with dots',
      { plan: { name: 'Pro' }, 'plan.seats': '5' },
      { plan: { name: 'Pro', seats: 5 } },
    ],
  ])('%s', (_, values, data) => {
    expect(dataOf(values)).toEqual(data);
  });

  it('lets the row win over what is common to all', () => {
    expect(dataOf({ code: 'own' }, { code: 'common', points: 1 })).toEqual({ code: 'own', points: 1 });
    expect(dataOf({ code: '' }, { code: 'common' })).toEqual({ code: 'common' });
  });

  it.each([
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '__proto__.polluted',
    'plan.__proto__.polluted',
  ])('takes a column called %s for a column like any other', async (column) => {
    const [row] = await readText('csv', `email,${column}\ntaro@example.com,1\n`);
    const data = row !== undefined && 'values' in row ? recipientOf(row.values, 1, {}, schema).data : {};
    expect(JSON.stringify(data)).toContain('"1"');
    expect(Object.getPrototypeOf(data)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(
      recipientOf({ ...JSON.parse(`{"${column}":"1"}`), address: 'a@example.com' }, 1, {}, schema),
    ).toBeDefined();
  });

  it.each([
    ['no address', {}, 'address-syntax', 'row 7'],
    ['an address that is a number', { address: 1 }, 'address-syntax', 'row 7'],
    ['an empty address', { address: '' }, 'address-syntax', 'row 7 address'],
    ['a wrong address', { address: 'taro@secret' }, 'address-domain', 'row 7 address'],
    ['a name that is too long', { address: 'a@example.com', name: 'x'.repeat(129) }, 'audience-row', 'row 7'],
    ['a name that is a number', { address: 'a@example.com', name: 1 }, 'audience-row', 'row 7'],
    [
      'a name with a line break',
      { address: 'a@example.com', name: 'secret\nBcc: x' },
      'header-injection',
      'row 7 name',
    ],
    ['a locale that is an object', { address: 'a@example.com', locale: {} }, 'audience-row', 'row 7'],
  ])('refuses %s', (_, values, code, field) => {
    const refuse = () => recipientOf(values, 7, {}, schema);
    expect(refuse).toThrow(expect.objectContaining({ code, field }));
    expect(refuse).toThrow(expect.not.objectContaining({ message: expect.stringContaining('secret') }));
  });
});
