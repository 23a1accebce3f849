import { createIdentityHandler } from 'hardened-stigg/server';
import { CUSTOMERS, startStigg } from '../helpers/backend';
import { serveApp } from '../helpers/browser';
import { SIGNING_SECRET } from '../helpers/secret';
import { recorderScript } from './recorder';

/** Whether these tests run with `hardened-stigg/lazy`. */
export const isLazy = process.env.ENTRY === 'lazy';

const HOUR_MS = 3_600_000;

/** The customer of a bearer or of the session cookie. */
function customerOf({ headers }: Request): string | null {
  const bearer = /^Bearer (.+)$/.exec(headers.get('Authorization') ?? '')?.[1];
  return bearer ?? /\bsession=(\w+)/.exec(headers.get('Cookie') ?? '')?.[1] ?? null;
}

/** Signs in the customer that `?as=` names, or signs out, and goes where `init` says. */
function changeSession(request: Request, body: string, init: ResponseInit): Response {
  const customerId = new URL(request.url).searchParams.get('as');
  const headers = new Headers(init.headers);
  headers.set(
    'Set-Cookie',
    `session=${customerId}; Path=/; HttpOnly${customerId ? '' : '; Max-Age=0'}`,
  );
  return new Response(body, { ...init, headers });
}

const HTML = { 'Content-Type': 'text/html' };

/**
 * Shows the output of the app in the sandbox, as the app's own page would, because a sandbox cannot be read from
 * outside.
 */
const SANDBOX = `<!doctype html><title>a sandbox</title>
<iframe sandbox="allow-scripts" src="/"></iframe>
<div id="mirror"></div>
<script>
  onmessage = ({ data }) => {
    const lines = Object.entries(data).map(([id, text]) => {
      const line = document.createElement('p');
      line.dataset.testid = id;
      line.textContent = text;
      return line;
    });
    document.getElementById('mirror').replaceChildren(...lines);
  };
</script>`;

/**
 * A site with the built package: the app, the identity handler, and pages that sign in and out by navigation, as
 * the server of a user's app does. Each identity has a new expiring token.
 *
 * - `/login?as=acme`, `/logout`: change the session, and go to the app
 * - `/elsewhere?as=acme`, `/elsewhere`: change the session, and are another document
 * - `/sandbox`: the app in a sandboxed frame
 */
export async function startSite(props: object = {}) {
  const { emulator, stigg } = await startStigg();
  const site = {
    stigg: emulator,
    /** The customers of all identity requests so far. */
    requests: [] as (string | null)[],
    lifetimeMs: HOUR_MS,
    /** Whether the identity endpoint answers with 503. */
    isFailing: false,
  };
  const handle = createIdentityHandler({
    signingSecret: SIGNING_SECRET,
    getCustomerId: (request) => {
      const customerId = customerOf(request);
      if (!customerId) return null;
      return {
        customerId,
        customerToken: emulator.issueToken(customerId, site.lifetimeMs),
        expiresIn: site.lifetimeMs / 1000,
      };
    },
    // With the lazy entry, so that it needs no SDK.
    getEntitlements: (id) => (isLazy ? CUSTOMERS[id as keyof typeof CUSTOMERS].entitlements : null),
  });
  const app = await serveApp(
    { ...stigg, identityEndpoint: '/api/identity', ...props },
    {
      '/api/identity': (request) => {
        site.requests.push(customerOf(request));
        return site.isFailing ? new Response('', { status: 503 }) : handle(request);
      },
      '/login': (request) =>
        changeSession(request, '', { status: 303, headers: { Location: '/' } }),
      '/logout': (request) =>
        changeSession(request, '', { status: 303, headers: { Location: '/' } }),
      '/elsewhere': (request) => changeSession(request, '<p>elsewhere', { headers: HTML }),
      '/sandbox': () => new Response(SANDBOX, { headers: HTML }),
    },
    { head: recorderScript },
  );
  return Object.assign(site, app);
}
