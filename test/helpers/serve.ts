import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';

export interface RunningServer {
  url: string;
  /** While it is down, it closes every connection. */
  setDown: (isDown: boolean) => void;
  close: () => Promise<void>;
}

/** For as long as the SDK repeats a request that nobody answers: 1 + 2 + 4 + 8 + 16 + 32 s. */
const LINGER_MS = 65_000;
const { setTimeout } = globalThis; // and not the one of a test that has fake timers

/**
 * Serves a Fetch-standard handler over real HTTP, on a port of its own. A closed one keeps its port for a
 * while, and closes every new connection: the next test's server must not get the repeated requests of this test's SDK.
 */
export async function serve(fetch: (request: Request) => Response | Promise<Response>) {
  const server = createAdaptorServer({ fetch, overrideGlobalObjects: false });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const { port } = server.address() as AddressInfo;
  let isDown = false;
  server.on('connection', (socket) => {
    if (isDown) socket.destroy();
  });
  const setDown = (value: boolean) => {
    isDown = value;
    if (isDown && 'closeAllConnections' in server) server.closeAllConnections();
  };
  return {
    url: `http://127.0.0.1:${port}`,
    setDown,
    close: async () => {
      setDown(true);
      server.unref();
      setTimeout(() => server.close(), LINGER_MS).unref();
    },
  } satisfies RunningServer;
}
