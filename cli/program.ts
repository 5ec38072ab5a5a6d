import { Command, CommanderError } from 'commander';
import type { HistoryRequest } from './commands/history.ts';
import type { MonitorOptions } from './commands/monitor.ts';
import type { CheckOptions } from './commands/prepare-check.ts';
import type { RangesOptions } from './commands/ranges.ts';
import type { ExitCode, Io } from './io.ts';
import type { OutputOptions } from './report-outputs.ts';
import { software } from './software.ts';

const routeForms = 'direct, interface:NAME, or a proxy link such as socks5h://user:pass@host:port';

/**
 * Runs the command line. Only names and help are loaded here; each command brings its own weight when it is called, so
 * that help is instant.
 * @param programFolder where the built program lies, with its address tables
 */
export async function runProgram(words: readonly string[], io: Io, programFolder: string): Promise<ExitCode> {
  let code: ExitCode = 0;
  const finish = async (work: Promise<ExitCode>) => {
    code = await work;
  };
  const program = createProgram(io, programFolder, finish);
  try {
    await program.parseAsync([...words], { from: 'user' });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    if (error.code !== 'commander.help') io.stderr.write(`waylight: ${describeUsage(error)}\n`);
    return 2;
  }
}

type Finish = (work: Promise<ExitCode>) => Promise<void>;

function createProgram(io: Io, programFolder: string, finish: Finish): Command {
  const program = new Command('waylight')
    .description('Shows which routes still work on a censored network, and how the failing ones fail.')
    .version(software.version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      // Said once, by describeUsage, without what commander repeats of the words.
      outputError: () => {},
      getOutHelpWidth: () => io.stdout.columns,
      getErrHelpWidth: () => io.stderr.columns,
    })
    .addHelpText(
      'after',
      '\nFILE may be - for standard input or output.\nExit: 0 done, whatever was found; 1 a defect; 2 wrong words or file; 3 interrupted.',
    );
  const loadFiles = async () => (await import('./open-ranges.ts')).rangesFiles(io.env, programFolder);
  addCheck(program, io, loadFiles, finish);
  addMonitor(program, io, loadFiles, finish);
  addDemo(program, io, loadFiles, finish);
  addTables(program, io, loadFiles, finish);
  addConvert(program, io, finish);
  addServe(program, io, programFolder, finish);
  addHistory(program, io, finish);
  return program;
}

type LoadFiles = () => Promise<ReturnType<typeof import('./open-ranges.ts').rangesFiles>>;

function withOutputs(command: Command): Command {
  return command
    .option('--redact <level>', 'none, standard or strict', 'standard')
    .option('--json <file>', 'write the report as JSON')
    .option('--html <file>', 'write the report as a page')
    .option('--csv <file>', 'write a row per target and route')
    .option('--ooni <file>', 'write measurements in OONI’s form')
    .option('--markdown <file>', 'write a summary for a chat')
    .option('--letter <file>', 'write an evidence letter: a page where FILE ends in .html, else Markdown')
    .option('--letter-about <target>', 'the id of the target the letter is about')
    .option('--letter-for <whom>', 'owner, who runs the target, or isp, the internet provider (default: owner)')
    .option('--letter-language <language>', 'en, ru, fa or zh-Hans (default: en)')
    .option('--no-history', 'do not keep this run')
    .option('--quiet', 'no progress');
}

function withMeasuring(command: Command): Command {
  return command
    .option('--targets <file|group,…>', 'built-in groups, or a JSON list, CSV or list of URLs')
    .option('--route <uri>', `${routeForms}; repeatable, the first is judged`, collect, [])
    .option('--routes <file>', 'more routes: a JSON list, CSV, or any text with links')
    .option(
      '--profile <name>',
      'quick, standard or deep, which also times transfers, repeats failures and asks neighbours on AWS',
      'standard',
    )
    .option('--dns <ip[:port]>', 'plain DNS server to compare with')
    .option('--doh <url>', 'DNS-over-HTTPS server to compare with')
    .option('--ca <pem>', 'certificates to trust besides the usual')
    .option('--ranges <file>', 'an ip-ranges.json of Amazon (or WAYLIGHT_AWS_RANGES)')
    .option('--baseline <file>', 'neutral endpoints, each with an expect')
    .option(
      '--aws-reachability',
      'with --profile deep: ask addresses Amazon publishes, in the ranges of hosts that fail',
    )
    .option('--connect-timeout <ms>', 'for one TCP connection, 100 to 120000')
    .option('--concurrency <n>', 'jobs at once, 1 to 256');
}

function addCheck(program: Command, io: Io, loadFiles: LoadFiles, finish: Finish): void {
  const command = program.command('check').description('test targets over every route and judge them');
  withOutputs(withMeasuring(command)).action((options: CheckOptions) =>
    finish(
      (async () => {
        const { checkCommand } = await import('./commands/check.ts');
        return checkCommand(options, { io, files: await loadFiles() });
      })(),
    ),
  );
}

function addMonitor(program: Command, io: Io, loadFiles: LoadFiles, finish: Finish): void {
  const command = program
    .command('monitor')
    .description('the check again and again: a JSON object per line on standard output, and metrics')
    .option('--every <time>', 'from 30s to 24h, such as 90s, 15m or 6h', '15m')
    .option('--metrics <ip:port>', 'serve them to a Prometheus at this address; there is no password');
  withMeasuring(command)
    .option('--redact <level>', 'none, standard or strict', 'standard')
    .option('--no-history', 'do not keep these runs')
    .option('--quiet', 'no line per run on standard error')
    .action((options: MonitorOptions) =>
      finish(
        (async () => {
          const { monitorCommand } = await import('./commands/monitor.ts');
          return monitorCommand(options, { io, files: await loadFiles() });
        })(),
      ),
    );
}

