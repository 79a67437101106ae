#!/usr/bin/env node
import { Command } from 'commander';
import { VERSION } from '../version.js';
import { ServiceClient, ServiceError } from './service-client.js';
import { addKeysCommand } from './keys-command.js';
import { addPricesCommand } from './prices-command.js';
import { addRepriceCommand } from './reprice-command.js';
import { addUsageCommand } from './usage-command.js';

/*
 * The command line speaks to a running service, so that it sees what every other client sees, on
 * an embedded database too, which has one owner.
 */

const program = new Command('spanledger')
  .description('Asks a running Spanledger what models cost, and puts prices right')
  .version(VERSION)
  .option('--url <url>', 'the service', process.env.SPANLEDGER_URL || 'http://127.0.0.1:8000')
  .showHelpAfterError('(--help tells more)');

const client = () =>
  new ServiceClient(program.opts<{ url: string }>().url, process.env.SPANLEDGER_API_KEY);
const print = (text: string) => void process.stdout.write(`${text}\n`);

addUsageCommand(program, client, print);
addPricesCommand(program, client, print);
addRepriceCommand(program, client, print);
addKeysCommand(program, client, print);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof ServiceError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
