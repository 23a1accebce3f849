import { createIdentityHandler } from 'hardened-stigg/server';
import { signingSecret } from '../../environment';
import { getSession } from '../../session';
import { entitlementsOf } from '../../stigg';

/** Asked after a sign-in, and by a tab that comes back. The first load has its answer from the layout. */
export const GET = createIdentityHandler({
  signingSecret, // a function, which is called for a request: see there
  getCustomerId: async () => (await getSession())?.customerId,
  getEntitlements: entitlementsOf,
});
