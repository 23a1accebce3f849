import { createHmac } from 'node:crypto';
import { verifyCustomerToken } from '../../backend/node-signer';
import { namedCustomer } from '../../backend/token-format';
import type { Identity } from '../../types';
import { cacheEvidence, forbidsStoring, lettingHeader } from './cache-control';
import { ANOTHER_CUSTOMER, foreignOrigins, namingProbes, type Probe } from './probes';
import { type Reading, readIdentity, tokenHolder } from './read-identity';
import { type Check, SET_SECRET } from './report';
import { type Answer, NoAnswer, request } from './request';
import { sayContentType, sayCustomer, sayRedirect, valuesOf } from './say';
import type { Select } from './select';
import { alterSession } from './session';

interface IdentityEndpoint {
  url: URL;
  /** The headers that sign in. */
  session: Record<string, string>;
  /** Who should be signed in, if the caller said so. */
  customer: string | undefined;
  select: Select;
  signingSecret: string | undefined;
  timeoutMs: number;
}

/** In the order of the report. */
const NAMES = [
  ...(['https', 'signed-out', 'signed-in', 'token', 'lifetime', 'cache', 'time'] as const),
  ...(['shared', 'named', 'cross-site', 'preflight', 'framing', 'methods'] as const),
];
type Name = (typeof NAMES)[number];
type Finding = Omit<Check, 'id'>;

const pass = (message: string): Finding => ({ status: 'pass', message });
const skip = (message: string, advice?: string): Finding => ({
  status: 'skip',
  message,
  ...(advice && { advice }),
});
const warn = (message: string, advice: string): Finding => ({ status: 'warn', message, advice });
const fail = (message: string, advice: string): Finding => ({ status: 'fail', message, advice });

const SLOW_MS = 1000;
const SHORT_S = 10;
/** What a proxy answers if the backend is down or too slow. A 500 is the backend's own answer. */
const UNAVAILABLE = [502, 503, 504];
const LOCAL = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]|.*\.localhost)$/;

/** Whether nobody on the network can read what is sent to this URL. */
export const isPrivate = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' || LOCAL.test(hostname);

/**
 * Checks an identity endpoint.
 *
 * @param tell - called before each check with its name
 * @returns the checks, and who is signed in, if that was found out
 */
