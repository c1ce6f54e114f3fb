"""The protocol of ../timing.js for the peers in Python, which have nothing to compile: 0.1 s of warm-up are enough."""
import ctypes
import statistics
import time

openblas = ctypes.CDLL("libopenblas.so.0")


def milliseconds(call):
    begin, calls = time.perf_counter(), 0
    while calls < 3 or time.perf_counter() - begin < 0.1:
        call()
        calls += 1
    size = max(1, round(0.05 * calls / (time.perf_counter() - begin)))
    blocks = []
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(size):
            call()
        blocks.append((time.perf_counter() - start) / size)
    return statistics.median(blocks) * 1000
