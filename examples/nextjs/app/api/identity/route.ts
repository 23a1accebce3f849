import { createIdentityHandler } from 'hardened-stigg/server';
import { signingSecret } from '../../environment';
import { getSession } from '../../session';

/** Asked after a sign-in, and by a tab that comes back. The first load has its answer from the layout. */
export function GET(request: Request): Promise<Response> {
  // Made here and not as the module loads, for without a secret it throws: see signingSecret.
  const identity = createIdentityHandler({
    signingSecret: signingSecret(),
    getCustomerId: async () => (await getSession())?.customerId,
  });
  return identity(request);
}
