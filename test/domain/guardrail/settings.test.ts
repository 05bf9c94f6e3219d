import { parseGuardrailSettings } from '../../../domain/guardrail/settings.ts';
import { guardrails } from '../../functions/in-memory-ports.ts';

it('reads what the stack writes', () => {
  expect(parseGuardrailSettings(JSON.stringify(guardrails))).toEqual(guardrails);
});

it.each([
  ['without a number', { ...guardrails, delays: { unclear: 0.1 } }],
  ['with a nought', { ...guardrails, silenceMinutes: 0 }],
  ['without chunks in flight', { ...guardrails, chunksInFlight: undefined }],
])('refuses settings %s', (_, settings) => {
  expect(() => parseGuardrailSettings(JSON.stringify(settings))).toThrow(
    'the guardrail settings lack a number',
  );
});
