import { verifyCustomerToken } from '../../backend/node-signer';
import { isSendable, namedCustomer } from '../../backend/token-format';
import type { Identity } from '../../types';
import { printable } from '../printable';
import { type Check, SET_SECRET } from './report';
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

/** In the order of the report. */
const NAMES = [
  ...(['https', 'signed-out', 'signed-in', 'token'] as const),
  ...(['cache', 'time', 'cross-site', 'methods'] as const),
];
type Name = (typeof NAMES)[number];
type Finding = Omit<Check, 'id'>;

const pass = (message: string): Finding => ({ status: 'pass', message });
const fail = (message: string, advice: string): Finding => ({ status: 'fail', message, advice });

const SLOW_MS = 1000;
const LOCAL = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]|.*\.localhost)$/;
const ANOTHER_SITE = 'https://another-site.example';
const FROM_ANOTHER_SITE = {
  origin: ANOTHER_SITE,
  'sec-fetch-site': 'cross-site',
  'sec-fetch-mode': 'cors',
};

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
function identityIn({ status, text }: Answer): KnownIdentity | null | undefined {
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
  return typeof customerId === 'string' && customerId && isSendable(customerToken)
    ? { customerId, customerToken }
    : undefined;
}

/**
 * Checks an identity endpoint, with one request for each check that needs one of its own.
 *
 * @param tell - called before each request with what it is for
 * @returns the checks, and who is signed in, if that was found out
 */
export async function checkIdentity(
  { url, headers, signingSecret, timeoutMs }: IdentityEndpoint,
  tell: (what: string) => void,
): Promise<{ checks: Check[]; identity: KnownIdentity | null }> {
  const checks: Check[] = [];
  const add = (name: Name, finding: Finding) => checks.push({ id: `identity-${name}`, ...finding });
  const skipRest = (message: string) => {
    for (const name of NAMES.slice(checks.length)) add(name, { status: 'skip', message });
    return { checks, identity: null };
  };

  async function ask(
    name: Name,
    { method = 'GET', sent }: { method?: string; sent: Record<string, string> },
    judge: (answer: Answer) => Finding,
  ): Promise<Answer | undefined> {
    tell(name);
    const headers = new Headers({ ...sent, accept: 'application/json' });
    try {
      const answer = await request(url, { headers, method, timeoutMs });
      add(name, { ...judge(answer), durationMs: answer.durationMs });
      return answer;
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      add(name, fail(error.message, 'Is it running, and the URL right?'));
      return undefined;
    }
  }

  add('https', judgeUrl(url));
  await ask('signed-out', { sent: {} }, judgeSignedOut);
  const session = Object.fromEntries(headers);
  if (Object.keys(session).length === 0) return skipRest("needs a session: --header 'Cookie: …'");

  const signedIn = await ask('signed-in', { sent: session }, judgeSignedIn);
  const identity = signedIn && identityIn(signedIn);
  if (!identity) return skipRest('needs an identity');

  add('token', judgeToken(identity, signingSecret));
  add('cache', judgeCache(signedIn));
  add('time', judgeTime(signedIn));
  await ask('cross-site', { sent: { ...session, ...FROM_ANOTHER_SITE } }, judgeCrossSite);
  await ask('methods', { method: 'POST', sent: session }, judgePost);
  return { checks, identity };
}

function judgeUrl({ protocol, hostname }: URL): Finding {
  return protocol === 'https:' || LOCAL.test(hostname)
    ? pass(`${protocol.slice(0, -1)} to ${hostname}`)
    : fail('http: everyone on the way reads the token', 'Serve the endpoint over https.');
}

function judgeSignedOut(answer: Answer): Finding {
  const identity = identityIn(answer);
  if (identity) {
    return fail(
      `${answer.status}: signed out, and still given a token`,
      'Answer 401 unless the session says who is signed in; a guest has no token.',
    );
  }
  return identity === null
    ? pass(`signed out, nobody (${answer.status})`)
    : fail(
        `signed out: ${describe(answer)}`,
        'Answer 401, also where other routes redirect to a login page.',
      );
}

function judgeSignedIn(answer: Answer): Finding {
  const identity = identityIn(answer);
  if (identity) return pass(`signed in as ${printable(identity.customerId)}`);
  return identity === null
    ? fail(
        `nobody (${answer.status}), in spite of --header`,
        'Copy the header of a session that is signed in and has a Stigg customer.',
      )
    : fail(describe(answer), 'Answer 200 and { "customerId": "…", "customerToken": "…" } as JSON.');
}

/** What can be said of a token without asking Stigg. */
function judgeToken(
  { customerId, customerToken }: KnownIdentity,
  signingSecret: string | undefined,
): Finding {
  const named = namedCustomer(customerToken);
  if (named === undefined) {
    return {
      status: 'skip',
      message: 'the token is opaque: only Stigg, once it enforces, can tell whether it is good',
      advice: 'Enforce in a development environment first, and run this again there.',
    };
  }
  if (named !== customerId) {
    return fail(
      'the token names another customer than the one beside it',
      'Sign exactly the customerId that is answered.',
    );
  }
  if (signingSecret === undefined) {
    return {
      status: 'skip',
      message:
        'the token names this customer; whether it is signed with the right secret is not known',
      advice: SET_SECRET,
    };
  }
  return verifyCustomerToken(customerToken, signingSecret) === customerId
    ? pass('the token names this customer, and verifies')
    : fail(
        'the token is not signed with STIGG_SIGNING_SECRET',
        'Give the backend the signing secret of this environment, without quotes or a line break.',
      );
}

function judgeCache({ headers }: Answer): Finding {
  const cacheControl = headers.get('Cache-Control') ?? 'none';
  return /\bno-store\b/i.test(cacheControl)
    ? pass(`not stored (${cacheControl})`)
    : fail(
        `may be stored, and given to somebody else (Cache-Control: ${cacheControl})`,
        'Send Cache-Control: private, no-store.',
      );
}

function judgeTime({ durationMs }: Answer): Finding {
  const finding = { ...pass(`took ${durationMs} ms`), durationMs };
  return durationMs <= SLOW_MS
    ? finding
    : {
        ...finding,
        status: 'warn',
        advice: 'Every page load waits for this before it shows what the customer may use.',
      };
}

function judgeCrossSite(answer: Answer): Finding {
  if (!identityIn(answer)) return pass(`another site is refused (${answer.status})`);
  const allowed = answer.headers.get('Access-Control-Allow-Origin');
  return allowed === ANOTHER_SITE || allowed === '*'
    ? fail(
        `another site reads the token (Access-Control-Allow-Origin: ${allowed})`,
        'Allow the origins of your own apps, one by one.',
      )
    : {
        status: 'warn',
        message: 'another site gets an answer, which a browser then keeps from it',
        advice: 'Refuse what says Sec-Fetch-Site: cross-site, as createIdentityHandler does.',
      };
}

function judgePost(answer: Answer): Finding {
  return answer.status >= 400 && answer.status < 500
    ? pass(`POST is refused (${answer.status})`)
    : fail(`POST: ${describe(answer)}`, 'Answer GET and HEAD; anything else gets 405.');
}
