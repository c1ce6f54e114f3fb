import { createRequire } from "node:module";

/** What is used of onnxruntime-node. */
interface OnnxRuntime {
  readonly InferenceSession: {
    create(
      bytes: Uint8Array,
      options: object,
    ): Promise<{
      run(feeds: object): Promise<Readonly<Record<string, { readonly data: ArrayLike<number> }>>>;
    }>;
  };
  readonly Tensor: new (type: "float32", data: Float32Array, dims: readonly number[]) => object;
}

/** ONNX's own runtime, where scripts/install-test-tools.sh has put it; else null. */
export const onnxRuntime: OnnxRuntime | null = (() => {
  try {
    return createRequire(new URL("../../../../.tools/package.json", import.meta.url))("onnxruntime-node");
  } catch {
    return null;
  }
})();
