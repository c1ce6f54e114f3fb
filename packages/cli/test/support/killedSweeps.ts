import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createRandom } from "psilon/engine";
import { readRuns } from "../../src/runs/database.js";
import { bin, node } from "./psilon.js";

/** What came of sweeps that were killed and resumed. */
export interface KilledSweeps {
  /** What each sweep printed that came to its end. */
  readonly printed: readonly string[];
  /** Times that a process was killed, and those of them after which trials were kept. */
  readonly kills: number;
  readonly midway: number;
  /** Numbers of trials that are recorded, by sweep. */
  readonly recorded: ReadonlyMap<string, readonly number[]>;
}

/** Milliseconds within which a process is killed, from its start or from when its trials begin: about as long as that takes. */
const MOMENTS = { start: 2000, trials: 1000 };

/** How many of the kills are counted from the start. */
const EARLY = 0.25;

/** Times that one sweep is killed at most, before it is left to come to its end. */
const MOST = 6;

/**
 * Runs the command line of a sweep, kills its process with SIGKILL at a random moment and resumes it until it comes to its end, and begins the next, until as many
 * processes as asked for were killed. The run database has to open after each. Where a process is killed depends on the machine; what comes of it must not.
 */
export async function killSweeps(
  argv: readonly string[],
  cwd: string,
  runs: string,
  wanted: number,
): Promise<KilledSweeps> {
  const random = createRandom(wanted);
  const path = join(cwd, runs);
  const printed: string[] = [];
  let [kills, midway, own] = [0, 0, 0];
  while (kills < wanted || (await unfinished(path)) > 0) {
    const isSpared = kills >= wanted || own >= MOST;
    const isBegun = (await unfinished(path)) > 0;
    const finished = await attempt(
      [...argv, "--runs", runs, ...(isBegun ? ["--resume"] : [])],
      cwd,
      isSpared ? null : momentOf(random.next() < EARLY ? "start" : "trials", random.next()),
    );
    if (finished.signal === "SIGKILL") {
      [kills, own] = [kills + 1, own + 1];
      const all = await recordedIn(path);
      const [last = []] = [...all.values()].slice(-1);
      if (last.length > 0) midway++;
    } else {
      if (finished.code !== 0) throw new Error(`It ended with ${finished.code}: ${finished.stderr}`);
      printed.push(finished.stdout);
      own = 0;
    }
  }
  return { printed, kills, midway, recorded: await recordedIn(path) };
}

/** Sweeps to be resumed. */
async function unfinished(path: string): Promise<number> {
  if (!existsSync(path)) return 0;
  return readRuns(path, async (connection) => {
    const read = await connection.runAndReadAll(
      "SELECT count(*) FROM runs WHERE command = 'sweep' AND status <> 'done'",
    );
    return Number(read.getRows()[0][0]);
  });
}

/** In the order in which the sweeps began. */
async function recordedIn(path: string): Promise<Map<string, number[]>> {
  if (!existsSync(path)) return new Map();
  return readRuns(path, async (connection) => {
    const sweeps = await connection.runAndReadAll(
      "SELECT id FROM runs WHERE command = 'sweep' ORDER BY begun",
    );
    const trials = await connection.runAndReadAll(
      "SELECT parent, number FROM runs WHERE command = 'trial' ORDER BY number",
    );
    const found = new Map<string, number[]>(sweeps.getRows().map(([id]) => [String(id), []]));
    for (const [parent, number] of trials.getRows()) found.get(String(parent))?.push(Number(number));
    return found;
  });
}

interface Moment {
  readonly from: keyof typeof MOMENTS;
  readonly after: number;
}

const momentOf = (from: Moment["from"], share: number): Moment => ({ from, after: MOMENTS[from] * share });

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

function attempt(argv: readonly string[], cwd: string, kill: Moment | null): Promise<Ended> {
  const child = spawn(node, [bin, ...argv], { cwd });
  const told = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => {
    told.stdout += chunk;
  });
  let timer: NodeJS.Timeout | undefined;
  const arm = (from: Moment["from"]) => {
    if (kill?.from === from) timer ??= setTimeout(() => child.kill("SIGKILL"), kill.after);
  };
  arm("start");
  child.stderr.on("data", (chunk) => {
    arm("trials");
    told.stderr += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, ...told });
    });
  });
}
