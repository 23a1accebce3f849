import 'server-only';
import { Stigg } from '@stigg/node-server-sdk';
import { headers } from 'next/headers';
import { isEmulated } from './environment';

/** Where Stigg is emulated: a route of this app. */
export const emulatorUrl = async () => `http://${(await headers()).get('Host')}/stigg`;

// On globalThis, because Next bundles pages and routes apart, each with a copy of this module.
const store = globalThis as typeof globalThis & { stigg?: Stigg };

/** Stigg's own server SDK: it decides in the backend, and changes what a customer has. */
export async function getStigg(): Promise<Stigg> {
  const url = isEmulated() ? await emulatorUrl() : undefined;
  store.stigg ??= Stigg.initialize({
    apiKey: process.env.STIGG_SERVER_API_KEY ?? 'server-emulator',
    // The emulator, which has no realtime updates.
    ...(url && { baseUri: url, baseEdgeUri: url, realtimeUpdatesEnabled: false }),
  });
  return store.stigg;
}
