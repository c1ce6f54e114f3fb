// Preloaded by tests: as soon as the command has written to stderr what BEFORE matches, writes the megabytes that it took at most until
// then to the file that PEAK names, and ends it.
import { writeFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

const { BEFORE, PEAK } = process.env;

if (isMainThread) {
  const { stderr } = process;
  const write = stderr.write.bind(stderr);
  stderr.write = (text, ...rest) => {
    if (new RegExp(BEFORE).test(text)) {
      writeFileSync(PEAK, String(process.resourceUsage().maxRSS / 1024));
      process.exit();
    }
    return write(text, ...rest);
  };
}
