import { createRoot } from 'react-dom/client';
import { Lazy } from './lazy-app';
import { oursProps, stigg } from './reader';

createRoot(document.getElementById('root') as HTMLElement).render(
  <Lazy {...oursProps} stigg={stigg} />,
);
