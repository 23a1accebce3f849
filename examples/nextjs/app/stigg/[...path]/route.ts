import { createStiggEmulator } from 'hardened-stigg/emulator';
import { isEmulated, signingSecret } from '../../environment';

/** Plays Stigg on this machine. An app with a Stigg environment has no such route. */
async function handle(request: Request): Promise<Response> {
  if (!isEmulated()) return new Response('Not Found', { status: 404 });
  const emulator = createStiggEmulator({
    signingSecret: signingSecret(),
    customers: {
      acme: { entitlements: { 'single-sign-on': true, seats: 25 } },
      globex: { entitlements: { seats: 2 } },
    },
  });
  const url = new URL(request.url);
  url.pathname = url.pathname.replace(/^\/stigg/, '');
  return emulator.fetch(new Request(url, request));
}

export { handle as GET, handle as POST };
