import { createStiggEmulator, type StiggEmulator } from 'hardened-stigg/emulator';
import { SIGNING_SECRET } from './secret';

/** What the emulator gives for a read, over GraphQL. */
async function read(
  emulator: StiggEmulator,
  request: Request,
  operationName: string,
  input: object,
) {
  const response = await emulator.fetch(
    new Request(request.url, {
      method: 'POST',
      headers: { ...Object.fromEntries(request.headers), 'Content-Type': 'application/json' },
      body: JSON.stringify({ operationName, variables: { input }, query: '' }),
    }),
  );
  return { response, body: await response.clone().json() };
}

/** The emulator, which answers `GetCheckoutState` as well: for a customer whose token it has verified, and no other. */
export function withCheckout(emulator: StiggEmulator): StiggEmulator['fetch'] {
  // It has the shape of a plan. Requests to it do not count.
  const shapes = createStiggEmulator({
    signingSecret: SIGNING_SECRET,
    customers: {},
    plans: [{ id: 'pro', name: 'Pro', monthlyPrice: 49 }],
  });
  return async (request) => {
    const asked = request.method === 'POST' ? await request.clone().json() : null;
    if (asked?.operationName !== 'GetCheckoutState') return emulator.fetch(request);
    const { customerId } = asked.variables.input;
    const customer = await read(emulator, request, 'GetCustomerById', { customerId });
    if (!customer.response.ok) return customer.response;
    const paywall = await read(shapes, request, 'GetPaywall', {});
    return Response.json(
      {
        data: {
          checkoutState: {
            __typename: 'CheckoutState',
            configuration: null,
            customer: customer.body.data.getCustomerByRefId,
            plan: paywall.body.data.paywall.plans[0],
            billingIntegration: null,
            resource: null,
            activeSubscription: null,
            setupSecret: '',
          },
        },
      },
      { headers: customer.response.headers },
    );
  };
}
