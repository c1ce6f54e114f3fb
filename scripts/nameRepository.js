// Writes where the packages are developed into their package.json, as continuous integration knows it: one place says it, and a fork says its
// own. npm's provenance asks that `repository` be where the package was built.
//
//   GITHUB_SERVER_URL=… GITHUB_REPOSITORY=owner/name node scripts/nameRepository.js packages/psilon packages/cli

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = process.env;
if (!server || !name) throw new Error("GITHUB_SERVER_URL and GITHUB_REPOSITORY say where this is developed.");

for (const directory of process.argv.slice(2)) {
  const path = join(directory, "package.json");
  const home = `${server}/${name}`;
  const named = {
    ...JSON.parse(readFileSync(path, "utf8")),
    homepage: `${home}#readme`,
    bugs: { url: `${home}/issues` },
    repository: { type: "git", url: `git+${home}.git`, directory },
  };
  writeFileSync(path, `${JSON.stringify(named, null, 2)}\n`);
}
