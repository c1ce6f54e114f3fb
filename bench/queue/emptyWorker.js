// A worker on the way of `psilon worker`, whose trials take no time: what is left is the queue.

import { redisAddress } from "@psilon/cli/dist/queue/address.js";
import { connect } from "@psilon/cli/dist/queue/connect.js";
import { guardedBackend } from "@psilon/cli/dist/queue/guardedBackend.js";
import { readTrialMessage } from "@psilon/cli/dist/queue/messages.js";
import { PREFIX, QUEUE } from "@psilon/cli/dist/queue/names.js";
import { Queue, Worker } from "bullmq";

const [url, concurrency] = process.argv.slice(2);
/** As large as that of five folds with a dozen metrics. */
const summary = { mean: 0.1 + 0.2, stderr: 0.1 / 3, perSplit: [0.1, 0.2, 0.3, 0.4, 0.5].map((x) => x / 3) };
const metrics = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`metric ${i}`, summary]));
const outcome = { status: "done", metrics, linear: metrics, lambdas: [1e-3], seconds: 0 };

const { client } = await connect(redisAddress(url, "--redis"), () => {});
const options = { connection: client, prefix: PREFIX, skipVersionCheck: true };
const queue = new Queue(QUEUE, { ...options, skipMetasUpdate: true });
const worker = new Worker(
  QUEUE,
  async ({ data }) => {
    readTrialMessage(data, 2 ** 30);
    return outcome;
  },
  { ...options, concurrency: Number(concurrency) },
  guardedBackend(client, queue, () => {}),
);
await worker.waitUntilReady();
process.stdout.write("ready\n");
