import { createHmac } from 'node:crypto';
import {
  createCustomerToken,
  createIdentityHandler,
  verifyCustomerToken,
} from 'hardened-stigg/server';
import { SignJWT } from 'jose';
import jwt from 'jsonwebtoken';
import { format, progress, type Spread, spread, table } from './stats';

const SECRET = 'a-signing-secret-of-the-usual-length-0123456789';
const KEY = new TextEncoder().encode(SECRET);
/** Long enough that garbage collection has little influence. */
const TURN_MS = 50;

const WARM_UP = 3;

const recipe = (customerId: string) =>
  `HMAC-SHA256 ${customerId}:${createHmac('sha256', SECRET).update(customerId).digest('hex')}`;

async function measure(run: (i: number) => unknown): Promise<number> {
  const start = performance.now();
  let done = 0;
  let elapsed = 0;
  while (elapsed < TURN_MS) {
    for (let i = 0; i < 100; i++) {
      const result = run(done++);
      if (result instanceof Promise) await result;
    }
    elapsed = performance.now() - start;
  }
  return (done / elapsed) * 1000;
}

export interface ServerResult {
  name: string;
  /** Operations per second. */
  ops: Spread;
  /** Of the recipe's throughput in the same round. */
  ratio: Spread;
}

/** Throughput. The contenders take turns, and each round begins with another one. */
export async function benchServer(rounds: number): Promise<ServerResult[]> {
  const handler = createIdentityHandler({ signingSecret: SECRET, getCustomerId: () => 'acme' });
  const request = new Request('https://app.example.com/api/identity');
  const token = recipe('customer-1');
  const contenders: [string, (i: number) => unknown][] = [
    ['node:crypto recipe', (i) => recipe(`customer-${i}`)],
    ['createCustomerToken', (i) => createCustomerToken(`customer-${i}`, SECRET)],
    ['verifyCustomerToken', () => verifyCustomerToken(token, SECRET)],
    ['createIdentityHandler', async () => (await handler(request)).text()],
    ['jsonwebtoken, HS256 sign', (i) => jwt.sign({ sub: `customer-${i}` }, SECRET)],
    [
      'jose, HS256 sign',
      (i) => new SignJWT({ sub: `customer-${i}` }).setProtectedHeader({ alg: 'HS256' }).sign(KEY),
    ],
  ];
  const ops = contenders.map(() => [] as number[]);
  for (let round = -WARM_UP; round < rounds; round++) {
    progress(`server: round ${round + 1} of ${rounds}`);
    for (let turn = 0; turn < contenders.length; turn++) {
      const index = (turn + round + WARM_UP) % contenders.length;
      const [, run] = contenders[index] as (typeof contenders)[number];
      const perSecond = await measure(run);
      if (round >= 0) ops[index]?.push(perSecond);
    }
  }
  const base = ops[0] as number[];
  return contenders.map(([name], index) => {
    const own = ops[index] as number[];
    return {
      name,
      ops: spread(own),
      ratio: spread(own.map((value, round) => value / (base[round] as number))),
    };
  });
}

export const serverTable = (results: readonly ServerResult[]) =>
  table(
    ['', 'ops/s', 'x recipe'],
    results.map(({ name, ops, ratio }) => [
      name,
      Math.round(ops.median).toLocaleString('en'),
      format(ratio),
    ]),
  );
