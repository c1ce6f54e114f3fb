// bun main.js
import { PsilonRegressor } from "psilon";

const rows = Array.from({ length: 300 }, (_, i) => ({ x: i / 30, y: Math.sin(i / 30) }));

const regressor = await new PsilonRegressor({ preset: "fast", seed: 1 }).fit(rows, "y");
await Bun.write("sine.safetensors", regressor.save());

const again = PsilonRegressor.load(await Bun.file("sine.safetensors").bytes());
console.log("R²", await again.score(rows));
