import { useId } from 'react';

const COLUMNS = { backend: 92, browser: 296, stigg: 500 } as const;

type Column = keyof typeof COLUMNS;

const STEPS: { from: Column; to: Column; text: string; detail: string }[] = [
  { from: 'browser', to: 'backend', text: 'Who is signed in?', detail: 'GET /api/identity' },
  { from: 'backend', to: 'browser', text: 'Signed id', detail: 'HMAC-SHA256(id, secret)' },
  { from: 'browser', to: 'stigg', text: 'Id and token', detail: 'X-CUSTOMER-KEY' },
  { from: 'stigg', to: 'browser', text: 'Verified', detail: 'entitlements' },
  { from: 'browser', to: 'backend', text: 'Before it expires: again', detail: 'no flicker' },
];

const NAMES: Record<Column, [name: string, detail: string]> = {
  backend: ['Your backend', 'holds the secret'],
  browser: ['Your app', '<HardenedStiggProvider>'],
  stigg: ['Stigg', 'verifies'],
};

const TOP = 96;
const STEP = 62;
const HEIGHT = TOP + STEPS.length * STEP;

/** The five steps of the flow, from top to bottom; a list where there is no room to draw. */
export function FlowDiagram() {
  const id = useId();
  return (
    <div className="flow">
      <svg viewBox={`0 0 592 ${HEIGHT}`} role="img" aria-labelledby={`${id}title ${id}desc`}>
        <title id={`${id}title`}>How the customer id is signed</title>
        <desc id={`${id}desc`}>
          {STEPS.map(
            ({ from, to, text, detail }, index) =>
              `${index + 1}. ${NAMES[from][0]} to ${NAMES[to][0]}: ${text} (${detail}).`,
          ).join(' ')}
        </desc>
        <defs>
          <marker
            id={`${id}head`}
            viewBox="0 0 10 10"
            refX="9"
            refY="5"
            markerWidth="8"
            markerHeight="8"
            orient="auto-start-reverse"
          >
            <path d="M0 0 10 5 0 10z" className="head" />
          </marker>
        </defs>
        {(Object.keys(COLUMNS) as Column[]).map((column) => (
          <g key={column}>
            <line
              x1={COLUMNS[column]}
              x2={COLUMNS[column]}
              y1="62"
              y2={HEIGHT - 8}
              className="life"
            />
            <rect x={COLUMNS[column] - 88} y="4" width="176" height="54" rx="8" className="party" />
            <text x={COLUMNS[column]} y="26" className="name">
              {NAMES[column][0]}
            </text>
            <text x={COLUMNS[column]} y="46" className="detail">
              {NAMES[column][1]}
            </text>
          </g>
        ))}
        {STEPS.map(({ from, to, text, detail }, index) => {
          const y = TOP + 8 + index * STEP;
          const middle = (COLUMNS[from] + COLUMNS[to]) / 2;
          const gap = COLUMNS[to] > COLUMNS[from] ? 5 : -5;
          return (
            <g key={text}>
              <line
                x1={COLUMNS[from] + gap}
                x2={COLUMNS[to] - gap}
                y1={y}
                y2={y}
                className="step"
                markerEnd={`url(#${id}head)`}
              />
              <text x={middle} y={y - 8} className="what">
                {index + 1}. {text}
              </text>
              <text x={middle} y={y + 18} className="detail">
                {detail}
              </text>
            </g>
          );
        })}
      </svg>
      <ol>
        {STEPS.map(({ from, to, text, detail }) => (
          <li key={text}>
            {NAMES[from][0]} → {NAMES[to][0]}: {text} ({detail})
          </li>
        ))}
      </ol>
    </div>
  );
}
