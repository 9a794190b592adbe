"""Small files as TensorBoard, W&B, MLflow and Trackio write them, from their published formats, with Python's standard library alone.

python3 make.py made

Sources: tensorflow/tsl/lib/io/record_writer.h (framing), tensorboard/compat/proto/{event,summary,tensor}.proto, tensorboard/plugins/hparams/plugin_data.proto;
wandb/sdk/internal/datastore.py and wandb/proto/wandb_internal.proto; MLflow's file store and database models; Trackio's sqlite_storage.py.
"""

import json
import os
import shutil
import sqlite3
import struct
import sys
import zlib

out = sys.argv[1]


def varint(n):
    n &= (1 << 64) - 1
    found = b""
    while n > 127:
        found += bytes([n & 127 | 128])
        n >>= 7
    return found + bytes([n])


def field(number, value, kind=None):
    if kind == "double":
        return varint(number << 3 | 1) + struct.pack("<d", value)
    if kind == "float":
        return varint(number << 3 | 5) + struct.pack("<f", value)
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def masked(data):
    crc = crc32c(data)
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def framed(data):
    length = struct.pack("<Q", len(data))
    return length + struct.pack("<I", masked(length)) + data + struct.pack("<I", masked(data))


def write(path, data):
    path = os.path.join(out, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb" if isinstance(data, bytes) else "w") as file:
        file.write(data)


# --- TensorBoard -----------------------------------------------------------------------------------------------------------------------------
def event(seconds, step, *values):
    return framed(field(1, seconds, "double") + field(2, step) + (field(5, b"".join(field(1, value) for value in values)) if values else field(3, "brain.Event:2")))


def scalar(tag, value):
    return field(1, tag) + field(2, value, "float")


def tensor_scalar(tag, value, packed):
    numbers = field(5, struct.pack("<f", value)) if packed else field(4, struct.pack("<f", value))
    return field(1, tag) + field(8, field(1, 1) + field(2, b"") + numbers) + field(9, field(1, field(1, "scalars")))


def text(tag, value):
    return field(1, tag) + field(8, field(1, 7) + field(8, value)) + field(9, field(1, field(1, "text")))


def histogram(tag):
    return field(1, tag) + field(5, field(1, 0.0, "double"))


def hparams(tag, content):
    return field(1, tag) + field(9, field(1, field(1, "hparams") + field(2, content)))


def entry(name, value):
    return field(1, field(1, name) + field(2, value))


shutil.rmtree(os.path.join(out, "tb"), ignore_errors=True)
start = hparams("_hparams_/session_start_info", field(3, entry("lr", field(2, 0.01, "double")) + entry("optimizer", field(3, "adam")) + entry("nesterov", field(4, 1)) + field(5, 1700000000.0, "double")))
end = hparams("_hparams_/session_end_info", field(4, field(1, 1) + field(2, 1700000060.0, "double")))
write("tb/logs/a/train/events.out.tfevents.1700000000.host.1.0",
      event(1700000000.0, 0) + event(1700000000.5, 0, start)
      + b"".join(event(1700000001.0 + s, s, scalar("loss", 1 / (1 + s)), tensor_scalar("accuracy", s / 4, s % 2 == 0)) for s in range(4))
      + event(1700000006.0, 3, histogram("weights"), text("notes", "a <b>bold</b> idea")) + event(1700000060.0, 3, end))
# A second file of the same run, opened later, writes step 3 again, a NaN, and is cut off within its last record.
write("tb/logs/a/train/events.out.tfevents.1700000100.host.2.0",
      event(1700000100.0, 3, scalar("loss", 0.125)) + event(1700000101.0, 10, scalar("loss", float("nan"))) + event(1700000102.0, 11, scalar("loss", 0.0625))[:-5])
write("tb/logs/b/events.out.tfevents.1700000000.host.3.0", b"".join(event(1700000001.0 + s, 100 * s, scalar("loss", 2.0 - s)) for s in range(3)))

# --- W&B -------------------------------------------------------------------------------------------------------------------------------------
BLOCK, HEAD = 32768, 7


def wandb_file(records):
    data = b":W&B" + struct.pack("<HB", 0xBEE1, 0)

    def put(part, kind):
        return struct.pack("<IHB", zlib.crc32(bytes([kind]) + part), len(part), kind) + part

    for record in records:
        room = BLOCK - len(data) % BLOCK
        if room < HEAD:
            data += b"\0" * room
            room = BLOCK
        if len(record) + HEAD <= room:
            data += put(record, 1)
            continue
        data += put(record[:room - HEAD], 2)
        record = record[room - HEAD:]
        while len(record) > BLOCK - HEAD:
            data += put(record[:BLOCK - HEAD], 3)
            record = record[BLOCK - HEAD:]
        data += put(record, 4)
    return data


def item(key, value, *nested):
    return (field(1, key) if key else b"") + b"".join(field(2, part) for part in nested) + field(16, value if isinstance(value, str) and value in ("NaN",) else json.dumps(value))


config = field(1, item("lr", 0.01)) + field(1, item("model", {"units": 32, "layers": [1, 2], "act": "relu"})) + field(1, item("_wandb", {"python": "3.11"}))
run = field(1, "abc123") + field(3, "digits") + field(4, config) + field(6, "seeds") + field(8, "calm-river-1") + field(9, "first try") + field(10, "baseline") + field(10, "to check") + field(17, field(1, 1700000000) + field(2, 500000000))
records = [field(1, 1) + field(17, run)]
for s in range(200):
    items = [item("_step", s), item("_timestamp", 1700000001.0 + s), item("loss", 1 / (1 + s) if s != 7 else "NaN"), item("val", {"acc": s / 200})]
    if s == 5:
        items.append(item("picture", {"_type": "image-file", "path": "x.png"}))
    records.append(field(2, b"".join(field(1, one) for one in items) + field(2, field(1, s))))
# Longer than two blocks: it is written in a first, a middle and a last part.
records.append(field(2, b"".join(field(1, one) for one in [item("_step", 200), item("loss", 0.5), item("note", "x" * 70000)]) + field(2, field(1, 200))))
records.append(field(3, field(1, item("best", 0.99)) + field(1, item("_runtime", 3))))
records.append(field(18, field(1, 0) + field(2, 60)))
write("wandb/run-20231114_221320-abc123/run-abc123.wandb", wandb_file(records))
write("wandb/run-crashed/run-def456.wandb", wandb_file([field(1, 1) + field(17, field(1, "def456") + field(3, "digits")), field(2, field(1, item("loss", 3.0)) + field(2, field(1, 0)))]) + b"\0\0\0")

# --- MLflow ----------------------------------------------------------------------------------------------------------------------------------
shutil.rmtree(os.path.join(out, "mlruns"), ignore_errors=True)
write("mlruns/1/meta.yaml", "artifact_location: file:///x\ncreation_time: 1700000000000\nexperiment_id: '1'\nlast_update_time: 1700000000000\nlifecycle_stage: active\nname: 'Ada''s digits'\n")
one = "mlruns/1/0123456789abcdef0123456789abcdef/"
write(one + "meta.yaml", "artifact_uri: file:///x\nend_time: 1700000060000\nentry_point_name: ''\nexperiment_id: '1'\nlifecycle_stage: active\nrun_id: 0123456789abcdef0123456789abcdef\nrun_name: shy-ant-7\nrun_uuid: 0123456789abcdef0123456789abcdef\nsource_name: ''\nsource_type: 4\nstart_time: 1700000000000\nstatus: 3\ntags: []\nuser_id: ada\n")
write(one + "metrics/loss", "".join(f"{1700000000000 + 1000 * s} {1 / (1 + s)} {s}\n" for s in range(5)))
write(one + "metrics/val/acc", "1700000001000 0.5 0\n1700000002000 nan 1\n1700000003000 inf 2\n")
write(one + "params/lr", "0.01")
write(one + "params/model/units", "32")
write(one + "params/version", "007")
write(one + "params/seed", "12345678901234567890")
write(one + "tags/mlflow.note.content", "# better\nthan before")
write(one + "tags/mlflow.user", "ada")
write(one + "tags/team", "vision")
write(one + "artifacts/model.pkl", "x")
gone = "mlruns/1/fedcba9876543210fedcba9876543210/"
write(gone + "meta.yaml", "run_id: fedcba9876543210fedcba9876543210\nexperiment_id: '1'\nlifecycle_stage: deleted\nstatus: 4\nrun_name: gone\n")
write(gone + "metrics/loss", "1700000000000 9 0\n")


def database(name, script, rows):
    path = os.path.join(out, name)
    if os.path.exists(path):
        os.remove(path)
    connection = sqlite3.connect(path)
    connection.executescript(script)
    for table, values in rows:
        connection.execute(f"insert into {table} values ({','.join('?' * len(values))})", values)
    connection.commit()
    connection.close()


database("mlflow.db", """
create table experiments (experiment_id integer primary key, name varchar(256) unique not null, artifact_location varchar(256), lifecycle_stage varchar(32), creation_time bigint, last_update_time bigint);
create table runs (run_uuid varchar(32) primary key, name varchar(250), source_type varchar(20), source_name varchar(500), entry_point_name varchar(50), user_id varchar(256), status varchar(9), start_time bigint, end_time bigint, deleted_time bigint, source_version varchar(50), lifecycle_stage varchar(20), artifact_uri varchar(200), experiment_id integer);
create table metrics (key varchar(250) not null, value float not null, timestamp bigint not null, run_uuid varchar(32) not null, step bigint not null default 0, is_nan boolean not null default 0, primary key (key, timestamp, step, run_uuid, value, is_nan));
create table params (key varchar(250) not null, value varchar(8000) not null, run_uuid varchar(32) not null, primary key (key, run_uuid));
create table tags (key varchar(250) not null, value varchar(5000), run_uuid varchar(32) not null, primary key (key, run_uuid));
""", [("experiments", (1, "digits", None, "active", 0, 0)), ("experiments", (2, "old", None, "deleted", 0, 0))]
    + [("runs", ("r1", "bold-cat-1", "LOCAL", "", "", "ada", "FAILED", 1700000000000, 1700000009000, None, "", "active", "", 1)), ("runs", ("r2", "hidden", "LOCAL", "", "", "ada", "FINISHED", 1, 2, None, "", "active", "", 2))]
    + [("metrics", ("loss", 1 / (1 + s), 1700000000000 + s, "r1", s, 0)) for s in range(3)] + [("metrics", ("loss", 0.0, 1700000000009, "r1", 3, 1)), ("metrics", ("loss", 1.7976931348623157e308, 1700000000010, "r1", 4, 0))]
    + [("params", ("lr", "0.1", "r1")), ("params", ("nesterov", "True", "r1")), ("params", ("clip", "None", "r1")), ("tags", ("mlflow.runName", "bold-cat-1", "r1")), ("tags", ("team", "vision", "r1"))])

# --- Trackio ---------------------------------------------------------------------------------------------------------------------------------
database("my-project.db", """
create table metrics (id integer primary key autoincrement, timestamp text not null, run_name text not null, step integer not null, metrics text not null);
create table configs (id integer primary key autoincrement, run_name text not null, config text not null, created_at text not null, unique(run_name));
create table system_metrics (id integer primary key autoincrement, timestamp text not null, run_name text not null, metrics text not null);
""", [("metrics", (None, f"2026-01-31T12:00:0{s}+00:00", "dainty-meadow-1", s, json.dumps({"loss": 1 / (1 + s), "eval": {"psnr": 10 + s}, "note": "x"}))) for s in range(3)]
    + [("metrics", (None, "2026-01-31T12:00:05+00:00", "dainty-meadow-1", 3, '{"loss": "NaN", "eval": {"psnr": "Infinity"}}')), ("metrics", (None, "2026-01-31T13:00:00+00:00", "plain", 0, b'{"loss": 4}'))]
    + [("configs", (None, "dainty-meadow-1", json.dumps({"lr": 0.001, "model": {"units": 32}, "_Username": "ada"}), "2026-01-31T11:59:59+00:00")), ("system_metrics", (None, "2026-01-31T12:00:00+00:00", "plain", "{}"))])

# --- CSV -------------------------------------------------------------------------------------------------------------------------------------
write("csv/wide.csv", "epoch,loss,val acc,optimizer\n0,1.5,0.1,adam\n1,0.5,,adam\n2,nan,0.9,adam\n")
write("csv/long.csv", "run,name,metric,step,epoch,value\nr-1,digits,train/loss,1,1,0.5\nr-1,digits,train/loss,2,2,0.25\nr-2,digits b,train/loss,1,1,Infinity\n")
write("csv/run_a-tag-loss.csv", "Wall time,Step,Value\n1700000000.5,0,1.5\n1700000001.5,1,0.5\n")
write("csv/wandb_export.csv", '"Step","calm-river-1 - loss","calm-river-1 - loss__MIN","calm-river-1 - loss__MAX","wild-sun-2 - loss"\n"0","1.5","1.5","1.5","3"\n"1","0.5","0.5","0.5",""\n')
