import { fetchIdentity, HardenedStiggProvider } from 'hardened-stigg';
import { useState } from 'react';
import { Account } from './account';
import { Features } from './features';
import type { Session } from './session';

const API_URL = import.meta.env.VITE_API_URL;

// No publishable key of a real environment: api.ts has the emulator under /stigg.
const apiKey = import.meta.env.VITE_STIGG_API_KEY;
const stigg = apiKey
  ? { apiKey }
  : { apiKey: 'client-emulator', baseUri: `${API_URL}/stigg`, baseEdgeUri: `${API_URL}/stigg` };

export function App() {
  // In memory only: a reload is a sign-out, and no script finds the token in any storage.
  const [session, setSession] = useState<Session | null>(null);

  return (
    <HardenedStiggProvider
      {...stigg}
      // Not the customer's id: the same customer who signs in again has another session.
      sessionKey={session?.signedInAt ?? null}
      identityEndpoint={({ signal }) =>
        fetchIdentity(`${API_URL}/identity`, {
          signal,
          headers: { Authorization: `Bearer ${session?.accessToken}` },
          credentials: 'omit', // the header says it all
        })
      }
    >
      <main>
        <h1>Bearer token</h1>
        <p className="quiet">The API is on another origin, and a header says who is signed in.</p>
        <Account session={session} onSession={setSession} />
        <Features />
      </main>
    </HardenedStiggProvider>
  );
}
