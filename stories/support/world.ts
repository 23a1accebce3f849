import { createStiggEmulator } from 'hardened-stigg/emulator';
import { CUSTOMERS, entitlementsOf, PLANS, SIGNING_SECRET } from '../../examples/demo/world';
import { addHost } from './network';

type Endpoint =
  | 'answers'
  | 'fails-twice'
  | 'http-500'
  | 'http-403'
  | 'login-page'
  | 'wrong-customer'
  | 'wrong-secret'
  | 'unreachable'
  | 'silent';

/** What becomes of the file with Stigg's SDK, which the lazy entry loads. */
type SdkFile = 'arrives' | 'missing' | 'silent';

/** What the controls of a story decide. */
export interface WorldArgs {
  /** Who is signed in to the app. */
  customerId: 'acme' | 'globex' | 'nobody';
  /** What the identity endpoint does. */
  endpoint: Endpoint;
  /** Whether the identity says what the customer may use. */
  vouches: boolean;
  /** What Stigg does. */
  stigg: 'answers' | 'silent';
  /** Of the lazy entry's stories only. */
  sdkFile?: SdkFile;
  /** Milliseconds before each answer, of the identity endpoint and of Stigg. */
  latencyMs: number;
  /** Seconds that a token is good for; 0 is for ever. */
  lifetimeS: number;
  /** Whether Stigg answers only for a token that verifies. */
  enforced: boolean;
}

/** One request, as the list next to a story shows it. */
export interface LogEntry {
  to: 'identity' | 'Stigg' | 'file';
  what: string;
  customerId: string | null;
  /** What came of the token; `null` for what takes none. */
  signature: 'verified' | 'wrong' | 'none' | 'public' | null;
  /** HTTP status; `null` while there is no answer. */
  status: number | 'failed' | null;
}

interface Snapshot {
  log: readonly LogEntry[];
  /** The token that was given out last: its number, and when it ends in epoch milliseconds. */
  token: { number: number; endsAt: number };
}

export type World = ReturnType<typeof createWorld>;

/** Every world has its own hosts, and so its own origin and key. Worlds on one page never share anything. */
let worlds = 0;

