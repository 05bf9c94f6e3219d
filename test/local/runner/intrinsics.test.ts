// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the notation of CloudFormation
import { InputError } from '../../../domain/errors.ts';
import { evaluateConditions } from '../../../local/runner/conditions.ts';
import { creationOrder } from '../../../local/runner/creation-order.ts';
import { resolve, type Scope } from '../../../local/runner/intrinsics.ts';
import type { Json, JsonObject } from '../../../local/runner/json.ts';
import { references } from '../../../local/runner/references.ts';

const scope: Scope = {
  parameters: new Map<string, Json>([
    ['AWS::Region', 'us-east-1'],
    ['Stage', 'dev'],
  ]),
  mappings: { Sizes: { dev: { memory: 128 } } },
  conditions: new Map([
    ['IsDev', true],
    ['IsProd', false],
  ]),
  resource: (logicalId) =>
    logicalId === 'Queue'
      ? { ref: 'http://queue', attributes: { Arn: 'arn:queue', 'Nested.Name': 'n' } }
      : undefined,
};

describe('resolve', () => {
  it.each<[string, Json, Json]>([
    ['Ref of a resource', { Ref: 'Queue' }, 'http://queue'],
    ['Ref of a parameter', { Ref: 'Stage' }, 'dev'],
    ['Ref of a pseudo parameter', { Ref: 'AWS::Region' }, 'us-east-1'],
    ['GetAtt as a list', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:queue'],
    ['GetAtt as a path', { 'Fn::GetAtt': 'Queue.Nested.Name' }, 'n'],
    ['Join of mixed parts', { 'Fn::Join': ['-', ['a', { Ref: 'Stage' }, 3]] }, 'a-dev-3'],
    ['Join of a split', { 'Fn::Join': ['/', { 'Fn::Split': [':', 'a:b'] }] }, 'a/b'],
    [
      'Sub with resources, attributes and parameters',
      { 'Fn::Sub': '${Stage}|${Queue}|${Queue.Arn}' },
      'dev|http://queue|arn:queue',
    ],
    [
      'Sub with its own names',
      { 'Fn::Sub': ['${x}-${Stage}', { x: { Ref: 'AWS::Region' } }] },
      'us-east-1-dev',
    ],
    ['Sub with an escaped name', { 'Fn::Sub': '${!Literal}' }, '${Literal}'],
    ['Select', { 'Fn::Select': [1, ['a', 'b']] }, 'b'],
    ['Select with the index as text', { 'Fn::Select': ['0', { 'Fn::Split': [',', 'a,b'] }] }, 'a'],
    ['If of a true condition', { 'Fn::If': ['IsDev', 'yes', { Ref: 'Missing' }] }, 'yes'],
    ['FindInMap', { 'Fn::FindInMap': ['Sizes', { Ref: 'Stage' }, 'memory'] }, 128],
    ['Base64', { 'Fn::Base64': 'hi' }, 'aGk='],
    ['NoValue in an object', { kept: 1, left: { Ref: 'AWS::NoValue' } }, { kept: 1 }],
    ['NoValue in a list', [1, { 'Fn::If': ['IsProd', 2, { Ref: 'AWS::NoValue' }] }], [1]],
    ['a key called Condition, which is no function', { Condition: { Ref: 'Stage' } }, { Condition: 'dev' }],
  ])('resolves %s', (_, value, expected) => {
    expect(resolve(value, scope, 'here')).toEqual(expected);
  });

  it.each<[string, Json, string, string]>([
    [
      'an unknown function',
      { a: { 'Fn::Cidr': ['10.0.0.0/8', 1, 8] } },
      'unknown-intrinsic',
      'Fn::Cidr at here.a',
    ],
    [
      'an import of another stack',
      { 'Fn::ImportValue': 'x' },
      'unknown-intrinsic',
      'Fn::ImportValue at here',
    ],
    ['a function with company', { Ref: 'Queue', other: 1 }, 'unknown-intrinsic', 'Ref at here'],
    ['a missing resource', { Ref: 'Missing' }, 'unknown-reference', 'names Missing'],
    [
      'a missing attribute',
      { 'Fn::GetAtt': ['Queue', 'Depth'] },
      'unknown-attribute',
      'attribute Depth of Queue',
    ],
    ['an inherited name', { 'Fn::GetAtt': ['Queue', 'constructor'] }, 'unknown-attribute', 'constructor'],
    ['a missing condition', { 'Fn::If': ['Missing', 1, 2] }, 'unknown-condition', 'Missing'],
    [
      'a hole in a mapping',
      { 'Fn::FindInMap': ['Sizes', 'prod', 'memory'] },
      'intrinsic',
      'Sizes / prod / memory',
    ],
    ['a place past the end', { 'Fn::Select': [2, ['a']] }, 'intrinsic', 'no element 2'],
    ['an object in a join', { 'Fn::Join': ['', [{ a: 1 }]] }, 'intrinsic', 'Fn::Join at here'],
  ])('refuses %s', (_, value, code, message) => {
    expect(() => resolve(value, scope, 'here')).toThrow(
      expect.objectContaining({ name: 'InputError', code, message: expect.stringContaining(message) }),
    );
  });
});

describe('references', () => {
  it('finds what Ref, GetAtt and Sub name, in the taken branch only', () => {
    const value = {
      a: { Ref: 'A' },
      b: { 'Fn::GetAtt': ['B', 'Arn'] },
      c: { 'Fn::Sub': ['${C.Arn} ${own} ${!D}', { own: { Ref: 'E' } }] },
      f: { 'Fn::If': ['IsProd', { Ref: 'F' }, { Ref: 'G' }] },
    };
    expect([...references(value, scope, 'here')].sort()).toEqual(['A', 'B', 'C', 'E', 'G']);
  });
});

describe('evaluateConditions', () => {
  const base = { parameters: scope.parameters, mappings: {} };

  it('evaluates every operator, and conditions that name later ones', () => {
    const conditions: JsonObject = {
      Both: { 'Fn::And': [{ Condition: 'Dev' }, { 'Fn::Not': [{ Condition: 'Prod' }] }] },
      Either: { 'Fn::Or': [{ Condition: 'Prod' }, { Condition: 'Dev' }] },
      Dev: { 'Fn::Equals': [{ Ref: 'Stage' }, 'dev'] },
      Prod: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] },
    };
    expect(Object.fromEntries(evaluateConditions(conditions, base))).toEqual({
      Both: true,
      Either: true,
      Dev: true,
      Prod: false,
    });
  });

  it.each<[string, JsonObject]>([
    ['name each other', { A: { Condition: 'B' }, B: { Condition: 'A' } }],
    ['use an unknown function', { A: { 'Fn::Contains': ['a', 'b'] } }],
  ])('refuses conditions that %s', (_, conditions) => {
    expect(() => evaluateConditions(conditions, base)).toThrow(InputError);
  });
});

describe('creationOrder', () => {
  it('puts dependencies first and leaves the rest in template order', () => {
    const order = creationOrder(
      new Map([
        ['A', new Set(['C'])],
        ['B', new Set(['AWS::Region'])],
        ['C', new Set<string>()],
      ]),
    );
    expect(order).toEqual(['C', 'A', 'B']);
  });

  it('names the circle', () => {
    const circle = new Map([
      ['A', new Set(['B'])],
      ['B', new Set(['C'])],
      ['C', new Set(['B'])],
    ]);
    expect(() => creationOrder(circle)).toThrow('B → C → B');
  });
});
