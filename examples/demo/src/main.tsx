import { HardenedStiggProvider } from 'hardened-stigg';
import { StrictMode, useReducer, useState } from 'react';
import { createPortal } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { App } from './app';
import { ByHand } from './by-hand';
import { fetchAndNoteIdentity } from './identity';
import { RotationPanel } from './rotation-panel';
import { STIGG } from './stigg';
import { stiggTheme } from './stigg-theme';
import './style.css';
import { useIsDark } from './use-is-dark';

/** Short, so that "Stigg does not answer" becomes visible. */
const TIMEOUT_MS = 3000;

/** The app, and the integration by hand. The latter needs its own provider, so it is next to that of the app. */
function Page() {
  const theme = stiggTheme(useIsDark());
  const [byHandPlace, setByHandPlace] = useState<HTMLElement | null>(null);
  const [rotations, rotateByHand] = useReducer((count: number) => count + 1, 0);
  const [reported, setReported] = useState<readonly string[]>([]);
  return (
    <>
      <HardenedStiggProvider
        {...STIGG}
        theme={theme}
        identityEndpoint={fetchAndNoteIdentity}
        refreshMarginMs={5000}
        timeoutMs={TIMEOUT_MS}
        onError={({ code }) => setReported((before) => [...before, code])}
      >
        <App
          rotation={<RotationPanel byHandRef={setByHandPlace} onRotate={rotateByHand} />}
          reported={reported}
        />
      </HardenedStiggProvider>
      {byHandPlace && createPortal(<ByHand rotations={rotations} />, byHandPlace)}
    </>
  );
}

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);
