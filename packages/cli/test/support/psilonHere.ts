import { Readable, Writable } from "node:stream";
import { run } from "../../src/main.js";
import type { Finished } from "./psilon.js";

/** Runs a command line in this process. It cannot train, since workers run the built command only. */
export async function psilonHere(argv: readonly string[], stdin = ""): Promise<Finished> {
  const [stdout, stderr] = [collector(), collector()];
  const io = {
    stdin: Readable.from([stdin]),
    stdout: stdout.stream,
    stderr: stderr.stream,
    signal: new AbortController().signal,
  };
  const code = await run(argv, io);
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

function collector() {
  let text = "";
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += chunk;
      done();
    },
  });
  return { stream, text: () => text };
}
