"""Logs a training into an open Descent project. Python 3.8 or newer, no dependencies. See logging.md."""
import atexit, json, math, os, sys, threading, time, urllib.error, urllib.request


def _address(project):
    """The file with address and token: beside `project`, else where DESCENT_LOGGER says, else beside the usual project."""
    if project is None and "DESCENT_LOGGER" in os.environ: return os.environ["DESCENT_LOGGER"]
    usual = {"win32": os.environ.get("APPDATA"), "darwin": os.path.expanduser("~/Library/Application Support")}.get(sys.platform) or os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    project = project or os.path.join(usual, "Descent", "workbench.descent")
    return os.path.join(project[:-8] + ".files" if project.endswith(".descent") else project + ".files", "logger.json")


def init(name="run", group="", params=None, tags=(), notes="", project=None):
    """Begins a run. `project` is the .descent file that is open; without it the usual one."""
    with open(_address(project), encoding="utf-8") as file: place = json.load(file)
    return Run(place, {"name": name, "group": group, "params": params or {}, "tags": list(tags), "notes": notes})


class Run:
    def __init__(self, place, facts):
        self._place, self._points, self._over, self._lock, self._sending = place, [], threading.Event(), threading.Lock(), threading.Lock()
        self.id = self._post("/runs", facts)["run"]
        atexit.register(self.finish, "failed", "the script ended without finish()")
        threading.Thread(target=self._keep_telling, daemon=True).start()

    def log(self, metrics, step=None):
        """Metrics by name at a step (a whole number from 0; without it the next). Sent once a second, by a thread of its own."""
        values = {name: value if math.isfinite(value) else str(value) for name, value in ((name, float(value)) for name, value in metrics.items())}
        with self._lock: self._points.append({"step": None if step is None else int(step), "timeMs": time.time() * 1000, "metrics": values})

    def finish(self, state="finished", message=""):
        """Ends the run: "finished" or "failed"."""
        if self._over.is_set(): return
        self._over.set()
        while self._flush(): pass
        self._post(f"/runs/{self.id}/finish", {"state": state, "message": message})

    def _keep_telling(self):
        while not self._over.wait(1):
            try: self._flush() or (int(time.time()) % 15 == 0 and self._post(f"/runs/{self.id}/alive", {}))
            except (OSError, ValueError) as error: print(f"descent_logger: {error}", file=sys.stderr)

    def _flush(self):  # What could not be sent is sent again with the next points; what was refused is not.
        with self._sending:
            sent = self._points[:5000]
            if sent: self._post(f"/runs/{self.id}/log", {"points": sent}, lambda: self._drop(len(sent)))
        return bool(sent)

    def _drop(self, n):
        with self._lock: del self._points[:n]

    def _post(self, path, body, answered=lambda: None):
        request = urllib.request.Request(self._place["url"] + path, json.dumps(body).encode(), {"content-type": "application/json", "authorization": "Bearer " + self._place["token"]})
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30) as answer: found = json.load(answer)
        except urllib.error.HTTPError as error:
            answered()
            raise ValueError(error.read().decode()) from None
        answered()
        return found
