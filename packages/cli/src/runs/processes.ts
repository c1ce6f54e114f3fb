import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** What tells a process from all others. */
export interface ProcessMark {
  /** The machine, or a container in it that has numbers of its own for its processes. */
  readonly host: string;
  readonly pid: number;
  /** When its system was started, and it in that, which a later process of the same number has not; null where the platform does not tell. */
  readonly process: string | null;
}

/** That of a machine outside of all containers, the same on all of them. */
const OUTSIDE = "pid:[4026531836]";

/** Where a process's number says which one it is; containers may have the name of their machine. */
export function ownHost(): string {
  try {
    const numbers = readlinkSync("/proc/self/ns/pid");
    return numbers === OUTSIDE ? hostname() : `${hostname()} ${numbers}`;
  } catch {
    return hostname();
  }
}

export const ownProcess = (): ProcessMark => ({
  host: ownHost(),
  pid: process.pid,
  process: startOf(process.pid),
});

/** Whether a process is still there; of another machine's it is not known, and they count as alive. */
export function isAlive({ host, pid, process: start }: ProcessMark): boolean {
  if (host !== ownHost()) return true;
  if (start !== null) return startOf(pid) === start;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Somebody else's.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function startOf(pid: number): string | null {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // A program's name, in parentheses, may hold anything; the state follows, Z of one that has ended, and in the 22nd place the start.
    const [state, ...more] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return state === "Z" ? null : `${boot} ${more[18]}`;
  } catch {
    return null;
  }
}
