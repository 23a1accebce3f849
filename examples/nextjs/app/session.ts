import 'server-only';
import { randomUUID } from 'node:crypto';
import { cookies } from 'next/headers';

export interface Session {
  customerId: string;
  signedInAt: number;
}

// A real app has a database. On globalThis, because Next bundles pages and routes apart, each with a copy
// of this module.
const store = globalThis as typeof globalThis & { sessions?: Map<string, Session> };
store.sessions ??= new Map();
const { sessions } = store;

const sessionId = async () => (await cookies()).get('session')?.value ?? '';

export const getSession = async (): Promise<Session | null> =>
  sessions.get(await sessionId()) ?? null;

export async function startSession(customerId: string): Promise<void> {
  sessions.delete(await sessionId());
  const id = randomUUID();
  sessions.set(id, { customerId, signedInAt: Date.now() });
  // Behind HTTPS, add `secure: true`.
  (await cookies()).set('session', id, { httpOnly: true, sameSite: 'lax' });
}

export async function endSession(): Promise<void> {
  sessions.delete(await sessionId());
  (await cookies()).delete('session');
}
