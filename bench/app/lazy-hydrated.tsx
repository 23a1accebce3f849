import { hydrateRoot } from 'react-dom/client';
import { Lazy } from './lazy-app';
import { oursProps, stigg } from './reader';

hydrateRoot(document.getElementById('root') as HTMLElement, <Lazy {...oursProps} stigg={stigg} />, {
  onRecoverableError: (error) => console.error(error),
});
