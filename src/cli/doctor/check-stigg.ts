import { createCustomerToken } from '../../backend/node-signer';
import type { Identity } from '../../types';
import { ANOTHER_CUSTOMER } from './probes';
import { type Check, type Enforcement, SET_SECRET } from './report';
import { type Answer, NoAnswer, request } from './request';
import { forge } from './session';

interface StiggEdge {
  url: URL;
  apiKey: string;
  signingSecret: string | undefined;
  timeoutMs: number;
}

/** The codes with which Stigg refuses a token, as its SDK names them. */
const REFUSALS = ['Unauthenticated', 'AuthCustomerMismatch', 'IdentityForbidden'];

interface StiggAnswer {
  errors?: { extensions?: { code?: string } }[];
}

/** A login page and a single-page app answer any path with 200, and are no JSON. */
function parse(text: string | null): StiggAnswer | undefined {
  try {
    const body: unknown = JSON.parse(text ?? '');
    return typeof body === 'object' && body !== null ? body : undefined;
  } catch {
    return undefined;
  }
}

/** As the SDK reads an answer: an error in it counts, also with 200. */
function judge({ status, text }: Answer) {
  if (status !== 200) {
    return {
      isAccepted: false,
      isRefused: status === 401 || status === 403,
      reason: `${status}`,
    };
  }
  const body = parse(text);
  if (!body) return { isAccepted: false, isRefused: false, reason: '200, but not JSON' };
  const errors = Array.isArray(body.errors) ? body.errors : [];
  return {
    isAccepted: errors.length === 0,
    isRefused: errors.some((error) => REFUSALS.includes(`${error?.extensions?.code}`)),
    reason: errors.length > 0 ? '200, with an error' : '200',
  };
}

/**
 * Requests the entitlements of the given customer from Stigg, and nothing else. Each check makes one request, with a
 * token of its own.
 *
 * @param tell - called before each check with its name
 */
export async function checkStigg(
  { url, apiKey, signingSecret, timeoutMs }: StiggEdge,
  { customerId, customerToken }: Identity,
  tell: (what: string) => void,
): Promise<{ checks: Check[]; enforcement: Enforcement }> {
  const entitlements = new URL(
    `${url.pathname.replace(/\/$/, '')}/v1/c/${encodeURIComponent(customerId)}/entitlements.json`,
    url,
  );

  async function ask(id: string, token: string | null) {
    const headers = new Headers({ 'X-API-KEY': apiKey });
    if (token !== null) headers.set('X-CUSTOMER-KEY', token);
    tell(id);
    try {
      const answer = await request(entitlements, { headers, timeoutMs });
      const { status, durationMs } = answer;
      const { isAccepted, isRefused, reason } = judge(answer);
      return { status, durationMs, isAccepted, isRefused, reason };
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      return { isAccepted: false, isRefused: false, reason: error.message, advice: error.advice };
    }
  }

  const checks: Check[] = [];
  const signed = await ask('the signed token', customerToken);
  const timing = signed.durationMs === undefined ? {} : { durationMs: signed.durationMs };
  checks.push({
    id: 'stigg-signed',
    ...(signed.isAccepted
      ? { status: 'pass', message: `the signed token is accepted (${signed.reason})` }
      : {
          status: 'fail',
          message: `the signed token is not accepted (${signed.reason})`,
          advice: signed.isRefused
            ? 'Check that the API key, the signing secret and the customer belong to one environment.'
            : signed.status === 404
              ? 'Check that this environment has this customer, and that --edge-url is right.'
              : (signed.advice ?? 'Check --edge-url.'),
        }),
    ...timing,
  });

  const attempts: [id: string, name: string, token: string | null | undefined][] = [
    ['stigg-unsigned', 'no token', null],
    ['stigg-forged', 'a forged signature', forge(customerToken)],
    [
      'stigg-another',
      "another customer's token",
      signingSecret && createCustomerToken(ANOTHER_CUSTOMER, signingSecret),
    ],
  ];
  const seen = new Set<Enforcement>();
  for (const [id, name, token] of attempts) {
    if (token === undefined) {
      checks.push({
        id,
        status: 'skip',
        message: `${name}: not tried`,
        advice: SET_SECRET,
      });
      continue;
    }
    const answer = await ask(name, token);
    if (answer.isAccepted || answer.isRefused) {
      const found: Enforcement = answer.isAccepted ? 'not-enforced' : 'enforced';
      seen.add(found);
      checks.push({
        id,
        status: 'pass',
        message: `${name}: ${answer.isAccepted ? 'accepted' : 'refused'} (${answer.reason}), so ${found.replace('-', ' ')}`,
        ...(answer.durationMs !== undefined && { durationMs: answer.durationMs }),
      });
    } else {
      checks.push({
        id,
        status: 'fail',
        message: `${name}: neither accepted nor refused (${answer.reason})`,
        advice: answer.advice ?? 'Check --edge-url.',
      });
    }
  }
  const [found = 'unknown', contradiction] = seen;
  const [first] = checks;
  if (first?.status === 'pass' && seen.has('not-enforced')) {
    first.message += ', as any token is until Stigg enforces';
  }
  if (contradiction) {
    checks.push({
      id: 'stigg-consistent',
      status: 'fail',
      message: 'Stigg accepted some of these requests, and refused others',
      advice: 'Perhaps enforcement is changing right now. Run this again in a minute.',
    });
    return { checks, enforcement: 'unknown' };
  }
  return { checks, enforcement: found };
}
