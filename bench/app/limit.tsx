import { StiggProvider } from '@stigg/react-sdk';
import { createRoot } from 'react-dom/client';
import { stigg } from './reader';

// The same scripts, the two round trips that are always needed (the page itself starts the first one), and
// one render; no SDK logic in between.
const preloaded = globalThis.__hardenedStiggIdentity as { response: Promise<Response> };
const { customerId, customerToken } = await (await preloaded.response).json();
const response = await fetch(`${stigg.baseEdgeUri}/v1/c/${customerId}/entitlements.json`, {
  headers: { 'X-API-KEY': stigg.apiKey, 'X-CUSTOMER-KEY': customerToken },
});
await response.json();
const Done = () => {
  performance.mark('entitled');
  return <p hidden={!StiggProvider}>granted</p>;
};
createRoot(document.getElementById('root') as HTMLElement).render(<Done />);
