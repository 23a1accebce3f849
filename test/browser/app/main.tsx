import { HardenedStiggProvider } from 'hardened-stigg';
import { createRoot, hydrateRoot } from 'react-dom/client';
import { LoopApp } from './loop-app';
import { TestApp } from './test-app';

// The test's own server says which props.
const { page, ...props } = await (await fetch('/props.json')).json();

const root = document.getElementById('root') as HTMLElement;
const app = (
  <HardenedStiggProvider {...props}>
    {page === 'loop' ? <LoopApp /> : <TestApp />}
  </HardenedStiggProvider>
);
if (root.hasChildNodes()) hydrateRoot(root, app);
else createRoot(root).render(app);
