import { HardenedStiggProvider } from 'hardened-stigg';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { EntitledPage } from '../../helpers/entitled-page';

// The test's own server says which props.
const props = await (await fetch('/props.json')).json();

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <HardenedStiggProvider {...props}>
      <EntitledPage />
    </HardenedStiggProvider>
  </StrictMode>,
);
