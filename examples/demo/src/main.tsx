import { HardenedStiggProvider } from 'hardened-stigg';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { API_KEY } from '../world';
import { App } from './app';
import { fetchAndShowIdentity } from './rotation-panel';
import './style.css';

const stigg = `${location.origin}/stigg`;

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <HardenedStiggProvider
      apiKey={API_KEY}
      baseUri={stigg}
      baseEdgeUri={stigg}
      identityEndpoint={fetchAndShowIdentity}
      refreshMarginMs={5000}
    >
      <App />
    </HardenedStiggProvider>
  </StrictMode>,
);
