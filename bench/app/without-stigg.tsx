import { createRoot } from 'react-dom/client';
import { counted, Readers } from './reader';

const granted = { hasAccess: true };

// The same page, and nobody decides: no Stigg, no identity.
createRoot(document.getElementById('root') as HTMLElement).render(
  <Readers useReading={() => counted(granted)} />,
);
