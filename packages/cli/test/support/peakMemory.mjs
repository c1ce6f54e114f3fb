// Preloaded by tests: as the process ends, writes the megabytes that it took at most to the file that PEAK names.
import { writeFileSync } from "node:fs";

process.on("exit", () => {
  writeFileSync(process.env.PEAK, String(process.resourceUsage().maxRSS / 1024));
});
