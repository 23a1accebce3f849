import { useEffect, useReducer } from 'react';

/** Renders all the time, and mounts a new reader each time, so that one of them reads every state in between. */
export function Ticking({ useReading }: { useReading: () => unknown }) {
  const [tick, next] = useReducer((count: number) => count + 1, 0);
  useReading();
  useEffect(() => {
    const timer = setInterval(next, 2);
    return () => clearInterval(timer);
  }, []);
  return <Mounted key={tick} useReading={useReading} />;
}

function Mounted({ useReading }: { useReading: () => unknown }) {
  useReading();
  return null;
}
