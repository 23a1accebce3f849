import { HardenedStiggProvider } from 'hardened-stigg';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { API_KEY } from '../world';
import { App } from './app';
import './style.css';

const stigg = `${location.origin}/stigg`;

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <HardenedStiggProvider
      apiKey={API_KEY}
      baseUri={stigg}
      baseEdgeUri={stigg}
      identityEndpoint="/api/identity"
    >
      <App />
    </HardenedStiggProvider>
  </StrictMode>,
);
