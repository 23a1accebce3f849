import { createRoot } from 'react-dom/client';
import { counted, Readers } from './reader';

const granted = { hasAccess: true };

// The same page without Stigg and without an identity: every read is granted.
createRoot(document.getElementById('root') as HTMLElement).render(
  <Readers useReading={() => counted(granted)} />,
);
