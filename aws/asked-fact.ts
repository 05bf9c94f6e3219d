import { type Fact, known, unknown } from '../domain/doctor/fact.ts';

/** Refusals of AWS are facts; whatever has no answer of AWS in it is a fault. */
export async function asked<T>(service: string, operation: string, ask: () => Promise<T>): Promise<Fact<T>> {
  try {
    return known(await ask());
  } catch (error) {
    if (!(error instanceof Error) || !('$metadata' in error)) {
      throw error;
    }
    return unknown({
      ja: `${service}の ${operation} に答えがありません（${error.name}: ${error.message}）。`,
      en: `${service} did not answer ${operation}: ${error.name}: ${error.message}`,
    });
  }
}
