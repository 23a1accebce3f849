import { Stigg } from '@stigg/node-server-sdk';
import { createStiggEmulator, type StiggEmulatorOptions } from 'hardened-stigg/emulator';
import { onTestFinished } from 'vitest';
import { SIGNING_SECRET } from '../helpers/secret';
import { serve } from '../helpers/serve';

/** Stigg's own server SDK, as it is, against an emulator on a port. */
export async function startServerSdk(options: Partial<StiggEmulatorOptions> = {}) {
  const emulator = createStiggEmulator({
    signingSecret: SIGNING_SECRET,
    customers: {},
    ...options,
  });
  const server = await serve(emulator.fetch);
  onTestFinished(server.close);
  return { emulator, url: server.url, stigg: connect(server.url) };
}

/** What the SDK logs, in place of the console. */
export const logged: string[] = [];

export function connect(
  url: string,
  apiKey = 'server-tests',
  realtimeUpdatesEnabled = false,
): Stigg {
  const log = (...args: unknown[]) => {
    logged.push(String(args[0]));
  };
  const stigg = Stigg.initialize({
    apiKey,
    baseUri: url,
    baseEdgeUri: url,
    realtimeUpdatesEnabled,
    logConfiguration: { logger: { log, error: log, debug: log }, logLevel: 'ALL' as never },
  });
  onTestFinished(() => stigg.close());
  return stigg;
}
