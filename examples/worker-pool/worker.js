import { parentPort } from "node:worker_threads";
import { runTrainingJob } from "psilon";

parentPort.on("message", async (job) => parentPort.postMessage(await runTrainingJob(job)));
