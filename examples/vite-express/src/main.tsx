import { HardenedStiggProvider } from 'hardened-stigg';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Account } from './account';
import { Features } from './features';
import { Plan } from './plan';
import './style.css';

// No publishable key of a real environment: server.ts has the emulator under /stigg.
const apiKey = import.meta.env.VITE_STIGG_API_KEY;
const emulator = `${location.origin}/stigg`;
const stigg = apiKey
  ? { apiKey }
  : { apiKey: 'client-emulator', baseUri: emulator, baseEdgeUri: emulator };

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <HardenedStiggProvider {...stigg} identityEndpoint="/api/identity">
      <main>
        <h1>Vite and Express</h1>
        <p className="quiet">
          Page and backend share an origin, and a cookie says who is signed in.
        </p>
        <Account />
        <Features />
        <Plan />
      </main>
    </HardenedStiggProvider>
  </StrictMode>,
);
