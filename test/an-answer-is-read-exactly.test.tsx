import { describe, expect, test, vi } from 'vitest';
import { HardenedStiggError } from '../src/errors';
import { fetchIdentity, identityIn, readAnswer } from '../src/identity/fetch';
import { requestIdentity } from '../src/identity/request';

/** What the provider makes of an answer, or its error. */
function read(text: string, init: ResponseInit = {}, requested = '/api/identity') {
  const response = new Response(init.status === 204 ? null : new TextEncoder().encode(text), init);
  try {
    return identityIn([response, text], requested);
  } catch (error) {
    return error as HardenedStiggError;
  }
}

/** The message without its link. */
const said = (error: unknown) => (error as Error).message.split(' See ')[0];

const typed = (type: string): ResponseInit => ({ headers: { 'Content-Type': type } });

test.each<[string, string, ResponseInit]>([
  ['204', '', { status: 204 }],
  ['401', 'Sign in first.', { status: 401 }],
  ['null', 'null', {}],
])('nobody is signed in if the endpoint answers %s', (_, text, init) => {
  expect(read(text, init)).toBeNull();
});

test.each<[ResponseInit, string]>([
  [{}, ', and its answer has no Content-Type.'],
  [typed('; text/html'), ', and its answer has no Content-Type.'],
  [typed('application/json'), ', and its answer is broken.'],
  [typed('application/problem+json; charset=utf-8'), ', and its answer is broken.'],
  [typed('json-like/text'), ', not json-like/text.'],
  [typed('text/plain'), ', not text/plain.'],
  [typed('html/none'), ', not html/none.'],
  [typed('text/html; charset=utf-8'), ', not text/html: a login page?'],
])('an answer that is not JSON is described: %j', (init, rest) => {
  const error = read('<!doctype html>', { ...init, status: 203 });
  expect(said(error)).toBe(`The identity endpoint must give JSON${rest}`);
  expect(error).toMatchObject({ code: 'identity_invalid', status: 203 });
});

test('an answer of another shape is named as what it is', () => {
  expect(said(read('7'))).toContain('the answer of the identity endpoint must be');
});

test('an answer that another origin gave has the status of that answer', () => {
  const response = new Response('null', { status: 201 });
  Object.defineProperties(response, {
    redirected: { value: true },
    url: { value: 'https://elsewhere.test/' },
  });
  expect(() => identityIn([response, 'null'], '/api/identity')).toThrow(
    expect.objectContaining({ code: 'identity_invalid', status: 201 }),
  );
});

describe('a redirect on the same origin is followed', () => {
  const redirectedTo = (url: string) => {
    const response = new Response('null');
    Object.defineProperties(response, { redirected: { value: true }, url: { value: url } });
    return response;
  };

  test('in a page, with a relative URL', () => {
    const { href } = new URL('/other', document.baseURI);
    expect(identityIn([redirectedTo(href), 'null'], '/api/identity')).toBeNull();
  });

  test('without a document, with an absolute URL', () => {
    vi.stubGlobal('document', undefined);
    let identity: unknown;
    try {
      identity = identityIn([redirectedTo('https://a.test/other'), 'null'], 'https://a.test/api');
    } finally {
      vi.unstubAllGlobals();
    }
    expect(identity).toBeNull();
  });
});

test.each<[string, unknown, boolean]>([
  ['an error without a URL', new TypeError('fetch failed'), true],
  ['an error with a URL', new TypeError('Failed to fetch https://api.test'), false],
  ['an error with a quoted header', new TypeError('invalid value "Bearer x"'), false],
  ['what is no error', 'fetch failed', false],
])(
  'the cause of an unreachable endpoint is kept if it quotes nothing: %s',
  async (_, cause, isKept) => {
    const error = await readAnswer(Promise.reject(cause)).catch((error) => error);
    expect(error).toMatchObject({ code: 'identity_unreachable', retryable: true });
    expect(error.cause).toBe(isKept ? cause : undefined);
  },
);

test('a header that cannot be sent is an error, and is not repeated in it', async () => {
  const error = await fetchIdentity('/api/identity', {
    headers: { Authorization: 'Bearer a\nb' },
  }).catch((error) => error);
  expect(error).toMatchObject({ code: 'identity_invalid' });
  expect(said(error)).toBe(
    'A header given to fetchIdentity() cannot be sent: check it for line breaks.',
  );
});

test.each([
  [30_000, 2],
  [30_001, 1],
])(
  'a request is repeated after the pause that a server asks for, up to 30 s: %i ms',
  async (retryAfterMs, count) => {
    const identityEndpoint = vi.fn(async () => {
      throw new HardenedStiggError('identity_http_error', 'Busy.', {
        retryable: true,
        retryAfterMs,
      });
    });
    const pause = vi.fn(async () => true);
    await expect(
      requestIdentity(
        { identityEndpoint, retries: 1, timeoutMs: 1000 },
        new AbortController().signal,
        { sent: () => {}, pause },
      ),
    ).rejects.toMatchObject({ code: 'identity_http_error' });
    expect(identityEndpoint).toHaveBeenCalledTimes(count);
    expect(pause.mock.calls).toEqual(count === 2 ? [[retryAfterMs]] : []);
  },
);
