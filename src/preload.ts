/**
 * Requests the identity before React and Stigg's SDK have loaded. Has no imports, and does nothing on a
 * server.
 *
 * @module hardened-stigg/preload
 */

/** What the provider finds: one request, with the URL that the provider would request. */
interface PreloadedIdentity {
  url: string;
  /** Epoch milliseconds. */
  startedAt: number;
  response: Promise<Response>;
  /** The response with its body, once it has arrived. */
  arrived?: readonly [Response, string];
}

declare global {
  var __hardenedStiggIdentity: PreloadedIdentity | undefined;
}

/** The defaults of `fetchIdentity`, because this entry cannot import them. */
const DEFAULTS = {
  credentials: 'include',
  cache: 'no-store',
  headers: { Accept: 'application/json' },
} satisfies RequestInit;

/**
 * Starts the identity request now. The first load of a `HardenedStiggProvider` with the same endpoint (a
 * string or a URL) uses its answer, once and within 30 seconds. If it failed, the provider makes its own request. Call
 * it before anything large is loaded. Does nothing on a server, and never throws or rejects.
 *
 * @param endpoint - the provider's `identityEndpoint`; relative to the page
 * @param init - options of `fetch`. The defaults are those of `fetchIdentity`: `GET`,
 *   `credentials: 'include'`, `cache: 'no-store'`, `Accept: application/json`
 */
export function preloadIdentity(endpoint: string | URL, init?: RequestInit): void {
  try {
    // Throws for a wrong URL, which the provider reports later, and on a server, which has no document.
    const url = new URL(endpoint, document.baseURI).href;
    const response = fetch(url, { ...DEFAULTS, ...init });
    const preloaded: PreloadedIdentity = { url, startedAt: Date.now(), response };
    globalThis.__hardenedStiggIdentity = preloaded;
    response
      .then(async (response) => {
        preloaded.arrived = [response, await response.clone().text()];
      })
      .catch(() => {}); // without a provider, nobody handles a failure
  } catch {}
}

/**
 * Does the same with a script element that a server writes into the head of its page. It runs before any other file
 * has arrived. Characters of the endpoint that could end the script or the string are escaped.
 *
 * @param endpoint - the provider's `identityEndpoint`; relative to the page
 * @param options - `nonce`: that of the page's content security policy, in Base64; `null`
 *   and `undefined` mean that it has none
 * @returns `<script>…</script>`
 * @throws TypeError if the nonce is not Base64 (CSP Level 3, section 2.3.1)
 */
export function identityPreloadScript(
  endpoint: string | URL,
  { nonce }: { nonce?: string | null | undefined } = {},
): string {
  if (nonce != null && !/^[\w+/-]+={0,2}$/.test(nonce)) {
    throw new TypeError('nonce must be Base64.');
  }
  const url = JSON.stringify(`${endpoint}`).replace(
    /[<\u2028\u2029]/g,
    (character) => `\\u{${character.charCodeAt(0).toString(16)}}`,
  );
  // Written as a minifier writes the function above, so that a compressed file has it once.
  return `<script${nonce == null ? '' : ` nonce="${nonce}"`}>try{let t=new URL(${url},document.baseURI).href,r=fetch(t,${JSON.stringify(DEFAULTS)}),a={url:t,startedAt:Date.now(),response:r};globalThis.__hardenedStiggIdentity=a,r.then(async t=>{a.arrived=[t,await t.clone().text()]}).catch(()=>{})}catch{}</script>`;
}
