import {
  fetchIdentity,
  HardenedStiggProvider,
  type HardenedStiggProviderProps,
  type Identity,
} from 'hardened-stigg';
import { createRoot, hydrateRoot } from 'react-dom/client';
import { LoopApp } from './loop-app';
import { TestApp } from './test-app';

interface Asked {
  /** For an identity function that sends this bearer and no cookie. */
  bearer?: string;
  /** For an identity function that requests nothing. */
  answer?: Identity;
  /** Which page: the whole loop, one with a widget that comes later, or the test app. */
  page?: string;
}

// The server of the test sends the props. An identity function cannot be written as JSON.
const { page, bearer, answer, ...props }: Asked & HardenedStiggProviderProps = await (
  await fetch('/props.json')
).json();
if (bearer) {
  props.identityEndpoint = ({ signal }) =>
    fetchIdentity('/api/identity', {
      signal,
      credentials: 'omit',
      headers: { Authorization: `Bearer ${bearer}` },
    });
} else if (answer) props.identityEndpoint = async () => answer;

/** One of them needs the lazy entry, so that it is a file of its own. */
async function createPage() {
  if (page !== 'widget') return page === 'loop' ? <LoopApp /> : <TestApp />;
  const { WidgetApp } = await import('./widget-app');
  return <WidgetApp />;
}

const root = document.getElementById('root') as HTMLElement;
const app = <HardenedStiggProvider {...props}>{await createPage()}</HardenedStiggProvider>;
if (root.hasChildNodes()) hydrateRoot(root, app);
else createRoot(root).render(app);
