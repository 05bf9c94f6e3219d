import type { ServerResponse } from 'node:http';
import { commonHeaders } from './answer.ts';

/** Pages that wait to hear of changes, through server-sent events. */
export interface Listeners {
  readonly add: (response: ServerResponse) => void;
  /** @param name - Of the template that has changed, come or gone. */
  readonly tell: (name: string) => void;
  readonly close: () => void;
}

export function changeListeners(): Listeners {
  const listening = new Set<ServerResponse>();
  return {
    add(response) {
      response.writeHead(200, { ...commonHeaders, 'content-type': 'text/event-stream' });
      // A page asks again so many milliseconds after the preview has been restarted.
      response.write('retry: 500\n\n');
      listening.add(response);
      response.on('close', () => listening.delete(response));
    },
    tell(name) {
      for (const response of listening) {
        response.write(`event: change\ndata: ${JSON.stringify(name)}\n\n`);
      }
    },
    close() {
      for (const response of listening) response.end();
      listening.clear();
    },
  };
}