export async function checkIdentity(
  { url, session, customer, select, signingSecret, timeoutMs }: IdentityEndpoint,
  tell: (what: string) => void,
): Promise<{ checks: Check[]; identity: Identity | null }> {
  const checks: Check[] = [];
  const known = valuesOf(session);
  const hasSession = Object.keys(session).length > 0;
  const add = (name: Name, finding: Finding) => checks.push({ id: `identity-${name}`, ...finding });
  const skipRest = (message: string) => {
    const done = new Set(checks.map(({ id }) => id));
    for (const name of NAMES) if (!done.has(`identity-${name}`)) add(name, skip(message));
    return { checks, identity: null };
  };

  const send = ({ url: to = url, headers, method, body }: Partial<Probe>) =>
    request(to, {
      headers: new Headers({ accept: 'application/json', ...headers }),
      method,
      body,
      timeoutMs,
    });

  /** Adds the outcome of a check. A server that does not answer is an outcome too. */
  async function check(name: Name, run: () => Promise<Finding>): Promise<void> {
    tell(name);
    try {
      add(name, await run());
    } catch (error) {
      add(
        name,
        error instanceof NoAnswer
          ? fail(error.message, error.advice)
          : // Its message may hold a value.
            fail(
              'the doctor failed while it ran this check',
              'Please report it, with the version of the command.',
            ),
      );
    }
  }

  /** The first finding of several requests. If a rate limit or an outage stopped one, nothing is known. */
  async function first(
    probes: readonly Partial<Probe>[],
    judge: (answer: Answer, probe: Partial<Probe>) => Finding | undefined,
  ): Promise<Finding | undefined> {
    let stopped: Finding | undefined;
    for (const probe of probes) {
      const answer = await send(probe);
      const finding = judge(answer, probe);
      if (finding) return finding;
      if (answer.status === 429) {
        stopped = skip(
          'the endpoint limits its requests (429)',
          'Run this later, or from an address that is not limited.',
        );
      } else if (UNAVAILABLE.includes(answer.status)) {
        stopped = skip(
          `the endpoint was not available (${answer.status})`,
          'Run this again when it is.',
        );
      }
    }
    return stopped;
  }

  add('https', judgeUrl(url));
  tell('signed-out');
  let signedOut: Answer;
  try {
    signedOut = await send({});
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    add('signed-out', fail(error.message, error.advice));
    return skipRest('needs an endpoint that answers');
  }
  const outFinding = judgeSignedOut(signedOut, url, known, select);
  add('signed-out', { ...outFinding, durationMs: signedOut.durationMs });
  if (!hasSession) {
    await check('named', async () => {
      const probes = namingProbes(url, {}, ANOTHER_CUSTOMER, undefined);
      const found = await first(probes, (answer, { place }) =>
        tokenHolder(answer, select) === undefined ? undefined : namedFault(`${place}`, false),
      );
      return found ?? skip(NEEDS_SESSION);
    });
    return skipRest(NEEDS_SESSION);
  }

  tell('signed-in');
  let signedIn: Answer;
  try {
    signedIn = await send({ headers: session });
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    add('signed-in', fail(error.message, error.advice));
    return skipRest('needs an identity');
  }
  const reading = readIdentity(signedIn, select);
  const inFinding = judgeSignedIn(signedIn, reading, { url, known, customer });
  if (reading.kind === 'other' && outFinding.message === `signed out: ${inFinding.message}`) {
    add('signed-in', skip('signed in, the same'));
    Object.assign(checks.find(({ id }) => id === 'identity-signed-out') ?? {}, {
      message: inFinding.message,
      advice: inFinding.advice,
    });
    return skipRest('needs an identity');
  }
  if (reading.kind === 'nobody') {
    // A cache that stored the "nobody" of the request before gives it to everyone.
    const past = new URL(url);
    past.searchParams.set('hardened-stigg-doctor', `${Date.now()}`);
    const answer = await send({ url: past, headers: session }).catch(() => undefined);
    if (answer && readIdentity(answer, select).kind === 'identity') {
      add(
        'signed-in',
        fail(
          'a cache on the way stored the answer to a signed-out request, and gives it to signed-in users',
          LEAVE_UNCACHED,
        ),
      );
      return skipRest('needs an identity');
    }
  }
  add('signed-in', { ...inFinding, durationMs: signedIn.durationMs });
  if (reading.kind !== 'identity' || inFinding.status === 'fail') {
    if (reading.kind === 'refused-by-browser' && reading.isMismatch) {
      add('token', fail(reading.fault, 'Sign exactly the customerId that the answer holds.'));
    }
    return skipRest('needs an identity');
  }
  const { identity } = reading;
  const isOthers = (answer: Answer) => {
    const holder = tokenHolder(answer, select);
    return holder !== undefined && holder !== identity.customerId;
  };

  add('token', judgeToken(identity, signingSecret));
  add('lifetime', judgeLifetime(identity, signedIn));
  add('cache', judgeCache(signedIn, outFinding.status === 'pass' ? signedOut : undefined));
  add('time', judgeTime(signedIn));
  const isOpen = tokenHolder(signedOut, select) !== undefined;
  await check('shared', async () => {
    if (isOpen) return skip(OPEN);
    const altered = alterSession(session);
    const found = await first([{}, { headers: altered }, {}], (answer, probe) =>
      tokenHolder(answer, select) === undefined
        ? undefined
        : fail(
            `${probe.headers ? 'an altered session' : 'a signed-out request, sent after a signed-in one,'} gets a token`,
            `If a cache is on the way, it gives one user's token to another: ${LEAVE_UNCACHED} If there is no cache, the endpoint trusts a session without verifying it.`,
          ),
    );
    return (
      found ??
      pass('after a signed-in request, a signed-out one and an altered session get no token')
    );
  });
  await check('named', async () => {
    if (isOpen) return skip(OPEN);
    const own = namingProbes(url, {}, identity.customerId, undefined);
    const others = namingProbes(url, session, ANOTHER_CUSTOMER, identity.customerId);
    const found =
      (await first(own, (answer, { place }) =>
        tokenHolder(answer, select) === undefined ? undefined : namedFault(`${place}`, false),
      )) ??
      (await first(others, (answer, { place }) =>
        isOthers(answer) ? namedFault(`${place}`, true) : undefined,
      ));
    return found ?? pass('an id in a query, a header, a cookie or a body gives no token');
  });
  await check('cross-site', async () => {
    let isAnswered = false;
    const probes = foreignOrigins(url).flatMap(({ origin, site }) => [
      { headers: { ...session, origin, 'sec-fetch-site': site, 'sec-fetch-mode': 'cors' } },
      { headers: { ...session, origin } }, // a browser without Fetch Metadata
    ]);
    const found = await first(probes, (answer, { headers }) => {
      if (tokenHolder(answer, select) === undefined) return undefined;
      const allowed = answer.headers.get('Access-Control-Allow-Origin');
      if (allowed === headers?.origin || allowed === '*') {
        return fail(
          `another site can read the token: ${sayOrigin(`${headers?.origin}`, url)} is allowed`,
          'Allow the origins of your own apps only. List each one, and compare the whole origin.',
        );
      }
      isAnswered ||= headers?.['sec-fetch-site'] === 'cross-site';
      return undefined;
    });
    if (found) return found;
    return isAnswered
      ? warn(
          'the endpoint answers another site, and only the browser hides the answer from it',
          'Refuse requests with Sec-Fetch-Site: cross-site, as createIdentityHandler does.',
        )
      : pass('another site is refused');
  });
  await check('preflight', async () => {
    const probes = foreignOrigins(url).map(({ origin, site }) => ({
      method: 'OPTIONS',
      headers: {
        origin,
        'sec-fetch-site': site,
        'sec-fetch-mode': 'cors',
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'authorization',
      },
    }));
    const found = await first(probes, ({ headers: answered }, { headers = {} }) =>
      answered.get('Access-Control-Allow-Origin') === headers.origin &&
      answered.get('Access-Control-Allow-Credentials') === 'true'
        ? fail(
            `a preflight lets ${sayOrigin(`${headers.origin}`, url)} send credentials`,
            'Allow the origins of your own apps only. An app-wide cors() may answer before the endpoint does.',
          )
        : undefined,
    );
    return found ?? pass('no preflight lets another site send credentials');
  });
  await check('framing', async () => {
    const headers = {
      ...session,
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'iframe',
    };
    const answer = await send({ headers });
    const isForbidden =
      /^(deny|sameorigin)$/i.test(answer.headers.get('X-Frame-Options')?.trim() ?? '') ||
      /frame-ancestors/i.test(answer.headers.get('Content-Security-Policy') ?? '');
    return tokenHolder(answer, select) === undefined || isForbidden
      ? pass('another site cannot frame it')
      : warn(
          'another site can show the answer in a frame',
          'Send X-Frame-Options: DENY, or refuse requests with Sec-Fetch-Dest: iframe.',
        );
  });
  await check('methods', async () => judgePost(await send({ method: 'POST', headers: session })));
  return { checks, identity };
}

