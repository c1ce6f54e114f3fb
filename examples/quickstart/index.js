import { PsilonClassifier } from "psilon";

// Rows are objects here; columns as arrays, Arrow's vectors and the frames of readCsv and readParquet do as well.
const rows = Array.from({ length: 300 }, (_, i) => ({
  width: i % 17,
  height: i % 23,
  colour: ["red", "green"][i % 2],
  shape: i % 17 > i % 23 ? "wide" : "tall",
}));

const classifier = await new PsilonClassifier({ preset: "fast", seed: 1 }).fit(rows, "shape");
console.log("accuracy", await classifier.score(rows));

const unseen = [
  { width: 2.5, height: 20, colour: "red" },
  { width: 15, height: 3.5, colour: "green" },
];
const again = PsilonClassifier.load(classifier.save()); // the bytes of a safetensors file
console.log(await again.predict(unseen)); // [ 'tall', 'wide' ]
