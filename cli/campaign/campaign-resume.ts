import { resumed } from '../../domain/campaign/campaign-life.ts';
import { moveCommand } from './campaign-move.ts';

export const campaignResume = moveCommand(
  {
    name: 'campaign resume',
    summary: 'Goes on with a campaign that was paused, or halted: then with a new canary.',
    options: { wait: { type: 'boolean', help: 'stay until it is over, and show how far it is' } },
  },
  resumed,
);
