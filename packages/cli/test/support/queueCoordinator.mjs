// A sweep of tiny trials behind a queue, which writes a line for each that is done, to be killed in its midst.
import { Readable } from "node:stream";
import { redisAddress } from "../../dist/queue/address.js";
import { connect } from "../../dist/queue/connect.js";
import { packStudy } from "../../dist/queue/packedStudy.js";
import { createRedisPool } from "../../dist/queue/redisPool.js";

const [url, sweep, given] = process.argv.slice(2);
const { study, trials } = JSON.parse(given);
const { readFrame } = await import("../../dist/tables/readFrame.js");
const signal = AbortSignal.any([]);
const frame = await readFrame("sample:penguins", { stdin: Readable.from([]), signal }, {});
const say = (note) => process.stderr.write(`${note}\n`);
const pool = createRedisPool(
  packStudy({ ...study, frame }),
  sweep,
  await connect(redisAddress(url, "--redis"), say),
  say,
);
await pool.run(trials, {
  signal,
  onOutcome: async ({ number }) => {
    process.stdout.write(`${number}\n`);
  },
});
