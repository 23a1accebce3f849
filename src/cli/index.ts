#!/usr/bin/env node
import { version } from '../../package.json';
import { doctor } from './doctor/command';
import { emulator } from './emulator/command';
import { UsageError } from './parse-options';

const HELP = `hardened-stigg ${version}

Usage: hardened-stigg <command> [options]

Commands:
  doctor     checks a running deployment, and says whether enforcement can be switched on
  emulator   emulates Stigg's API on a port of this machine

hardened-stigg <command> --help shows the options of a command.
--version, -v prints the version.
`;

const COMMANDS: Record<string, (args: string[]) => Promise<number>> = { doctor, emulator };

/** The exit code: 0 as expected, 1 something is wrong, 2 the command line is wrong. */
async function main([name = '', ...args]: string[]): Promise<number> {
  if (name === '--version' || name === '-v') {
    console.log(version);
    return 0;
  }
  if (name === '--help' || name === '-h' || name === 'help') {
    console.log(HELP);
    return 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) {
    console.error(name ? `hardened-stigg: there is no command "${name}".\n` : '', HELP);
    return 2;
  }
  try {
    return await command(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`hardened-stigg ${name}: ${error.message}`);
    console.error(`See hardened-stigg ${name} --help.`);
    return 2;
  }
}

// Not process.exit(), because a pipe may not have all of the output yet.
process.exitCode = await main(process.argv.slice(2));
