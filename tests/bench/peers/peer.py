"""What every peer in Python has in common: the task it reads, the lines it answers, the clock. Knows no framework."""

import json
import resource
import sys
import time

import numpy


class Task:
    """The files of a workload. Kernels are (inputs, units) or (height, width, channels, filters); images have their channels last."""

    def __init__(self, folder):
        with open(f"{folder}/task.json", encoding="utf8") as file:
            self.told = json.load(file)
        told = self.told
        self.batch = told["batchSize"]
        self.steps_per_epoch = told["stepsPerEpoch"]
        self.input = told["input"]
        self.lambda_ = told["lambda"]
        self.optimizer = told["optimizer"]
        self.is_number = told["loss"] == "mse"
        rows, features = told["rows"], told["features"]
        self.x = numpy.fromfile(f"{folder}/x.f32", numpy.float32).reshape(rows, features)
        self.y = numpy.fromfile(f"{folder}/y.f32", numpy.float32)
        if not self.is_number:
            self.y = self.y.astype(numpy.int64)
        # (epochs, steps, batch); the rows that fill no batch are left out.
        order = numpy.fromfile(f"{folder}/order.i32", numpy.int32).reshape(told["epochs"], rows)
        self.order = numpy.ascontiguousarray(order[:, : self.steps_per_epoch * self.batch].reshape(told["epochs"], self.steps_per_epoch, self.batch))
        self.all_weights = numpy.fromfile(f"{folder}/weights.f32", numpy.float32)

    def weights(self, slice_):
        size = int(numpy.prod(slice_["shape"]))
        return self.all_weights[slice_["at"] : slice_["at"] + size].reshape(slice_["shape"]).copy()

    def layers(self, dropout):
        return [layer for layer in self.told["layers"] if dropout or layer["kind"] != "dropout"]

    def corrections(self, step):
        """Adam's rate over the first average's correction, and the root of the second one's, in double precision: 1 − β₂ᵗ in single is off by 6e-5 at t = 1."""
        if self.optimizer["kind"] != "adam":
            return self.optimizer["learningRate"], 1.0
        t = step + 1
        return self.optimizer["learningRate"] / (1 - self.optimizer["beta1"] ** t), (1 - self.optimizer["beta2"] ** t) ** 0.5


def serve(about, trainer):
    """Answers lines until the end is asked for. A trainer has reset(dropout), losses(n), portion() → (steps, loss), number(loss); gemm(m, n, k, seconds) may be absent."""
    say({"ready": True, "about": about})
    for line in sys.stdin:
        ask = json.loads(line)
        if ask["do"] == "end":
            break
        try:
            say(answer(ask, trainer))
        except Exception as error:  # The benchmark tells what went wrong and goes on with the others.
            say({"failed": f"{type(error).__name__}: {str(error)[:400]}"})


def answer(ask, trainer):
    kind = ask["do"]
    if kind == "losses":
        trainer.reset(dropout=False)
        found = trainer.losses(ask["steps"])
        # The next chunk starts afresh, whatever it asks for: this was another model.
        trainer.is_started = False
        return {"losses": found}
    if kind == "chunk":
        if ask["fresh"] or not getattr(trainer, "is_started", False):
            trainer.reset(dropout=True)
            trainer.is_started = True
        steps, loss = 0, None
        started = time.perf_counter()
        elapsed = 0.0
        while elapsed < ask["seconds"]:
            taken, loss = trainer.portion()
            steps += taken
            elapsed = time.perf_counter() - started
        return {"steps": steps, "ms": 1000 * elapsed, "loss": trainer.number(loss)}
    if kind == "gemm":
        return {"gflops": trainer.gemm(ask["m"], ask["n"], ask["k"], ask["seconds"])}
    if kind == "memory":
        return {"peakBytes": 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}
    raise ValueError(f"nobody answers {kind}")


def decline(reason):
    say({"ready": False, "about": reason})
    sys.exit(0)


def say(message):
    print(json.dumps(message), flush=True)


def rate_of(product, m, n, k, seconds):
    """GFLOPS of a product that is called over and over: the best of short samples."""
    product()
    best, started = 0.0, time.perf_counter()
    while time.perf_counter() - started < seconds:
        at = time.perf_counter()
        count = 0
        while time.perf_counter() - at < 0.02:
            product()
            count += 1
        best = max(best, 2e-9 * m * n * k * count / (time.perf_counter() - at))
    return best
