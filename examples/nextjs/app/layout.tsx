import { HardenedStiggProvider, type Identity } from 'hardened-stigg';
import { createCustomerToken } from 'hardened-stigg/server';
import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { isEmulated, signingSecret } from './environment';
import { getSession, type Session } from './session';
import { emulatorUrl, entitlementsOf } from './stigg';
import './style.css';

export const metadata: Metadata = { title: 'hardened-stigg: Next.js', icons: 'data:,' };

/** The publishable key, and where Stigg is. */
async function stiggProps() {
  if (!isEmulated()) return { apiKey: process.env.STIGG_API_KEY ?? '' };
  const emulator = await emulatorUrl();
  return { apiKey: 'client-emulator', baseUri: emulator, baseEdgeUri: emulator };
}

/** What the identity endpoint would answer, known here already. */
async function identityOf({ customerId }: Session): Promise<Identity> {
  return {
    customerId,
    customerToken: createCustomerToken(customerId, signingSecret()),
    entitlements: await entitlementsOf(customerId),
  };
}

/** The first HTML waits for the customer, so that it is right without JavaScript too. */
export const instant = false;

export default async function RootLayout({ children }: { children: ReactNode }) {
  const session = await getSession();
  return (
    <html lang="en">
      <body>
        <HardenedStiggProvider
          {...(await stiggProps())}
          identityEndpoint="/api/identity"
          // The token travels in this page, to the browser it is for: never let a cache share the page.
          // Next sends `no-store`, because what reads a cookie is rendered for each request.
          initialIdentity={session && (await identityOf(session))}
          // Not the customer's id: the same customer who signs in again has another session.
          sessionKey={session?.signedInAt ?? null}
        >
          {children}
        </HardenedStiggProvider>
      </body>
    </html>
  );
}
