import type { Meta, StoryObj } from '@storybook/react-vite';
import { useState } from 'react';
import { expect, waitFor } from 'storybook/test';
import { AttackList, Conclusion } from '../examples/demo/src/attack-list';
import { ATTACKS, run, type Verdict } from '../examples/demo/src/attacks';
import type { StoryArgs } from './support/story-args';
import { type World, worldOf } from './support/world';

/**
 * The publishable key is in the source of every page, and customer ids can be guessed. Somebody tries to
 * read what Acme pays for, in three ways.
 */
const meta: Meta<StoryArgs> = {
  title: 'Compare/What an attacker sees',
  render: (_, context) => <Attacker world={worldOf(context)} isEnforced={context.args.enforced} />,
};
export default meta;

type Story = StoryObj<StoryArgs>;

function Attacker({ world, isEnforced }: { world: World; isEnforced: boolean }) {
  const [verdicts, setVerdicts] = useState<readonly Verdict[]>([]);

  async function attack() {
    setVerdicts([]);
    const attempt = {
      victimId: 'acme',
      ownToken: world.issueIdentity('globex').customerToken,
    };
    for (const one of ATTACKS) {
      const verdict = await run(one, attempt, world.stigg);
      setVerdicts((before) => [...before, verdict]);
    }
  }

  return (
    <section className="card">
      <h3>{isEnforced ? 'With hardening' : 'Without hardening'}</h3>
      <div className="buttons">
        <button type="button" onClick={attack}>
          Try three attacks
        </button>
      </div>
      <AttackList verdicts={verdicts} />
      <div role="status">
        <Conclusion verdicts={verdicts} victimId="acme" />
      </div>
    </section>
  );
}

const results = (root: HTMLElement) =>
  [...root.querySelectorAll('.attacks .badge')].map((badge) => badge.textContent);

/** Stigg does not enforce hardening: anybody who has the key reads every customer. */
export const Without: Story = {
  name: 'Without hardening',
  args: { enforced: false },
  play: async ({ canvas, canvasElement, userEvent }) => {
    await userEvent.click(canvas.getByRole('button', { name: 'Try three attacks' }));
    await waitFor(() => expect(results(canvasElement)).toEqual(Array(3).fill('leaked: 200 OK')));
    await expect(canvas.getByText(/reads what acme pays for: .*Seats/)).toBeVisible();
  },
};

/** Stigg enforces hardening: only the token that the backend signed for Acme opens Acme’s data. */
export const With: Story = {
  name: 'With hardening',
  play: async ({ canvas, canvasElement, userEvent }) => {
    await userEvent.click(canvas.getByRole('button', { name: 'Try three attacks' }));
    await waitFor(() =>
      expect(results(canvasElement)).toEqual([
        'refused: 401 Unauthenticated',
        'refused: 401 Unauthenticated',
        'refused: 403 AuthCustomerMismatch',
      ]),
    );
    await expect(canvas.getByText('Stigg tells nobody else anything about acme.')).toBeVisible();
  },
};
