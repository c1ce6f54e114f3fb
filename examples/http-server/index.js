// node index.js model.safetensors; then rows as JSON go to it, and predictions come back.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import { PsilonClassifier } from "psilon";

const classifier = PsilonClassifier.load(await readFile(process.argv[2]));
const server = createServer(async (request, response) => {
  const answer = await json(request)
    .then((rows) => classifier.predict(rows))
    .catch(({ message }) => ({ error: message }));
  response.writeHead("error" in answer ? 422 : 200, { "content-type": "application/json" });
  response.end(JSON.stringify(answer));
});
server.listen(process.env.PORT ?? 8080, () => console.log(`http://localhost:${server.address().port}`));