/** For `identity-token`: Stigg's verdict may show which of the two secrets is wrong. */
export const WRONG_SECRET = 'the token is not signed with STIGG_SIGNING_SECRET';

const NEEDS_SESSION = "needs a session: --header 'Cookie: …', or HARDENED_STIGG_SESSION";
const OPEN = 'needs an endpoint that gives no token without a session';
const LEAVE_UNCACHED =
  'Exclude the endpoint from every cache (nginx: proxy_cache_bypass 1; proxy_no_cache 1;).';

const namedFault = (place: string, isSignedIn: boolean): Finding =>
  fail(
    isSignedIn
      ? `an id in the ${place} replaces the session: any customer can get the token of any other`
      : `an id in the ${place} is enough to get its token, without a session: anyone can get the token of any customer`,
    'Take the customer from the session, and from nothing else in the request.',
  );

/** These origins are made up here, so they may be printed. */
const sayOrigin = (origin: string, { hostname }: URL) =>
  origin === 'null'
    ? 'an opaque origin ("null")'
    : origin === 'https://another-site.example'
      ? 'any origin'
      : origin.includes(`hardened-stigg-doctor.`)
        ? 'any sibling domain'
        : `an origin that only looks like ${hostname.length > 40 ? 'this one' : hostname}`;

function judgeUrl(url: URL): Finding {
  return isPrivate(url)
    ? pass(`${url.protocol.slice(0, -1)} to ${url.hostname}`)
    : fail('http: everyone on the way can read the token', 'Serve the endpoint over https.');
}

