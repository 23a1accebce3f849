/*
 * The network of the stories, inside the page. The Stigg SDK captures `fetch` when it is imported. So the preview
 * imports this module, and nothing that imports the SDK. The stories import the SDK, and load later.
 */

type Host = (request: Request) => Promise<Response>;

const hosts = new Map<string, Host>();
const realFetch = globalThis.fetch;

/** Answers every request to `origin`, a host under `.example`, with `host`. */
export function addHost(origin: string, host: Host) {
  hosts.set(origin, host);
}

/** Settles as `answer` does, or rejects as soon as the request is aborted, as fetch does. */
const untilAborted = (answer: Promise<Response>, { signal }: Request) =>
  new Promise<Response>((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
    answer.then(resolve, reject);
  });

globalThis.fetch = async (input, init) => {
  const { origin, hostname } = new URL(input instanceof Request ? input.url : input, location.href);
  // Names under `.example` do not exist (RFC 2606). So a request without a handler must not leave the page either.
  if (!hostname.endsWith('.example')) return realFetch(input, init);
  const host = hosts.get(origin);
  if (!host) throw new TypeError(`Nobody answers for ${origin}`);
  const request = new Request(input, init);
  request.signal.throwIfAborted();
  return untilAborted(host(request), request);
};
