"""OpenBLAS through numpy: `openblas.py product <folder> <settings as JSON>`, C <- A B into existing memory."""
import ctypes
import json
import sys

import numpy as np
from timing import milliseconds, openblas

openblas.openblas_get_config.restype = ctypes.c_char_p
random = np.random.default_rng(1)
figures = []
for shape in json.loads(sys.argv[3])["productShapes"]:
    m, n, k = map(int, shape.split("x"))
    a, b, c = (random.random(size, dtype=np.float32) for size in [(m, k), (k, n), (m, n)])
    for threads, variant in [(1, "1 thread"), (2, "2 threads")]:
        openblas.openblas_set_num_threads(threads)
        figure = milliseconds(lambda: np.matmul(a, b, out=c))
        figures.append({"column": f"product {shape}", "variant": variant, "milliseconds": figure})
config = openblas.openblas_get_config().decode()
print(json.dumps({"version": f"numpy {np.__version__} with {config}", "figures": figures}))
