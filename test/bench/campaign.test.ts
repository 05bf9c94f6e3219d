import { measurePlanning } from '../../bench/planning/measure.ts';
import { assemblyDirectory } from '../assembly.ts';

it('plans what is in the file, in a process of its own, and says what it took', async () => {
  const planning = await measurePlanning(assemblyDirectory, 5_000, 1);
  expect(planning).toMatchObject({ rows: 5_000, chunks: 25 });
  expect(planning.csvParseRatio).toBeCloseTo(planning.planSeconds / planning.csvParseSeconds, 0);
  expect(planning.peakMemoryBytes).toBeLessThan(250_000_000);
}, 150_000);
