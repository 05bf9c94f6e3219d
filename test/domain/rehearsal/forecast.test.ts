import { forecastOf } from '../../../domain/rehearsal/forecast.ts';

const hour = 3_600;
const unlimited = { maxSendRate: 100, max24HourSend: -1, sentLast24Hours: 5 };
const quota = { maxSendRate: 100, max24HourSend: 100_000, sentLast24Hours: 45_000 };

it.each([
  { recipients: 0, of: unlimited, seconds: 0, today: 0, daysOfWaiting: 0 },
  { recipients: 360_000, of: unlimited, seconds: hour, today: 360_000, daysOfWaiting: 0 },
  { recipients: 50_000, of: quota, seconds: 500, today: 50_000, daysOfWaiting: 0 },
  { recipients: 50_001, of: quota, seconds: 24 * hour + 0.01, today: 50_000, daysOfWaiting: 1 },
  { recipients: 145_000, of: quota, seconds: 24 * hour + 950, today: 50_000, daysOfWaiting: 1 },
  { recipients: 145_100, of: quota, seconds: 48 * hour + 1, today: 50_000, daysOfWaiting: 2 },
  {
    recipients: 10,
    of: { ...quota, max24HourSend: 0 },
    seconds: Number.POSITIVE_INFINITY,
    today: 0,
    daysOfWaiting: Number.POSITIVE_INFINITY,
  },
])('$recipients recipients take $seconds s with $of', ({ recipients, of, ...forecast }) => {
  const { seconds, ...rest } = forecastOf(recipients, of);
  expect(rest).toEqual({ today: forecast.today, daysOfWaiting: forecast.daysOfWaiting });
  expect(seconds).toBeCloseTo(forecast.seconds, 6);
});
