import { Account } from './account';
import { Features } from './features';
import { Plan } from './plan';

export default function Page() {
  return (
    <main>
      <h1>Next.js</h1>
      <p className="quiet">The server knows who is signed in, and the first page comes with it.</p>
      <Account />
      <Features />
      <Plan />
    </main>
  );
}
