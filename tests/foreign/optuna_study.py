"""Two Optuna studies in an SQLite file, and beside it as JSON what Optuna itself says of them.

python3 optuna_study.py made      (Optuna 3.1.0 of Debian 12 made the kept files)
"""

import json
import os
import sys

import optuna

optuna.logging.set_verbosity(optuna.logging.CRITICAL)
folder = sys.argv[1]
database = os.path.join(folder, "optuna.db")
if os.path.exists(database):
    os.remove(database)
storage = f"sqlite:///{database}"


def one_goal(trial):
    rate = trial.suggest_float("lr", 1e-5, 1e-1, log=True)
    units = trial.suggest_int("units", 8, 64, step=8)
    trial.suggest_categorical("activation", ["relu", "tanh", None])
    if trial.number == 1:
        raise ValueError("planned")
    trial.set_user_attr("host", "a")
    for step in range(4):
        trial.report(float("nan") if trial.number == 3 and step == 1 else step / (1 + units) + rate, step)
        if trial.number == 2 and step == 2:
            raise optuna.TrialPruned()
    return float("inf") if trial.number == 4 else units * rate


digits = optuna.create_study(storage=storage, study_name="digits", direction="maximize", sampler=optuna.samplers.RandomSampler(seed=3))
digits.optimize(one_goal, n_trials=6, catch=(ValueError,))
two = optuna.create_study(storage=storage, study_name="two goals", directions=["minimize", "maximize"], sampler=optuna.samplers.RandomSampler(seed=4))
two.optimize(lambda trial: (trial.suggest_float("x", 0, 1), trial.suggest_int("n", 1, 3)), n_trials=2)


def number(value):
    return value if value == value and abs(value) != float("inf") else str(value)


told = [
    {"study": study.study_name, "number": trial.number, "state": trial.state.name, "params": {**trial.params, **trial.user_attrs}, "values": None if trial.values is None else [number(v) for v in trial.values],
     "intermediate": [[step, number(value)] for step, value in sorted(trial.intermediate_values.items())]}
    for study in (digits, two) for trial in study.trials
]
with open(os.path.join(folder, "optuna.json"), "w") as file:
    json.dump(told, file, indent=1)
