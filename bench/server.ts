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
const BATCH = 2000;

const recipe = (customerId: string) =>
  `HMAC-SHA256 ${customerId}:${createHmac('sha256', SECRET).update(customerId).digest('hex')}`;

export interface ServerResult {
  name: string;
  /** Operations per second. */
  ops: Spread;
  /** Of the recipe's throughput in the same round. */
  ratio: Spread;
}

/** Throughput, in batches that take turns. */
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
  for (let round = -3; round < rounds; round++) {
    progress(`server: round ${round + 1} of ${rounds}`);
    for (const [index, [, run]] of contenders.entries()) {
      const start = performance.now();
      for (let i = 0; i < BATCH; i++) {
        const result = run(i);
        if (result instanceof Promise) await result;
      }
      // The first rounds warm up.
      if (round >= 0) ops[index]?.push((BATCH / (performance.now() - start)) * 1000);
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
