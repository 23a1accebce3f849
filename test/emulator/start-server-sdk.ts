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

/** Another instance of the SDK. It gets no logger of ours, because the SDK would write it into the console. */
export function connect(
  url: string,
  apiKey = 'server-tests',
  realtimeUpdatesEnabled = false,
): Stigg {
  const stigg = Stigg.initialize({
    apiKey,
    baseUri: url,
    baseEdgeUri: url,
    realtimeUpdatesEnabled,
  });
  onTestFinished(() => stigg.close());
  return stigg;
}