/** Describes an answer without quoting it, and says what to do. */
function describe(answer: Answer, url: URL, known: readonly string[]): [string, advice: string] {
  const { status, headers, text } = answer;
  const location = headers.get('Location');
  if (status >= 300 && status < 400 && location) {
    return [
      `${status}, a redirect to ${sayRedirect(location, url, known)}`,
      'Answer 401 if nobody is signed in, even if other routes redirect to a login page. Check that the URL is the final one (https, host, trailing slash).',
    ];
  }
  if (status === 404) return ['404, nothing is there', 'Check the path of --identity-url.'];
  if (status === 403) {
    return [
      '403, refused',
      'A firewall, a proxy or the endpoint refused this request. Look in its log.',
    ];
  }
  if (status === 429) return ['429, too many requests', 'Wait, and run this again.'];
  if (status >= 500) {
    return [
      `${status}, the endpoint failed`,
      'Look in the log of the backend. The cause is usually the session or the secret.',
    ];
  }
  if (text === null) return [`${status}, with more than a megabyte`, SHAPE];
  const type = sayContentType(headers);
  return [
    `${status}, ${type}`,
    type === 'text/html'
      ? 'This is a page, and not the endpoint. Check the path, and that no route of the app catches it first.'
      : SHAPE,
  ];
}

const SHAPE = 'Answer 200 and { "customerId": "…", "customerToken": "…" } as JSON.';

function judgeSignedOut(
  answer: Answer,
  url: URL,
  known: readonly string[],
  select: Select,
): Finding {
  if (tokenHolder(answer, select) !== undefined) {
    return fail(
      `${answer.status}: a signed-out request gets a token`,
      'Answer 401 unless the session says who is signed in. A guest has no token. If the endpoint does this already, a cache on the way gave this answer.',
    );
  }
  if (readIdentity(answer, select).kind === 'nobody') {
    return pass(`signed out, nobody (${answer.status})`);
  }
  const [message, advice] = describe(answer, url, known);
  return fail(
    `signed out: ${message}`,
    advice === SHAPE ? 'Answer 401 if nobody is signed in.' : advice,
  );
}

function judgeSignedIn(
  answer: Answer,
  reading: Reading,
  { url, known, customer }: { url: URL; known: readonly string[]; customer: string | undefined },
): Finding {
  switch (reading.kind) {
    case 'identity': {
      const { customerId, customerToken } = reading.identity;
      if (customer !== undefined && customer !== customerId) {
        return fail(
          'signed in as another customer than --customer names',
          `Check that --header is the session of that customer. If it is, a cache on the way may give one user's token to another: ${LEAVE_UNCACHED}`,
        );
      }
      if (/\p{Cs}/u.test(customerId)) {
        return fail('customerId holds half of a character', 'Send the whole id, as UTF-8.');
      }
      return namedCustomer(customerId) === undefined
        ? pass(`signed in as ${sayCustomer(customerId, [...known, customerToken])}`)
        : fail('customerId holds a token', 'The two fields are swapped.');
    }
    case 'nobody':
      return fail(
        `nobody is signed in (${answer.status}), in spite of --header`,
        'Copy the header of a session that is signed in and has a Stigg customer.',
      );
    case 'refused-by-browser':
      return reading.isMismatch
        ? pass(`signed in (${answer.status})`)
        : fail(
            `the browser refuses this answer: ${reading.fault}`,
            'Answer as the message says. If the fields are elsewhere in the answer, say where with --select.',
          );
    case 'other': {
      const [message, advice] = describe(answer, url, known);
      return fail(message, advice);
    }
  }
}

/** The ways in which a shell or a file spoils a secret, each with its name. */
const SPOILED: [name: string, spoil: (secret: string) => string][] = [
  ['followed by a line break', (secret) => `${secret}\n`],
  ['followed by a Windows line break', (secret) => `${secret}\r\n`],
  ['followed by a space', (secret) => `${secret} `],
  ['after a space', (secret) => ` ${secret}`],
  ['in double quotes', (secret) => `"${secret}"`],
  ['in single quotes', (secret) => `'${secret}'`],
  ['in double quotes, with a line break', (secret) => `"${secret}"\n`],
];
const NOTHING = ['undefined', 'null', '', 'None', 'nil'];

