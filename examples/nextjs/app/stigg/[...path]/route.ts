import { createStiggEmulator, type StiggEmulator } from 'hardened-stigg/emulator';
import { isEmulated, signingSecret } from '../../environment';

const createEmulator = () =>
  createStiggEmulator({
    signingSecret: signingSecret(),
    plans: [
      { id: 'free', name: 'Free', entitlements: { seats: 2, reports: { limit: 5 } } },
      {
        id: 'pro',
        name: 'Pro',
        monthlyPrice: 49,
        entitlements: { 'single-sign-on': true, seats: 25, reports: { limit: 500 } },
      },
    ],
    customers: {
      acme: { planId: 'pro', usage: { reports: 137 } },
      globex: { planId: 'free', usage: { reports: 4 } },
    },
  });

const store = globalThis as typeof globalThis & { emulator?: StiggEmulator };

/** Stigg, emulated on this machine. An app with a Stigg environment has no such route. */
async function handle(request: Request): Promise<Response> {
  if (!isEmulated()) return new Response('Not Found', { status: 404 });
  store.emulator ??= createEmulator(); // one, which remembers what is written
  const url = new URL(request.url);
  url.pathname = url.pathname.replace(/^\/stigg/, '');
  return store.emulator.fetch(new Request(url, request));
}

export { handle as GET, handle as POST };
