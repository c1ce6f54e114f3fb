/** A mutation run fails below this share of mutants killed. */
const DEMANDED = 0.95;

const percent = (share) => `${(100 * share).toFixed(1)} %`;

/**
 * Prints what became of the mutants, a line a folder, and every survivor as the change that nobody noticed.
 * @param {{ file: string, line: number, before: string, after: string, status: string }[]} mutants
 * @returns {boolean} Whether enough were killed.
 */
export function report(mutants) {
  const folders = [...new Set(mutants.map(folderOf)), "all"];
  console.log("folder       mutants  equivalent  killed  hung  survived  untested    score");
  let score = 1;
  for (const folder of folders) {
    const those = mutants.filter((mutant) => folder === "all" || folderOf(mutant) === folder);
    const count = (status) => those.filter((mutant) => mutant.status === status).length;
    const counts = ["equivalent", "killed", "hung", "survived", "untested"].map(count);
    const [equivalent, killed, hung] = counts;
    score = (killed + hung) / Math.max(1, those.length - equivalent);
    const widths = [12, 8, 6, 10, 10];
    console.log(
      folder.padEnd(12) +
        String(those.length).padStart(8) +
        counts.map((n, k) => String(n).padStart(widths[k])).join("") +
        percent(score).padStart(9),
    );
  }
  for (const { status, file, line, within, before, after } of mutants) {
    if (status !== "survived" && status !== "untested") continue;
    console.log(`\n${file}:${line} ${within} ${status}\n  - ${before}\n  + ${after}`);
  }
  return score >= DEMANDED;
}

const folderOf = ({ file }) => file.split("/")[0];
