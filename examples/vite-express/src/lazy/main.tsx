import { HardenedStiggProvider, useHardenedCustomer } from 'hardened-stigg/lazy';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Account } from '../account';
import { stiggProps } from '../stigg-props';
import { Features } from './features';
import { Plan } from './plan';
import '../style.css';

function App() {
  return (
    <main>
      <h1>Vite and Express</h1>
      <p className="quiet">With the lazy entry: Stigg's SDK is loaded with the plan.</p>
      <Account customer={useHardenedCustomer()} />
      <Features />
      <Plan />
      <p className="quiet">
        <a href="/">The same with the other entry</a>
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