/** The app's backend and Stigg, as one story has them. */
export function createWorld(args: WorldArgs) {
  const id = ++worlds;
  const app = `https://app-${id}.example`;
  const stigg = `https://stigg-${id}.example`;
  const profileEndpoint = `${app}/api/profile`;
  const listeners = new Set<() => void>();
  let snapshot: Snapshot = { log: [], token: { number: 0, endsAt: 0 } };
  let requested = 0;

  function update(next: Partial<Snapshot>) {
    snapshot = { ...snapshot, ...next };
    for (const listener of listeners) listener();
  }
  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  const emulator = createStiggEmulator({
    signingSecret: SIGNING_SECRET,
    customers: CUSTOMERS,
    plans: PLANS,
    enforced: args.enforced,
    // Called when a request has been looked at and noted, just before the wait.
    latencyMs: () => {
      showWhatStiggSaw();
      return args.stigg === 'silent' ? Number.POSITIVE_INFINITY : args.latencyMs;
    },
  });
  addHost(stigg, emulator.fetch);
  let seen = 0;
  function showWhatStiggSaw() {
    const news = emulator.requests.slice(seen).map(
      ({ operation, customerId, hasToken, isVerified, status }): LogEntry => ({
        to: 'Stigg',
        what: operation,
        customerId,
        signature: isVerified
          ? 'verified'
          : hasToken
            ? 'wrong'
            : customerId === null
              ? 'public'
              : 'none',
        status: args.stigg === 'silent' ? null : status,
      }),
    );
    seen += news.length;
    update({ log: [...snapshot.log, ...news] });
  }
  /** The answers of `createIdentityHandler`, which itself needs Node, and the faults of an endpoint. */
  async function identity(
    request: Request,
    { customerId, endpoint }: Pick<World, 'customerId' | 'endpoint'>,
  ): Promise<Response> {
    requested++;
    if (endpoint === 'unreachable') throw new TypeError('Failed to fetch');
    if (endpoint === 'silent') return new Promise(() => {});
    if (endpoint === 'http-500' || (endpoint === 'fails-twice' && requested <= 2)) {
      return new Response(null, { status: 500 });
    }
    if (endpoint === 'http-403') return new Response(null, { status: 403 });
    if (endpoint === 'login-page') {
      return new Response('<h1>Log in</h1>', { headers: { 'Content-Type': 'text/html' } });
    }
    if (customerId === 'nobody') return new Response(null, { status: 401 });
    if (endpoint === 'wrong-customer' || endpoint === 'wrong-secret') {
      const signedFor = endpoint === 'wrong-secret' ? customerId : 'somebody-else';
      return Response.json({
        customerId,
        customerToken: `HMAC-SHA256 ${signedFor}:${'0'.repeat(64)}`,
        entitlements: args.vouches ? entitlementsOf(customerId) : undefined,
      });
    }
    const issued = issueIdentity(customerId);
    if (request.url !== profileEndpoint) return Response.json(issued);
    return request.headers.has('Authorization')
      ? Response.json({ name: 'Your own user', stigg: issued })
      : new Response(null, { status: 401 });
  }

  function issueIdentity(customerId: string) {
    const lifetimeS = args.lifetimeS || Number.POSITIVE_INFINITY;
    const number = snapshot.token.number + 1;
    update({ token: { number, endsAt: Date.now() + lifetimeS * 1000 } });
    return {
      customerId,
      customerToken: emulator.issueToken(customerId, lifetimeS * 1000),
      expiresIn: args.lifetimeS || undefined,
      entitlements: args.vouches ? entitlementsOf(customerId) : undefined,
    };
  }

  /** Notes a request to the app's own host, and its answer. */
  async function noted(
    to: LogEntry['to'],
    path: string,
    answer: () => Promise<Response>,
  ): Promise<Response> {
    const entry: LogEntry = {
      to,
      what: `GET ${path}`,
      customerId: null,
      signature: null,
      status: null,
    };
    const settle = (status: LogEntry['status']) =>
      update({ log: snapshot.log.map((one) => (one === entry ? { ...one, status } : one)) });
    update({ log: [...snapshot.log, entry] });
    try {
      const response = await answer();
      settle(response.status);
      return response;
    } catch (error) {
      settle('failed');
      throw error;
    }
  }

  addHost(app, (request) => {
    const { customerId, endpoint } = world; // read when the request is made, because a cookie travels with it
    return noted('identity', new URL(request.url).pathname, async () => {
      await wait(args.latencyMs);
      return identity(request, { customerId, endpoint });
    });
  });

  const world = {
    id,
    /** Who is signed in to the app: what its cookie would say. */
    customerId: args.customerId,
    /** What the identity endpoint does from now on. */
    endpoint: args.endpoint,
    /** What becomes of the file with Stigg's SDK from now on. */
    sdkFile: args.sdkFile,
    /** Loads that file, as the lazy entry does by `import()`. */
    async loadSdkFile() {
      const { ok } = await noted('file', '/assets/with-sdk.js', async () => {
        if (world.sdkFile === 'silent') return new Promise(() => {});
        if (world.sdkFile === 'missing') return new Response(null, { status: 404 });
        await wait(5 * args.latencyMs); // it is large
        return new Response(null);
      });
      if (!ok) throw new TypeError('Failed to fetch dynamically imported module');
    },
    latencyMs: args.latencyMs,
    lifetimeS: args.lifetimeS,
    /** Where a provider finds this world. Tabs of one key talk to each other: Storybook's own must not. */
    stigg: { apiKey: `client-${crypto.randomUUID()}`, baseUri: stigg, baseEdgeUri: stigg },
    identityEndpoint: `${app}/api/identity`,
    /** Requires a bearer header, and answers with a profile that holds the identity. */
    profileEndpoint,
    /** The identity of a customer without a request, as a server that renders the page knows it. */
    issueIdentity,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    getSnapshot: () => snapshot,
  };
  return world;
}

/** The world that the preview's loader made for this story and these args. */
export const worldOf = ({ loaded }: { loaded: Record<string, unknown> }) => loaded.world as World;
