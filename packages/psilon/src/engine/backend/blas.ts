import { nativeLoader } from "#platform";
import type { NativeFunction, NativeLibrary } from "./platform/nativeLibrary.js";

/** A system BLAS, ready to multiply. */
export interface Blas {
  /** The library, its version and the processor its kernels are for: "OpenBLAS 0.3.21 Zen". */
  readonly description: string;
  /** Where it was found, as the system's loader takes it. */
  readonly path: string;
  readonly sgemm: NativeFunction;
  /** Sets the threads of this library for the whole process. */
  setThreads(threads: number): void;
}

/** What a search for a system BLAS came back with. */
export interface BlasSearch {
  /** Whether koffi, through which system libraries are called, is installed. */
  readonly koffi: boolean;
  /** In order of preference. */
  readonly found: readonly Blas[];
}

/** Looks for OpenBLAS, Accelerate and MKL. Finds nothing in browsers. */
export async function findBlas(): Promise<BlasSearch> {
  const loader = await nativeLoader();
  const found: Blas[] = [];
  if (loader) {
    for (const { paths, describe, threads } of LIBRARIES) {
      for (const path of paths) {
        try {
          const library = loader.load(path);
          const sgemm = library.func(SGEMM);
          const setThreads = threads ? library.func(threads) : () => {};
          found.push({ description: describe(library), path, sgemm, setThreads });
          break;
        } catch {
          // Not there, or not with these functions: the next path may be.
        }
      }
    }
  }
  return { koffi: loader !== undefined, found };
}

interface Candidate {
  /** One library under the names that systems give it. */
  readonly paths: readonly string[];
  readonly describe: (library: NativeLibrary) => string;
  /** Prototype of the function that sets the number of threads, where there is one. */
  readonly threads?: string;
}

/** Operands are typed arrays: koffi passes where their memory is now, so that the arena may grow between calls. */
const SGEMM =
  "void cblas_sgemm(int layout, int transA, int transB, int m, int n, int k, " +
  "float alpha, const void *a, int lda, const void *b, int ldb, float beta, void *c, int ldc)";

const LIBRARIES: readonly Candidate[] = [
  {
    // First where it exists, which is macOS: only Accelerate reaches Apple's matrix units. It picks its own threads.
    paths: ["/System/Library/Frameworks/Accelerate.framework/Accelerate"],
    describe: () => "Apple Accelerate",
  },
  {
    paths: [
      "libopenblas.so.0",
      "libopenblasp.so.0",
      "libopenblas.so",
      "/opt/homebrew/opt/openblas/lib/libopenblas.dylib",
      "/usr/local/opt/openblas/lib/libopenblas.dylib",
      "libopenblas.dll",
    ],
    // The configuration reads "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH … Zen MAX_THREADS=64".
    describe: (library) => {
      const text = (name: string) => String(library.func(`const char *${name}()`)());
      const version = /^OpenBLAS \S+/.exec(text("openblas_get_config"))?.[0] ?? "OpenBLAS";
      return `${version} ${text("openblas_get_corename")}`;
    },
    threads: "void openblas_set_num_threads(int threads)",
  },
  {
    paths: ["libmkl_rt.so.2", "libmkl_rt.so", "libmkl_rt.2.dylib", "mkl_rt.2.dll"],
    describe: (library) => {
      const text = new Uint8Array(200);
      library.func("void mkl_get_version_string(void *text, int length)")(text, text.length);
      return new TextDecoder().decode(text).replace(/\0.*$/s, "").trim();
    },
    threads: "void MKL_Set_Num_Threads(int threads)",
  },
];
