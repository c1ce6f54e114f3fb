import { type Command, Option } from "commander";
import { createBackend, type TrainOptions } from "psilon";
import { addRequired, whole } from "../arguments.js";
import { exitCodes, type Outcome } from "../exitCodes.js";
import type { Io } from "../io.js";
import { defaultThreads } from "../jobs.js";
import { redisAddress } from "../queue/address.js";
import { redisOption, redisSource } from "../queue/redisOption.js";
import { thousands } from "../render/text.js";

interface Flags {
  readonly redis: string;
  readonly concurrency: number;
  readonly backend?: NonNullable<TrainOptions["backend"]>;
}

export function addWorker(program: Command, io: Io, outcome: Outcome): void {
  const command = program
    .command("worker")
    .description("Run trials of sweeps that wait on a Redis server, until it is interrupted.");
  addRequired(command, redisOption())
    .option("--concurrency <n>", "trials to run at a time", whole("--concurrency", 1, 1024), defaultThreads())
    .addOption(
      new Option(
        "--backend <name>",
        "what multiplies matrices here (default: what each sweep asks for)",
      ).choices(["auto", "wasm", "blas"]),
    )
    .addHelpText(
      "before",
      `Examples:
  psilon worker --redis redis://localhost:6379
  PSILON_REDIS=rediss://user:password@host:6379/0 psilon worker --concurrency 4
`,
    )
    .addHelpText(
      "after",
      `
Ctrl-C or SIGTERM lets it finish what it has begun; a second one ends it at once, and another worker takes its trials.
A password is better given in PSILON_REDIS than with --redis, which all users of the machine can read.`,
    )
    .action((flags: Flags, own: Command) => work(flags, own, io, outcome));
}

async function work(
  { redis, concurrency, backend }: Flags,
  own: Command,
  io: Io,
  outcome: Outcome,
): Promise<void> {
  const address = redisAddress(redis, redisSource(own));
  // Now, so that a missing BLAS is found before the first trial.
  await createBackend({ provider: backend ?? "auto" });
  const { runWorker } = await import("../queue/worker.js");
  outcome.code = exitCodes.ok;
  outcome.isInterruptionMeant = true;
  const say = (line: string) => io.stderr.write(`${line}\n`);
  const { done, failed, refused } = await runWorker(address, {
    concurrency,
    backend,
    signal: io.signal,
    say,
  });
  const counts = [
    `${thousands(done)} ${done === 1 ? "trial" : "trials"} done`,
    `${thousands(failed)} failed`,
    `${thousands(refused)} ${refused === 1 ? "message" : "messages"} refused`,
  ];
  io.stdout.write(`${counts.join(", ")}\n`);
}
