import { createCustomerToken } from 'hardened-stigg/server';
import { startIdentity, startStigg } from '../helpers/backend';
import { SIGNING_SECRET } from '../helpers/secret';
import { runCli } from './run-cli';

export const COOKIE = 'session=of-acme';

export const token = (secret = SIGNING_SECRET) => createCustomerToken('acme', secret);
export const isSignedIn = (request: Request) => request.headers.get('Cookie') === COOKIE;

/** An identity endpoint without faults, except those that a test adds. */
export const endpoint =
  (signedIn: () => Response, { isCrossSiteRefused = true, isPostRefused = true } = {}) =>
  (request: Request) => {
    if (isCrossSiteRefused && request.headers.get('Sec-Fetch-Site') === 'cross-site') {
      return new Response('', { status: 403 });
    }
    if (isPostRefused && request.method !== 'GET') return new Response('', { status: 405 });
    return isSignedIn(request) ? signedIn() : new Response('', { status: 401 });
  };

export const identity = (
  customerToken = token(),
  headers: Record<string, string> = { 'Cache-Control': 'private, no-store' },
) => Response.json({ customerId: 'acme', customerToken }, { headers });

export interface Setup {
  answer?: (request: Request) => Response | Promise<Response>;
  enforced?: boolean;
  secret?: string | null;
  args?: string[];
  env?: Record<string, string>;
}

/** Runs the doctor with `--json` against a real identity server and the emulator. */
export async function diagnose({
  answer = endpoint(identity),
  enforced = false,
  secret = SIGNING_SECRET,
  args = [],
  env: moreEnv = {},
}: Setup = {}) {
  const stigg = await startStigg({ enforced });
  const server = await startIdentity(answer);
  const all = [
    'doctor',
    ...['--identity-url', server.url, '--header', `Cookie: ${COOKIE}`],
    ...['--api-key', 'client-tests', '--edge-url', stigg.stigg.baseEdgeUri],
    ...args,
  ];
  const env = { STIGG_SIGNING_SECRET: secret ?? undefined, ...moreEnv };
  const { code, stdout, stderr } = await runCli([...all, '--json'], env);
  const report = JSON.parse(stdout);
  const found = Object.fromEntries(
    report.checks.map(({ id, status }: { id: string; status: string }) => [id, status]),
  );
  return {
    code,
    report,
    stderr,
    found,
    /** The checks that did not pass. */
    wrong: Object.entries(found).filter(([, status]) => status !== 'pass'),
    message: (id: string) => report.checks.find((check: { id: string }) => check.id === id).message,
    stigg,
    server,
    text: () => runCli(all, env),
  };
}
