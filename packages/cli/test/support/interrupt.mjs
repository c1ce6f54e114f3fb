// Loaded before the command: sends the process a signal as soon as it has written to stderr what is waited for, so that where a
// command is interrupted does not depend on how busy the machine is.
import { isMainThread } from "node:worker_threads";

const { INTERRUPT, SIGNAL } = process.env;

if (isMainThread) {
  const { stderr } = process;
  const write = stderr.write.bind(stderr);
  stderr.write = (text, ...rest) => {
    if (new RegExp(INTERRUPT).test(text)) {
      // Twice in a row, as a shell may send it to a process and to its group; that is one Ctrl-C.
      process.kill(process.pid, SIGNAL);
      process.kill(process.pid, SIGNAL);
    }
    return write(text, ...rest);
  };
}
