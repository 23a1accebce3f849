import 'server-only';
import { Stigg } from '@stigg/node-server-sdk';
import { type Entitlements, toEntitlements } from 'hardened-stigg/server';
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

/** What the customer may use. The page and the identity route read it; `undefined` if it is not known. */
export async function entitlementsOf(customerId: string): Promise<Entitlements | undefined> {
  const stigg = await getStigg();
  const tooLate = new Promise<[]>((resolve) => setTimeout(resolve, 1000, []));
  const list = await Promise.race([stigg.getEntitlements(customerId), tooLate]);
  // The list is empty also if Stigg could not be reached. Then the browser waits for Stigg itself.
  return list.length > 0 ? toEntitlements(list) : undefined;
}
