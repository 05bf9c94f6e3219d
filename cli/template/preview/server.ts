import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InputError } from '../../../domain/errors.ts';
import type { MjmlCompiler } from '../../../domain/template/compile/source.ts';
import { cssRemarks } from '../css-remarks.ts';
import { sendError } from './answer.ts';
import { changeListeners } from './listeners.ts';
import { isOurs } from './request.ts';
import { previewRoutes } from './routes.ts';
import { watchTemplates } from './watch.ts';
import { type Draft, openWorkspace } from './workspace.ts';

export interface PreviewOptions {
  /** Directory of the templates. */
  readonly directory: string;
  readonly mjml: MjmlCompiler;
  /** 0: any that is free. */
  readonly port: number;
  /** Hears of faults that come up while the preview runs. */
  readonly onFault: (error: unknown) => void;
}

export interface Preview {
  /** `http://127.0.0.1:4321/` */
  readonly url: string;
  readonly drafts: () => readonly Draft[];
  readonly close: () => Promise<void>;
}

/** Compiles all templates, then serves the page that shows them and follows every change on disk. */
export async function startPreview({ directory, mjml, port, onFault }: PreviewOptions): Promise<Preview> {
  const workspace = openWorkspace(directory, mjml, [await cssRemarks(mjml)]);
  const listeners = changeListeners();
  let shown: string | undefined;
  const refresh = () => workspace.refresh(shown, listeners.tell);
  await refresh();
  const watched = await watchTemplates(directory, refresh, onFault);
  // What was saved between the first reading and the watch.
  await refresh();

  const answer = previewRoutes(workspace, listeners.add, (name) => {
    shown = name;
  });
  const server = createServer((request, response) => {
    const { port: own } = server.address() as AddressInfo;
    if (!isOurs(request, own)) {
      sendError(response, 403, 'not-ours', 'this preview answers its own page on this machine only');
      return;
    }
    answer(request, response).catch((error: unknown) => {
      if (error instanceof InputError) {
        sendError(response, 400, error.code, error.message);
        return;
      }
      onFault(error);
      if (response.headersSent) response.destroy();
      else sendError(response, 500, 'fault', 'the preview failed; its terminal tells why');
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  }).catch((error: unknown) => {
    watched.close();
    throw error;
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    drafts: workspace.drafts,
    async close() {
      watched.close();
      listeners.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