/** What the backend signs with instead of the secret, if the token shows it. */
function spoiledSecretOf(token: string, customerId: string, secret: string): string | undefined {
  const isSignedWith = (key: string) =>
    token.endsWith(`:${createHmac('sha256', key).update(customerId).digest('hex')}`);
  const [name] = SPOILED.find(([, spoil]) => isSignedWith(spoil(secret))) ?? [];
  if (name) return `the secret ${name}`;
  return NOTHING.some(isSignedWith) ? 'an unset variable instead of the secret' : undefined;
}

/** What can be checked in a token without a request to Stigg. */
function judgeToken(
  { customerId, customerToken }: Identity,
  signingSecret: string | undefined,
): Finding {
  if (namedCustomer(customerToken) === undefined) {
    return skip(
      'the token is opaque: only Stigg can check it, once it enforces',
      'Enforce in a development environment first, and run this again there.',
    );
  }
  const spoiled = spoiledSecretOf(customerToken, customerId, signingSecret ?? '');
  if (spoiled && (signingSecret || spoiled.startsWith('an unset'))) {
    return fail(
      `the token is signed with ${spoiled}: once Stigg enforces, everyone is locked out`,
      'Correct the variable or the file from which the backend reads the secret.',
    );
  }
  if (signingSecret === undefined) {
    return skip('the token names this customer, but its signature was not checked', SET_SECRET);
  }
  return verifyCustomerToken(customerToken, signingSecret) === customerId
    ? pass('the token names this customer, and its signature is right')
    : fail(
        WRONG_SECRET,
        'Either the secret of the backend or the one of this shell is wrong. Compare both with the secret of this environment in the Stigg app.',
      );
}

function judgeLifetime({ expiresIn, expiresAt }: Identity, { headers }: Answer): Finding {
  const now = Date.parse(`${headers.get('Date')}`) || Date.now();
  const seconds =
    expiresIn ??
    (expiresAt === undefined ? undefined : (new Date(expiresAt).getTime() - now) / 1000);
  if (seconds === undefined) return pass('no lifetime: the token does not expire');
  if (seconds <= 0) {
    return fail(
      'the token has expired already',
      'Compare the clocks. Send the time that the token has left, and not its whole lifetime.',
    );
  }
  return seconds < SHORT_S
    ? warn(
        `expires in ${Math.round(seconds)} s`,
        'One failed request is enough for the token to expire. Give it a minute or more.',
      )
    : pass(`expires in ${Math.round(seconds)} s`);
}

function judgeCache(signedIn: Answer, toNobody: Answer | undefined): Finding {
  const evidence = cacheEvidence(signedIn.headers) ?? (toNobody && cacheEvidence(toNobody.headers));
  if (evidence) {
    return fail(`a cache on the way gave an answer (${evidence})`, LEAVE_UNCACHED);
  }
  const letting = lettingHeader(signedIn.headers);
  if (letting || !forbidsStoring(signedIn.headers)) {
    return fail(
      `a cache may store the answer, and give it to somebody else (${letting ? `${letting} allows it` : 'Cache-Control has no no-store'})`,
      'Send Cache-Control: private, no-store, and no other header that allows caching.',
    );
  }
  const lettingNobody = toNobody && lettingHeader(toNobody.headers);
  if (lettingNobody || (toNobody?.status === 200 && !forbidsStoring(toNobody.headers))) {
    return fail(
      `a cache may store the answer to a signed-out request, and give it to a signed-in user (${lettingNobody ? `${lettingNobody} allows it` : 'Cache-Control has no no-store'})`,
      'Send Cache-Control: private, no-store with every status.',
    );
  }
  return pass('no cache may store the answer (no-store)');
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

function judgePost({ status }: Answer): Finding {
  return status >= 400 && status < 500
    ? pass(`POST is refused (${status})`)
    : fail(
        `POST is answered (${status})`,
        'Answer GET and HEAD only. Answer 405 to any other method, and do nothing else.',
      );
}
