import { access, writeFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { Command } from 'commander';
import { draftMappingOf } from '../init/mapping-draft';
import { parseMapping } from '../map/mapping';
import { shellWord, TOOL } from '../shell-word';
import { EXIT, explainSystemError, ToolError } from '../tool-error';
import { lookInto, withCaptureOptions, type InspectOptions } from './inspect';
import { runLong, say } from './long-run';

interface InitOptions extends InspectOptions {
  output?: string;
}

const HELP = `
Exit codes:
  0    done
  2    wrong usage or schema, or the mapping file is there already
  3    nothing in the captures can become rows
  130  stopped by Ctrl-C

Example:
  tidelake init broker.pcap -o mapping.yaml
  tidelake ingest broker.pcap --to lake --mapping mapping.yaml`;

/** `tidelake init`: drafts a mapping from captures. */
export function initCommand(): Command {
  return withCaptureOptions(
    new Command('init')
      .summary('draft a mapping from captures')
      .description(
        'Looks into captures and drafts a mapping for them: which topics are read how, which fields become columns, in which units by their names. The draft works as it stands, and says what to look at.',
      ),
  )
    .option('-o, --output <file>', 'where to write it; without it, it is printed')
    .addHelpText('after', HELP)
    .action(run);
}

function run(inputs: string[], options: InitOptions): Promise<void> {
  return runLong(async (signal, status) => {
    const { output, proto, message } = options;
    if (output !== undefined) await refuseOverwriting(output);
    const report = await lookInto(inputs, options, signal, status);
    status.clear();
    const folder = dirname(resolve(output ?? 'mapping.yaml'));
    const schema =
      proto === undefined || message === undefined ? undefined : { schema: relative(folder, resolve(proto)), message };
    const draft = draftMappingOf(report, schema);
    if (draft === undefined) {
      throw new ToolError(
        EXIT.input,
        'Nothing in the captures can become rows',
        'tidelake inspect tells what they hold; for protobuf, give --proto and --message.',
      );
    }
    parseMapping(draft, output ?? 'draft');
    if (output === undefined) process.stdout.write(draft);
    else {
      await writeFile(output, draft, { flag: 'wx' }).catch((error: unknown) => {
        throw explainSystemError(error, 'write', output, EXIT.usage);
      });
      say(`Wrote ${output}. Look through it, then: ${TOOL} ingest … --to lake --mapping ${shellWord(output)}`);
    }
    return EXIT.ok;
  }, 'Stopped. Nothing was written.');
}

/** @throws ToolError where the file is there: a mapping is people's work */
async function refuseOverwriting(path: string): Promise<void> {
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  if (isThere) throw new ToolError(EXIT.usage, `${path} is there already`, 'Choose another name, or move it away.');
}
