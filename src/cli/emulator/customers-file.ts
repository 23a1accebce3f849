import { readFileSync } from 'node:fs';
import {
  findNodeAtLocation,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import type { EmulatorCustomer, EmulatorPlan } from '../../emulator/customers';
import { findMistake, type Mistake } from '../../emulator/validate';
import { UsageError } from '../parse-options';
import { printable } from '../printable';

/** What `--customers` holds. */
export interface CustomersFile {
  customers: Record<string, EmulatorCustomer>;
  plans: EmulatorPlan[];
}

/** What is wrong with text that is not JSON, in plain words. */
const WORDS: Record<string, string> = {
  InvalidSymbol: 'a word that is neither a string in "…", a number, true, false nor null',
  InvalidNumberFormat: 'a number has a wrong format',
  PropertyNameExpected: 'a name in "…" is missing, or there is one comma too many',
  ValueExpected: 'a value is missing, or there is one comma too many',
  ColonExpected: 'a colon is missing',
  CommaExpected: 'a comma is missing',
  CloseBraceExpected: 'a } is missing',
  CloseBracketExpected: 'a ] is missing',
  EndOfFileExpected: 'there is text after the end',
  InvalidCommentToken: 'there is a comment, which JSON does not have',
  UnexpectedEndOfComment: 'there is a comment, which JSON does not have',
  UnexpectedEndOfString: 'a string does not end on its line',
  UnexpectedEndOfNumber: 'a number is not complete',
  InvalidUnicode: 'an escape \\u… without four hex digits',
  InvalidEscapeCharacter: 'an escape \\… that JSON does not have',
  InvalidCharacter: 'a control character in a string',
};

/** Line and column, counted from 1 as in editors. */
function positionOf(json: string, offset: number): string {
  const before = json.slice(0, offset).split(/\r\n|\r|\n/);
  return `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
}

/** The node of a mistake, or the innermost node around it. */
function nodeOf(tree: Node, path: Mistake['path']): Node {
  const node = findNodeAtLocation(tree, path);
  return node || path.length === 0 ? (node ?? tree) : nodeOf(tree, path.slice(0, -1));
}

/**
 * Checks the text of a customers file.
 *
 * @throws UsageError that names the line, the column and the field
 */
function parseCustomers(json: string, name: string): CustomersFile {
  const errors: ParseError[] = [];
  const tree = parseTree(json, errors, { disallowComments: true, allowEmptyContent: false });
  const [error] = errors;
  if (!json.trim()) throw new UsageError(`${name}, line 1, column 1: not JSON: the file is empty.`);
  if (!tree || error) {
    const where = positionOf(json, error?.offset ?? 0);
    const what = WORDS[error ? printParseErrorCode(error.error) : ''] ?? 'it cannot be read';
    throw new UsageError(`${name}, ${where}: not JSON: ${what}.`);
  }
  const value = JSON.parse(json);
  const mistake = findMistake(value);
  if (mistake) {
    const { path, expected } = mistake;
    const node = nodeOf(tree, path);
    // An unknown key is reported with the position of the key, not of its value.
    const { offset } = node.parent?.type === 'property' ? node.parent : node;
    const field = path.length > 0 ? path.map(String).map(printable).join('.') : 'the whole file';
    throw new UsageError(`${name}, ${positionOf(json, offset)}, ${field}: must be ${expected}.`);
  }
  const { customers, plans = [] } = value as CustomersFile;
  return { customers, plans };
}

/** @throws UsageError if the file cannot be read, or is wrong */
export function readCustomers(name: string): CustomersFile {
  let json: string;
  try {
    json = readFileSync(name, 'utf8');
  } catch (error) {
    throw new UsageError(
      `--customers: cannot read ${name} (${(error as { code?: string }).code}).`,
    );
  }
  return parseCustomers(json.replace(/^\ufeff/, ''), name); // Notepad starts a file with a byte order mark
}
