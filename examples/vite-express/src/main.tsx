import { HardenedStiggProvider, useHardenedCustomer } from 'hardened-stigg';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Account } from './account';
import { Features } from './features';
import { Plan } from './plan';
import { stiggProps } from './stigg-props';
import './style.css';

function App() {
  return (
    <main>
      <h1>Vite and Express</h1>
      <p className="quiet">Page and backend share an origin, and a cookie says who is signed in.</p>
      <Account customer={useHardenedCustomer()} />
      <Features />
      <Plan />
      <p className="quiet">
        <a href="/lazy.html">The same with the lazy entry</a>
      </p>
    </main>
  );
}

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <HardenedStiggProvider {...stiggProps} identityEndpoint="/api/identity">
      <App />
    </HardenedStiggProvider>
  </StrictMode>,
);
