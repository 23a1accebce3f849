/** What the app knows of who is signed in. */
export interface Session {
  accessToken: string;
  signedInAt: number;
}

const SESSION_URL = `${import.meta.env.VITE_API_URL}/session`;

/** @throws when the API cannot be reached or refuses */
export async function signIn(customerId: string): Promise<Session> {
  const response = await fetch(SESSION_URL, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ customerId }),
  });
  if (!response.ok) throw new Error(`The API answered ${response.status}.`);
  const { accessToken } = await response.json();
  return { accessToken, signedInAt: Date.now() };
}

/** @throws when the API cannot be reached or refuses */
export async function signOut({ accessToken }: Session): Promise<void> {
  const response = await fetch(SESSION_URL, {
    method: 'DELETE',
    headers: { Authorization: `Bearer ${accessToken}` },
  });
  if (!response.ok) throw new Error(`The API answered ${response.status}.`);
}
