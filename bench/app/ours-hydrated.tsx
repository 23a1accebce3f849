import { hydrateRoot } from 'react-dom/client';
import { Eager } from './eager-app';
import { oursProps, stigg } from './reader';

hydrateRoot(
  document.getElementById('root') as HTMLElement,
  <Eager {...oursProps} stigg={stigg} />,
  {
    onRecoverableError: (error) => console.error(error),
  },
);
