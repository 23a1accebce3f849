import { verifyCustomerToken } from '../../server/customer-token';
import type { Identity } from '../../types';
import { printable } from '../printable';
import type { Check } from './report';
import { type Answer, NoAnswer, request } from './request';

/** What the checks of Stigg go on with. */
export type KnownIdentity = Pick<Identity, 'customerId' | 'customerToken'>;

interface IdentityEndpoint {
  url: URL;
  /** What signs in. */
  headers: Headers;
  signingSecret: string | undefined;
  timeoutMs: number;
}

const SLOW_MS = 1000;
const LOCAL = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]|.*\.localhost)$/;
const SIGNED = /^HMAC-SHA256 (.*):[0-9a-f]{64}$/s;
const HEADER_SAFE = /^[!-~]([ -~]*[!-~])?$/;
const ANOTHER_SITE = 'https://another-site.example';

/** What an answer is, without saying what is in it. */
function describe({ status, headers, text }: Answer): string {
  const location = headers.get('Location');
  if (status >= 300 && status < 400 && location) {
    const target = URL.canParse(location) ? new URL(location) : null;
    // Without its query, which may hold a token.
    return `${status}, a redirect to ${target ? target.origin + target.pathname : location.replace(/[?#].*/s, '')}`;
  }
  if (text === null) return `${status}, with more than a megabyte`;
  const type = headers.get('Content-Type')?.replace(/;.*/s, '') ?? 'no content type';
  return `${status}, ${type}`;
}

/** The identity in an answer; `null` for nobody, `undefined` where it is neither. */
function parse({ status, text }: Answer): KnownIdentity | null | undefined {
  if (status === 401 || status === 204) return null;
  if (status !== 200 || text === null) return undefined;
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (body === null) return null;
  const { customerId, customerToken } = body as Partial<Identity>;
  return typeof customerId === 'string' &&
    customerId &&
    typeof customerToken === 'string' &&
    HEADER_SAFE.test(customerToken)
    ? { customerId, customerToken }
    : undefined;
}

/** Runs a check, for which a server that does not answer is a failure. */
async function check(id: string, run: () => Promise<Omit<Check, 'id'>>): Promise<Check> {
  try {
    return { id, ...(await run()) };
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return {
      id,
      status: 'fail',
      message: error.message,
      advice: 'Is it running, and the URL right?',
    };
  }
}

/**
 * Checks an identity endpoint, one request per check.
 *
 * @param tell - called before each check with its name
 * @returns the checks, and who is signed in, if that was found out
 */
