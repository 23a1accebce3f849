import { useEffect, useState } from 'react';
import { send } from '../send';
import { ALL } from './contenders';

interface Built {
  /** How many of the frames have been built. */
  count: number;
  problem: string | null;
}

/** The demo's server builds the frames when this page is first opened, so that the demo itself starts soon. */
export function useBuiltFrames(): Built {
  const [built, setBuilt] = useState<Built>({ count: 0, problem: null });
  useEffect(() => {
    let isOver = false;
    async function buildAll() {
      for (const [index, contender] of ALL.entries()) {
        const problem = await send('PUT', `/compare/frames/${contender}`);
        if (isOver) return;
        setBuilt({ count: problem ? index : index + 1, problem });
        if (problem) return;
      }
    }
    void buildAll();
    return () => {
      isOver = true;
    };
  }, []);
  return built;
}
