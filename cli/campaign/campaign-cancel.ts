import { cancelled } from '../../domain/campaign/campaign-life.ts';
import { moveCommand } from './campaign-move.ts';

export const campaignCancel = moveCommand(
  {
    name: 'campaign cancel',
    summary: 'Ends a campaign within five seconds; who was not sent to yet never will be.',
    options: { wait: { type: 'boolean', help: 'stay until every recipient is accounted for' } },
  },
  cancelled,
);
