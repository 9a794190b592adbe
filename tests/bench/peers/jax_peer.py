"""JAX on one thread: python jax_peer.py FOLDER jit|scan. jit: one compiled call a step. scan: one compiled call an epoch, the rows gathered inside."""

import sys

import numpy
from peer import Task, decline, rate_of, serve

try:
    import jax
    import jax.numpy as jnp
    from jax import lax
except ImportError as error:
    decline(f"no jax: {error}")

jax.config.update("jax_platforms", "cpu")


class Trainer:
    def __init__(self, folder, mode):
        self.task = Task(folder)
        self.mode = mode
        task = self.task
        self.x = jnp.asarray(task.x.reshape(-1, *task.input))
        self.y = jnp.asarray(task.y.reshape(-1, 1) if task.is_number else task.y.astype(numpy.int32))
        self.order = jnp.asarray(task.order)
        self.compiled = {}
        self.reset(True)

    def reset(self, dropout):
        layers = self.task.layers(dropout)
        if dropout not in self.compiled:
            self.compiled[dropout] = self.compile(layers)
        self.run = self.compiled[dropout]
        parts = ("kernel", "bias", "scale", "shift")
        params = [{part: jnp.asarray(self.task.weights(layer[part])) for part in parts if part in layer} for layer in layers]
        zeros = jax.tree_util.tree_map(jnp.zeros_like, params)
        running = [{"mean": jnp.zeros_like(p["scale"]), "variance": jnp.ones_like(p["scale"])} if "scale" in p else {} for p in params]
        # Two trees of zeros of their own: memory is given away at each call.
        self.state = params, zeros, jax.tree_util.tree_map(jnp.zeros_like, params), running, jax.random.PRNGKey(1)
        self.step = 0

    def compile(self, layers):
        task, told = self.task, self.task.optimizer

        def forward(params, running, key, x):
            next_running = []
            for i, (layer, p, kept) in enumerate(zip(layers, params, running)):
                kind = layer["kind"]
                if kind == "dense":
                    x = x.reshape(x.shape[0], -1) @ p["kernel"]
                    x = x + p["bias"] if "bias" in p else x
                elif kind == "conv2d":
                    pad = layer["padding"]
                    x = lax.conv_general_dilated(x, p["kernel"], (1, 1), ((pad, pad), (pad, pad)), dimension_numbers=("NHWC", "HWIO", "NHWC")) + p["bias"]
                elif kind == "maxPool":
                    window = (1, layer["size"], layer["size"], 1)
                    x = lax.reduce_window(x, -jnp.inf, lax.max, window, window, "VALID")
                elif kind == "flatten":
                    x = x.reshape(x.shape[0], -1)
                elif kind == "batchNorm":
                    mean, variance = jnp.mean(x, 0), jnp.var(x, 0)
                    x = (x - mean) * lax.rsqrt(variance + layer["epsilon"]) * p["scale"] + p["shift"]
                    keep = layer["momentum"]
                    kept = {"mean": keep * kept["mean"] + (1 - keep) * mean, "variance": keep * kept["variance"] + (1 - keep) * variance}
                elif kind == "dropout":
                    mask = jax.random.bernoulli(jax.random.fold_in(key, i), layer["keepProb"], x.shape)
                    x = jnp.where(mask, x / layer["keepProb"], 0)
                else:
                    x = {"relu": jax.nn.relu, "tanh": jnp.tanh}[kind](x)
                next_running.append(kept)
            return x, next_running

        def objective(params, running, key, x, y):
            z, running = forward(params, running, key, x)
            if task.is_number:
                loss = jnp.mean((z - y) ** 2)
            else:
                loss = -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(z), y[:, None], 1))
            total = loss
            if task.lambda_ > 0:
                total = loss + task.lambda_ / (2 * task.batch) * sum(jnp.sum(p["kernel"] ** 2) for p in params if "kernel" in p)
            return total, (loss, running)

        def step(state, x_all, y_all, rows, rate, root):
            params, first, second, running, key = state
            key, own = jax.random.split(key)
            (_, (loss, running)), grads = jax.value_and_grad(objective, has_aux=True)(params, running, own, x_all[rows], y_all[rows])
            each = jax.tree_util.tree_map
            if told["kind"] == "adam":
                first = each(lambda m, g: told["beta1"] * m + (1 - told["beta1"]) * g, first, grads)
                second = each(lambda v, g: told["beta2"] * v + (1 - told["beta2"]) * g * g, second, grads)
                params = each(lambda p, m, v: p - rate * m / (jnp.sqrt(v) / root + told["epsilon"]), params, first, second)
            elif told["kind"] == "momentum":
                first = each(lambda v, g: told["beta"] * v + g, first, grads)
                params = each(lambda p, v: p - rate * v, params, first)
            else:
                params = each(lambda p, g: p - rate * g, params, grads)
            return (params, first, second, running, key), loss

        if self.mode == "jit":
            return jax.jit(step, donate_argnums=0)

        def epoch(state, x_all, y_all, order, rates, roots):
            return lax.scan(lambda state, at: step(state, x_all, y_all, *at), state, (order, rates, roots))

        return jax.jit(epoch, donate_argnums=0)

    def portion(self):
        task = self.task
        epoch, within = divmod(self.step, task.steps_per_epoch)
        order = self.order[epoch % len(self.order)] if self.mode == "scan" else task.order[epoch % len(task.order), within]
        count = task.steps_per_epoch if self.mode == "scan" else 1
        pairs = [task.corrections(self.step + i) for i in range(count)]
        rates, roots = (numpy.asarray(column, numpy.float32) for column in zip(*pairs))
        if self.mode == "jit":
            rates, roots = rates[0], roots[0]
        self.state, losses = self.run(self.state, self.x, self.y, order, rates, roots)
        self.step += count
        # Calls return before their work is done: an epoch is waited for, steps are let run ahead by one.
        if self.mode == "scan":
            losses.block_until_ready()
        else:
            previous, self.pending = getattr(self, "pending", losses), losses
            previous.block_until_ready()
        return count, losses

    def number(self, losses):
        return float(numpy.asarray(losses).reshape(-1)[-1])

    def losses(self, steps):
        found = []
        while len(found) < steps:
            found.extend(numpy.asarray(self.portion()[1]).reshape(-1).tolist())
        return found[:steps]

    def gemm(self, m, n, k, seconds):
        a, b = jnp.ones((m, k)), jnp.ones((k, n))
        product = jax.jit(jnp.matmul)
        return rate_of(lambda: product(a, b).block_until_ready(), m, n, k, seconds)


if __name__ == "__main__":
    folder, mode = sys.argv[1:3]
    serve(f"jax {jax.__version__} {mode}, {jax.devices()[0].platform}, one thread (XLA flushes denormals)", Trainer(folder, mode))
