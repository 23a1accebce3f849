/** `skip`: the check could not run, and the message says why. */
export type CheckStatus = 'pass' | 'warn' | 'fail' | 'skip';

/** The outcome of one check. Holds no token, no secret and no value of a header that was sent. */
export interface Check {
  /** Stable, for scripts. */
  id: string;
  status: CheckStatus;
  /** What was found. */
  message: string;
  /** What to do about it. */
  advice?: string;
  durationMs?: number;
}

/** The advice of every check that needs the secret. */
export const SET_SECRET = 'Set STIGG_SIGNING_SECRET in the environment of this command.';

/** Whether Stigg requires tokens; `unknown` if there was no request, or no clear answer. */
export type Enforcement = 'enforced' | 'not-enforced' | 'unknown';

type Verdict = 'safe-to-enforce' | 'already-enforced' | 'not-ready';

/** What `--json` prints; `doctor-report.schema.json` of the package describes it for other languages. */
export interface Report {
  /** Version of this format. It grows when a field changes its meaning. */
  version: 1;
  verdict: Verdict;
  /** The verdict in words. */
  summary: string;
  enforcement: Enforcement;
  /** What `--expect` said, or `null`. */
  expected: Enforcement | null;
  /** Whether the exit code is 0. */
  ok: boolean;
  checks: Check[];
}

const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** Once Stigg enforces, its own verdict replaces these checks. */
const STIGG_KNOWS = new Set(['identity-token', 'stigg-another']);

/** If a check could not run, the verdict is never "safe". */
function judge(checks: Check[], enforcement: Enforcement): [Verdict, summary: string] {
  const failed = checks.filter(({ status }) => status === 'fail');
  const skipped = checks.filter(({ status }) => status === 'skip');
  const isEnforced = enforcement === 'enforced';
  if (isEnforced && failed.some(({ id }) => id === 'stigg-signed')) {
    return ['not-ready', 'not ready, but enforced: customers are locked out'];
  }
  if (failed.length > 0) {
    return ['not-ready', `not ready: ${count(failed.length, 'check')} failed`];
  }
  if (isEnforced && skipped.every(({ id }) => STIGG_KNOWS.has(id))) {
    return ['already-enforced', 'already enforced'];
  }
  if (skipped.length > 0) {
    return ['not-ready', `not ready: ${count(skipped.length, 'thing')} could not be checked`];
  }
  return [
    'safe-to-enforce',
    'safe to enforce, if the secret and the API key belong to the same environment',
  ];
}

/** The verdict on these checks. */
export function conclude(
  checks: Check[],
  enforcement: Enforcement,
  expected: Enforcement | null,
): Report {
  const [verdict, summary] = judge(checks, enforcement);
  const hasFailed = checks.some(({ status }) => status === 'fail');
  const isExpected = expected === null || expected === enforcement;
  return {
    version: 1,
    verdict,
    summary: isExpected ? summary : `${summary}; expected ${expected}, found ${enforcement}`,
    enforcement,
    expected,
    ok: expected === null ? verdict !== 'not-ready' : isExpected && !hasFailed,
    checks,
  };
}
