import { paused } from '../../domain/campaign/campaign-life.ts';
import { moveCommand } from './campaign-move.ts';

export const campaignPause = moveCommand(
  {
    name: 'campaign pause',
    summary: 'Stops sending within five seconds; "campaign resume" goes on, everybody exactly once.',
  },
  paused,
);