export async function checkIdentity(
  { url, headers, signingSecret, timeoutMs }: IdentityEndpoint,
  tell: (what: string) => void,
): Promise<{ checks: Check[]; identity: KnownIdentity | null }> {
  const checks: Check[] = [];
  const isSignedIn = [...headers].length > 0;
  const ask = (extra: Record<string, string> = {}, method = 'GET', isSigned = true) => {
    const all = new Headers(isSigned ? headers : undefined);
    all.set('Accept', 'application/json');
    for (const [name, value] of Object.entries(extra)) all.set(name, value);
    return request(url, { headers: all, method, timeoutMs });
  };

  checks.push(
    url.protocol === 'https:' || LOCAL.test(url.hostname)
      ? {
          id: 'identity-https',
          status: 'pass',
          message: `${url.protocol.slice(0, -1)} to ${url.hostname}`,
        }
      : {
          id: 'identity-https',
          status: 'fail',
          message: 'http: everyone on the way reads the token',
          advice: 'Serve the endpoint over https.',
        },
  );

  tell('signed out');
  checks.push(
    await check('identity-signed-out', async () => {
      const answer = await ask({}, 'GET', false);
      const { durationMs } = answer;
      const found = parse(answer);
      if (found) {
        return {
          status: 'fail',
          message: `${answer.status}: signed out, and still given a token`,
          advice: 'Answer 401 unless the session says who is signed in; a guest has no token.',
          durationMs,
        };
      }
      return found === null
        ? { status: 'pass', message: `signed out, nobody (${answer.status})`, durationMs }
        : {
            status: 'fail',
            message: `signed out: ${describe(answer)}`,
            advice: 'Answer 401, also where other routes redirect to a login page.',
            durationMs,
          };
    }),
  );

  const rest = ['signed-in', 'token', 'cache', 'time', 'cross-site', 'methods'];
  const skipRest = (message: string) =>
    rest
      .filter((name) => !checks.some(({ id }) => id === `identity-${name}`))
      .map((name): Check => ({ id: `identity-${name}`, status: 'skip', message }));
  if (!isSignedIn) {
    checks.push(...skipRest("needs a session: --header 'Cookie: …'"));
    return { checks, identity: null };
  }

  tell('signed in');
  let identity: KnownIdentity | null = null;
  let signedIn: Answer | undefined;
  checks.push(
    await check('identity-signed-in', async () => {
      signedIn = await ask();
      const { durationMs } = signedIn;
      const found = parse(signedIn);
      if (found) {
        identity = found;
        return {
          status: 'pass',
          message: `signed in as ${printable(found.customerId)}`,
          durationMs,
        };
      }
      return {
        status: 'fail',
        message:
          found === null ? `nobody (${signedIn.status}), in spite of --header` : describe(signedIn),
        advice:
          found === null
            ? 'Copy the header of a session that is signed in and has a Stigg customer.'
            : 'Answer 200 and { "customerId": "…", "customerToken": "…" } as JSON.',
        durationMs,
      };
    }),
  );
  if (!identity || !signedIn) {
    checks.push(...skipRest('needs an identity'));
    return { checks, identity: null };
  }

  checks.push(checkToken(identity, signingSecret));

  const cacheControl = signedIn.headers.get('Cache-Control');
  checks.push(
    /\bno-store\b/i.test(cacheControl ?? '')
      ? { id: 'identity-cache', status: 'pass', message: `not stored (${cacheControl})` }
      : {
          id: 'identity-cache',
          status: 'fail',
          message: `may be stored, and given to somebody else (Cache-Control: ${cacheControl ?? 'none'})`,
          advice: 'Send Cache-Control: private, no-store.',
        },
  );
  checks.push({
    id: 'identity-time',
    status: signedIn.durationMs > SLOW_MS ? 'warn' : 'pass',
    message: `took ${signedIn.durationMs} ms`,
    ...(signedIn.durationMs > SLOW_MS && {
      advice: 'Every page load waits for this before it shows what the customer may use.',
    }),
    durationMs: signedIn.durationMs,
  });

  tell('cross-site');
  checks.push(
    await check('identity-cross-site', async () => {
      const answer = await ask({
        Origin: ANOTHER_SITE,
        'Sec-Fetch-Site': 'cross-site',
        'Sec-Fetch-Mode': 'cors',
      });
      const { durationMs } = answer;
      const allowed = answer.headers.get('Access-Control-Allow-Origin');
      if (!parse(answer)) {
        return {
          status: 'pass',
          message: `another site is refused (${answer.status})`,
          durationMs,
        };
      }
      return allowed === ANOTHER_SITE || allowed === '*'
        ? {
            status: 'fail',
            message: `another site reads the token (Access-Control-Allow-Origin: ${allowed})`,
            advice: 'Allow the origins of your own apps, one by one.',
            durationMs,
          }
        : {
            status: 'warn',
            message: 'another site gets an answer, which a browser then keeps from it',
            advice: 'Refuse what says Sec-Fetch-Site: cross-site, as createIdentityHandler does.',
            durationMs,
          };
    }),
  );

  tell('other methods');
  checks.push(
    await check('identity-methods', async () => {
      const answer = await ask({}, 'POST');
      const { durationMs } = answer;
      return answer.status >= 400 && answer.status < 500
        ? { status: 'pass', message: `POST is refused (${answer.status})`, durationMs }
        : {
            status: 'fail',
            message: `POST: ${describe(answer)}`,
            advice: 'Answer GET and HEAD; anything else gets 405.',
            durationMs,
          };
    }),
  );
  return { checks, identity };
}

/** What can be said of a token without asking Stigg. */
function checkToken(
  { customerId, customerToken }: KnownIdentity,
  secret: string | undefined,
): Check {
  const id = 'identity-token';
  const [, named] = SIGNED.exec(customerToken) ?? [];
  if (named === undefined) {
    return {
      id,
      status: 'skip',
      message: 'the token is opaque: only Stigg, once it enforces, can tell whether it is good',
      advice: 'Enforce in a development environment first, and run this again there.',
    };
  }
  if (named !== customerId) {
    return {
      id,
      status: 'fail',
      message: 'the token names another customer than the one beside it',
      advice: 'Sign exactly the customerId that is answered.',
    };
  }
  if (secret === undefined) {
    return {
      id,
      status: 'skip',
      message:
        'the token names this customer; whether it is signed with the right secret is not known',
      advice: 'Set STIGG_SIGNING_SECRET in the environment of this command.',
    };
  }
  return verifyCustomerToken(customerToken, secret) === customerId
    ? { id, status: 'pass', message: 'the token names this customer, and verifies' }
    : {
        id,
        status: 'fail',
        message: 'the token is not signed with STIGG_SIGNING_SECRET',
        advice:
          'Give the backend the signing secret of this environment, without quotes or a line break.',
      };
}
