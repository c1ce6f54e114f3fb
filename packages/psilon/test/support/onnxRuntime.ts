import { createRequire } from "node:module";

/** A tensor of onnxruntime's. */
export interface RuntimeTensor {
  readonly type: string;
  readonly data: ArrayLike<number | bigint | string>;
  readonly dims: readonly number[];
}

interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(feeds: Readonly<Record<string, RuntimeTensor>>): Promise<Readonly<Record<string, RuntimeTensor>>>;
}

/** What is used of onnxruntime-node. */
interface OnnxRuntime {
  readonly Tensor: new (
    type: string,
    data: Float64Array | Float32Array | readonly string[],
    dims: readonly number[],
  ) => RuntimeTensor;
  readonly InferenceSession: {
    create(bytes: Uint8Array, options: object): Promise<Session>;
  };
}

/** ONNX's own runtime, where scripts/install-test-tools.sh has put it; else null. */
export const onnxRuntime: OnnxRuntime | null = (() => {
  try {
    return createRequire(new URL("../../../../.tools/package.json", import.meta.url))("onnxruntime-node");
  } catch {
    return null;
  }
})();

/** What onnxruntime computes by the file for inputs, each as many numbers or texts as there are rows; float64, or of the type that is given. */
export async function runOnnx(
  file: Uint8Array,
  inputs: Readonly<Record<string, Float64Array | Float32Array | readonly string[]>>,
): Promise<{ readonly session: Session; readonly outputs: Readonly<Record<string, RuntimeTensor>> }> {
  if (!onnxRuntime) throw new Error("onnxruntime-node is not installed.");
  const { InferenceSession, Tensor } = onnxRuntime;
  const session = await InferenceSession.create(file, { logSeverityLevel: 3 });
  const feeds = Object.entries(inputs).map(([name, data]) => {
    const type =
      data instanceof Float64Array ? "float64" : data instanceof Float32Array ? "float32" : "string";
    return [name, new Tensor(type, data, [data.length, 1])] as const;
  });
  return { session, outputs: await session.run(Object.fromEntries(feeds)) };
}
