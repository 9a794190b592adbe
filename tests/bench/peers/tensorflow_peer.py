"""TensorFlow on one thread: python tensorflow_peer.py FOLDER function. A tf.function of plain operations is one step; Adam is TensorFlow's own fused kernel."""

import sys

import numpy
from peer import Task, decline, rate_of, serve

try:
    import tensorflow as tf
except ImportError as error:
    decline(f"no tensorflow: {error}")

tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)


class Trainer:
    def __init__(self, folder):
        self.task = Task(folder)
        task = self.task
        self.x = tf.constant(task.x.reshape(-1, *task.input))
        self.y = tf.constant(task.y.reshape(-1, 1) if task.is_number else task.y)
        self.variants = {}
        self.reset(True)

    def reset(self, dropout):
        if dropout not in self.variants:
            self.variants[dropout] = self.build(self.task.layers(dropout))
        self.run, variables = self.variants[dropout]
        for variable, first in variables:
            variable.assign(first)
        self.step = 0

    def build(self, layers):
        """The step, and every variable with what it starts from."""
        task, told = self.task, self.task.optimizer
        parts = ("kernel", "bias", "scale", "shift")
        params = [{part: tf.Variable(task.weights(layer[part])) for part in parts if part in layer} for layer in layers]
        flat = [variable for p in params for variable in p.values()]
        first, second = ([tf.Variable(tf.zeros_like(variable)) for variable in flat] for _ in range(2))
        running = [(tf.Variable(tf.zeros_like(p["scale"])), tf.Variable(tf.ones_like(p["scale"]))) if "scale" in p else None for p in params]

        def forward(x):
            for layer, p, kept in zip(layers, params, running):
                kind = layer["kind"]
                if kind == "dense":
                    x = tf.matmul(x, p["kernel"])
                    x = tf.nn.bias_add(x, p["bias"]) if "bias" in p else x
                elif kind == "conv2d":
                    pad = layer["padding"]
                    x = tf.nn.bias_add(tf.nn.conv2d(x, p["kernel"], 1, [[0, 0], [pad, pad], [pad, pad], [0, 0]]), p["bias"])
                elif kind == "maxPool":
                    x = tf.nn.max_pool2d(x, layer["size"], layer["size"], "VALID")
                elif kind == "flatten":
                    x = tf.reshape(x, [task.batch, -1])
                elif kind == "batchNorm":
                    mean, variance = tf.nn.moments(x, [0])
                    x = tf.nn.batch_normalization(x, mean, variance, p["shift"], p["scale"], layer["epsilon"])
                    for old, new in zip(kept, (mean, variance)):
                        old.assign(layer["momentum"] * old + (1 - layer["momentum"]) * new)
                elif kind == "dropout":
                    x = tf.nn.dropout(x, 1 - layer["keepProb"])
                else:
                    x = {"relu": tf.nn.relu, "tanh": tf.nn.tanh}[kind](x)
            return x

        @tf.function(input_signature=[tf.TensorSpec([task.batch], tf.int32), tf.TensorSpec([], tf.float32), tf.TensorSpec([], tf.float32)])
        def step(rows, rate, root):
            x, y = tf.gather(self.x, rows), tf.gather(self.y, rows)
            with tf.GradientTape() as tape:
                z = forward(x)
                loss = tf.reduce_mean((z - y) ** 2) if task.is_number else tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, z))
                total = loss
                if task.lambda_ > 0:
                    # l2_loss is half the sum of squares.
                    total = loss + task.lambda_ / task.batch * tf.add_n([tf.nn.l2_loss(p["kernel"]) for p in params if "kernel" in p])
            for g, p, m, v in zip(tape.gradient(total, flat), flat, first, second):
                if told["kind"] == "adam":
                    # The kernel puts ε beside the uncorrected root. With the corrections taken out of it, and ε times the root, it is the paper's form.
                    tf.raw_ops.ResourceApplyAdam(var=p.handle, m=m.handle, v=v.handle, beta1_power=0.0, beta2_power=0.0, lr=rate * root, beta1=told["beta1"],
                                                 beta2=told["beta2"], epsilon=told["epsilon"] * root, grad=g)
                elif told["kind"] == "momentum":
                    tf.raw_ops.ResourceApplyMomentum(var=p.handle, accum=m.handle, lr=rate, grad=g, momentum=told["beta"])
                else:
                    tf.raw_ops.ResourceApplyGradientDescent(var=p.handle, alpha=rate, delta=g)
            return loss

        kept = [variable for pair in running if pair is not None for variable in pair]
        return step, [(variable, tf.identity(variable)) for variable in [*flat, *first, *second, *kept]]

    def portion(self):
        task = self.task
        epoch, within = divmod(self.step, task.steps_per_epoch)
        rate, root = task.corrections(self.step)
        loss = self.run(tf.constant(task.order[epoch % len(task.order), within]), tf.constant(rate, tf.float32), tf.constant(root, tf.float32))
        self.step += 1
        return 1, loss

    def number(self, loss):
        return float(loss)

    def losses(self, steps):
        return [float(self.portion()[1]) for _ in range(steps)]

    def gemm(self, m, n, k, seconds):
        a, b = tf.ones((m, k)), tf.ones((k, n))
        product = tf.function(lambda: tf.matmul(a, b))
        return rate_of(product, m, n, k, seconds)


if __name__ == "__main__":
    serve(f"tensorflow {tf.__version__} function, one thread", Trainer(sys.argv[1]))