function addDemo(program: Command, io: Io, loadFiles: LoadFiles, finish: Finish): void {
  const command = program
    .command('demo')
    .description('the same on a practice network; nothing leaves this machine')
    .argument('[scenario]', 'which practice network');
  withOutputs(command).action((name: string | undefined, options: OutputOptions) =>
    finish(
      (async () => {
        const { demoCommand } = await import('./commands/demo.ts');
        return demoCommand(name, options, { io, files: await loadFiles() });
      })(),
    ),
  );
}

function addTables(program: Command, io: Io, loadFiles: LoadFiles, finish: Finish): void {
  program
    .command('lookup')
    .description('what is known of addresses: network, cloud, region, the list of April 2018')
    .argument('<ip|cidr|host|region...>', "addresses, ranges, names or Amazon's regions")
    .option('--ranges <file>', 'an ip-ranges.json of Amazon (or WAYLIGHT_AWS_RANGES)')
    .option('--json <file>', 'write the answers as JSON')
    .action((words: string[], options: { ranges?: string; json?: string }) =>
      finish(
        (async () => {
          const [{ lookupCommand }, { nodeNetwork }] = await Promise.all([
            import('./commands/lookup.ts'),
            import('../engine/node-network.ts'),
          ]);
          return lookupCommand(words, options, { io, network: nodeNetwork(), files: await loadFiles() });
        })(),
      ),
    );
  program
    .command('ranges')
    .description('which address tables are in use')
    .option('--update', 'take in a newer list')
    .option('--from <url|file>', 'where the list is')
    .option('--route <uri>', 'over which route it is fetched; repeatable, tried in turn', collect, [])
    .option('--routes <file>', 'more routes: a JSON list, CSV, or any text with links')
    .action((options: RangesOptions) =>
      finish(
        (async () => {
          const { rangesCommand } = await import('./commands/ranges.ts');
          return rangesCommand(options, { io, files: await loadFiles() });
        })(),
      ),
    );
}

function addConvert(program: Command, io: Io, finish: Finish): void {
  const command = program
    .command('convert')
    .description('write a saved report in other forms')
    .argument('<report.json>', 'a report this program wrote')
    .addHelpText(
      'after',
      '\nFor a PDF, write --html and print that page from a browser, or save it as PDF in the app.',
    );
  withOutputs(command).action((file: string, options: OutputOptions) =>
    finish(
      (async () => {
        const { convertCommand } = await import('./commands/convert.ts');
        return convertCommand(file, options, io);
      })(),
    ),
  );
}

function addServe(program: Command, io: Io, programFolder: string, finish: Finish): void {
  program
    .command('serve')
    .description('the app in a browser, on this machine only')
    .option('--port <n>', 'on 127.0.0.1; a free one where none is given')
    .option('--no-open', 'print the address and open nothing')
    .action((options: { port?: string; open: boolean }) =>
      finish(
        (async () => {
          const { serveCommand } = await import('./commands/serve.ts');
          return serveCommand(options, { io, programFolder });
        })(),
      ),
    );
}

function addHistory(program: Command, io: Io, finish: Finish): void {
  const history = program.command('history').description('list, show, compare or prune what is kept of runs');
  const ask = (request: HistoryRequest) =>
    finish(
      (async () => {
        const { historyCommand } = await import('./commands/history.ts');
        return historyCommand(request, io);
      })(),
    );
  history
    .command('list', { isDefault: true })
    .description('every kept run, newest first')
    .option('--json <file>', 'write the list as JSON')
    .action((options: { json?: string }) => ask({ action: 'list', ...options }));
  history
    .command('show')
    .description('one run as it was shown then')
    .argument('<id>', 'its id, or how that begins')
    .option('--json <file>', 'write its report')
    .action((id: string, options: { json?: string }) => ask({ action: 'show', id, ...options }));
  history
    .command('diff')
    .description('what is different in the second run')
    .argument('<a>', 'the earlier run')
    .argument('<b>', 'the later run')
    .option('--json <file>', 'write the differences as JSON')
    .action((a: string, b: string, options: { json?: string }) => ask({ action: 'diff', a, b, ...options }));
  history
    .command('prune')
    .description('take away what is older or larger than was chosen, which is 90 days and 500 MiB at first')
    .option('--days <n>', 'what is older than so many days')
    .option('--size <mib>', 'the oldest above that size')
    .option('--all', 'everything')
    .action((options: { days?: string; size?: string; all?: boolean }) => ask({ action: 'prune', ...options }));
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

/**
 * What is wrong with the words. Commander's own messages repeat whole words, and a word in the wrong place is often a
 * proxy link with its password; so only what looks like the name of an option or a command is repeated.
 */
function describeUsage(error: CommanderError): string {
  const message = error.message.replace(/^error: /, '');
  const quoted = /'([^']*)'/.exec(message)?.[1] ?? '';
  const name = /^(--?)?[a-z][a-z-]{0,30}(?==|$)/i.exec(quoted)?.[0];
  const hint = /\(Did you mean [^()]*\)$/.exec(message)?.[0];
  const help = 'waylight --help lists what there is';
  if (error.code === 'commander.unknownOption') {
    return `unknown option${name === undefined ? '' : ` ${name}`}${hint === undefined ? '' : ` ${hint}`}; ${help}`;
  }
  if (error.code === 'commander.unknownCommand') {
    return `unknown command${name === undefined ? '' : ` ${name}`}${hint === undefined ? '' : ` ${hint}`}; ${help}`;
  }
  if (error.code === 'commander.excessArguments') return `there is a word too many; ${help}`;
  const harmless = ['commander.missingArgument', 'commander.optionMissingArgument'].includes(error.code);
  return harmless ? `${message}; ${help}` : `the words cannot be read; ${help}`;
}
