import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import { Eager } from './eager-app';
import { oursProps, stigg } from './reader';

/** For the memory bench: mounts and unmounts everything. */
function Switch() {
  const [isOn, setOn] = useState(true);
  Object.assign(globalThis, { setOn });
  return isOn ? <Eager {...oursProps} stigg={stigg} /> : null;
}

createRoot(document.getElementById('root') as HTMLElement).render(<Switch />);
