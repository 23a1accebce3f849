import { hydrateRoot } from 'react-dom/client';
import { Ours } from './ours-app';
import { oursProps, stigg } from './reader';

hydrateRoot(document.getElementById('root') as HTMLElement, <Ours {...oursProps} stigg={stigg} />, {
  onRecoverableError: (error) => console.error(error),
});
