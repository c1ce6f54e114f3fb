import { createPicture } from "../shared/pictures.js";
import { createComposite } from "./composite.js";
import { rayOf, writePoints } from "./rays.js";

/** A network of four outputs at points of space as what is seen along rays: at most `capacity` of them at once, with `samples` points each. */
export function createRadianceField(network, capacity, samples) {
  const composite = createComposite(capacity, samples);
  const gaps = new Float64Array(capacity * samples);
  const rendered = new Float64Array(3 * capacity);
  const slopes = new Float64Array(3 * capacity);
  const middle = () => 0.5;
  return {
    /** Writes ray number `ray` of the next batch into the network's input. */
    show(line, ray, place) {
      writePoints(line, samples, ray, place, network.input.data, gaps);
    },
    /** The mean squared error of the colours of n rays after the network's way forward, and its slope into `outputDelta`. */
    loss(n, colours) {
      composite.forward(n, network.output.data, gaps, rendered);
      let sum = 0;
      for (let k = 0; k < 3 * n; k++) {
        const error = rendered[k] - colours[k];
        sum += error * error;
        slopes[k] = (2 * error) / (3 * n);
      }
      composite.backward(n, network.output.data, gaps, slopes, network.outputDelta.data);
      return sum / (3 * n);
    },
    /** What the trained network shows at some pixels of a camera's square picture, three numbers each; white where a ray passes the solid by. */
    colours(camera, size, pixels) {
      const values = new Float32Array(3 * pixels.length).fill(1);
      const hits = pixels
        .map((pixel, k) => ({ k, line: rayOf(camera, size, pixel) }))
        .filter(({ line }) => line !== null);
      for (let start = 0; start < hits.length; start += capacity) {
        const batch = hits.slice(start, start + capacity);
        batch.forEach(({ line }, ray) => {
          this.show(line, ray, middle);
        });
        network.evaluate(batch.length * samples);
        composite.forward(batch.length, network.output.data, gaps, rendered);
        batch.forEach(({ k }, ray) => {
          values.set(rendered.subarray(3 * ray, 3 * ray + 3), 3 * k);
        });
      }
      return values;
    },
    /** A camera's whole picture. */
    picture(camera, size) {
      const pixels = Array.from({ length: size * size }, (_, k) => k);
      return { ...createPicture(size, size), values: this.colours(camera, size, pixels) };
    },
  };
}
