"""PyTorch on one thread: python torch_peer.py FOLDER eager|fused|compile. The usual loop: modules, an optimizer of torch.optim, rows gathered by an index."""

import sys

import numpy
from peer import Task, decline, rate_of, serve

try:
    import torch
    from torch import nn
except ImportError as error:
    decline(f"no torch: {error}")

torch.set_num_threads(1)
torch.manual_seed(1)


class Trainer:
    def __init__(self, folder, mode):
        self.task = Task(folder)
        self.mode = mode
        task = self.task
        x = torch.from_numpy(task.x)
        if len(task.input) == 3:
            height, width, channels = task.input
            x = x.reshape(-1, height, width, channels).permute(0, 3, 1, 2).contiguous()
        self.x = x
        self.y = torch.from_numpy(task.y.reshape(-1, 1) if task.is_number else task.y)
        self.order = torch.from_numpy(task.order.astype(numpy.int64))
        self.criterion = nn.MSELoss() if task.is_number else nn.CrossEntropyLoss()
        # With dropout and without; a model is compiled once and gets its first weights back at every start.
        self.variants = {}
        self.reset(True)

    def reset(self, dropout):
        if dropout not in self.variants:
            model = self.network(dropout)
            model.train()
            forward = lambda x, y: self.criterion(model(x), y)
            first = {name: value.clone() for name, value in model.state_dict().items()}
            self.variants[dropout] = model, first, torch.compile(forward) if self.mode == "compile" else forward
        model, first, self.objective = self.variants[dropout]
        model.load_state_dict(first)
        self.optimizer = self.make_optimizer(model)
        self.step = 0

    def network(self, dropout):
        modules = []
        # Shape of one row, channels last; torch's images have them first, so a dense layer behind an image has its rows put in torch's order.
        shape = list(self.task.input)
        image = None
        for layer in self.task.layers(dropout):
            kind = layer["kind"]
            if kind == "dense":
                kernel = self.task.weights(layer["kernel"])
                if image is not None:
                    kernel = kernel.reshape(*image, -1).transpose(2, 0, 1, 3).reshape(kernel.shape)
                    image = None
                module = nn.Linear(*kernel.shape, bias="bias" in layer)
                self.fill(module, kernel.T, layer)
                shape = [kernel.shape[1]]
            elif kind == "conv2d":
                kernel = self.task.weights(layer["kernel"])
                _, _, channels, filters = kernel.shape
                module = nn.Conv2d(channels, filters, layer["size"], padding=layer["padding"], bias="bias" in layer)
                self.fill(module, kernel.transpose(3, 2, 0, 1), layer)
                shape[2] = filters
            elif kind == "maxPool":
                module = nn.MaxPool2d(layer["size"])
                shape = [shape[0] // layer["size"], shape[1] // layer["size"], shape[2]]
            elif kind == "flatten":
                module = nn.Flatten()
                image = shape
            elif kind == "batchNorm":
                module = nn.BatchNorm1d(shape[-1], eps=layer["epsilon"], momentum=1 - layer["momentum"])
            elif kind == "dropout":
                module = nn.Dropout(1 - layer["keepProb"])
            else:
                module = {"relu": nn.ReLU, "tanh": nn.Tanh}[kind]()
            modules.append(module)
        return nn.Sequential(*modules)

    def fill(self, module, kernel, layer):
        with torch.no_grad():
            module.weight.copy_(torch.from_numpy(numpy.ascontiguousarray(kernel)))
            if "bias" in layer:
                module.bias.copy_(torch.from_numpy(self.task.weights(layer["bias"])))

    def make_optimizer(self, model):
        told = self.task.optimizer
        kernels = [p for p in model.parameters() if p.dim() > 1]
        others = [p for p in model.parameters() if p.dim() == 1]
        # (λ/2m)‖W‖² of the kernels is torch's weight_decay λ/m.
        groups = [{"params": kernels, "weight_decay": self.task.lambda_ / self.task.batch}, {"params": others}] if self.task.lambda_ > 0 else list(model.parameters())
        options = {} if self.mode == "eager" else {"fused": True}
        if told["kind"] == "adam":
            return torch.optim.Adam(groups, lr=told["learningRate"], betas=(told["beta1"], told["beta2"]), eps=told["epsilon"], **options)
        momentum = told["beta"] if told["kind"] == "momentum" else 0
        return torch.optim.SGD(groups, lr=told["learningRate"], momentum=momentum, **options)

    def portion(self):
        epoch, within = divmod(self.step, self.task.steps_per_epoch)
        rows = self.order[epoch % len(self.order), within]
        loss = self.objective(self.x[rows], self.y[rows])
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        self.step += 1
        return 1, loss

    def number(self, loss):
        return loss.item()

    def losses(self, steps):
        return [self.portion()[1].item() for _ in range(steps)]

    def gemm(self, m, n, k, seconds):
        a, b, c = torch.randn(m, k), torch.randn(k, n), torch.empty(m, n)
        return rate_of(lambda: torch.mm(a, b, out=c), m, n, k, seconds)


def blas():
    """What multiplies matrices below torch: its own words, and the libraries that are loaded."""
    words = torch.__config__.show().replace(",", "\n").splitlines()
    told = [word.strip(" -") for word in words if "CPU capability" in word or "BLAS_INFO=" in word or "Math Kernel" in word]
    try:
        with open("/proc/self/maps", encoding="utf8") as maps:
            loaded = sorted({line.split("/")[-1].strip() for line in maps if "blas" in line or "mkl" in line})
    except OSError:
        loaded = []
    return "; ".join([word.replace("Build settings: ", "") for word in told] + loaded)


if __name__ == "__main__":
    folder, mode = sys.argv[1:3]
    if mode == "compile" and not hasattr(torch, "compile"):
        decline(f"torch {torch.__version__} has no torch.compile")
    try:
        trainer = Trainer(folder, mode)
    except (RuntimeError, TypeError, ValueError) as error:
        decline(f"torch {torch.__version__}: {error}")
    serve(f"torch {torch.__version__} {mode}, {torch.get_num_threads()} thread; {blas()}", trainer)
