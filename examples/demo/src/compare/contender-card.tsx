import { useEffect, useId, useRef } from 'react';
import { CONTENDERS, type Contender, type Measured } from './contenders';
import { inKb, inMs } from './format';

interface ContenderCardProps {
  contender: Contender;
  /** What its frame shows; nothing yet if there is none. */
  src: string | undefined;
  /** Whether it waits for its turn. */
  waits: boolean;
  result: Measured | undefined;
  /** The longest time that has been measured. */
  longestMs: number;
  isDisabled: boolean;
  onMeasured: (result: Measured) => void;
  onReload: () => void;
}

/** One of the three builds, in a frame, and what was measured there. */
export function ContenderCard(props: ContenderCardProps) {
  const { contender, src, waits, result, longestMs, isDisabled, onMeasured, onReload } = props;
  const { name, about } = CONTENDERS[contender];
  const id = useId();
  return (
    <section className="card contender" aria-labelledby={id}>
      <h2 id={id}>{name}</h2>
      <p className="hint">{about}</p>
      <div className="frame">
        {src ? (
          <Frame key={src} title={`${name}: the app`} src={src} onMeasured={onMeasured} />
        ) : (
          <p className="quiet">{waits ? 'Waits for its turn …' : 'Not loaded yet.'}</p>
        )}
      </div>
      <div className="bar" aria-hidden="true">
        {result && <i style={{ width: `${(100 * result.ms) / longestMs}%` }} />}
      </div>
      <dl className="measured">
        <div className="first">
          <dt>First entitled render</dt>
          <dd>{result ? inMs(result.ms) : '–'}</dd>
        </div>
        <div>
          <dt>Script that it needed</dt>
          <dd>{result ? inKb(result.scriptBytes) : '–'}</dd>
        </div>
        <div>
          <dt>Requests to Stigg before</dt>
          <dd>{result ? result.stiggRequests : '–'}</dd>
        </div>
      </dl>
      <div className="buttons">
        <button type="button" disabled={isDisabled} onClick={onReload}>
          Reload<span className="for-readers"> {name}</span>
        </button>
      </div>
    </section>
  );
}

/** Its result comes as a message, from its own window. */
function Frame({
  title,
  src,
  onMeasured,
}: {
  title: string;
  src: string;
  onMeasured: (result: Measured) => void;
}) {
  const frame = useRef<HTMLIFrameElement>(null);
  useEffect(() => {
    const onMessage = ({ source, data }: MessageEvent<Measured>) => {
      if (source === frame.current?.contentWindow) onMeasured(data);
    };
    addEventListener('message', onMessage);
    return () => removeEventListener('message', onMessage);
  }, [onMeasured]);
  return <iframe ref={frame} title={title} src={src} />;
}
