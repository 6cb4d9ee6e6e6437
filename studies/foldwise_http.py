"""The few calls that the studies need, with nothing but Python's standard library."""
import http.client
import json
import os
import sys
import time
import urllib.error
import urllib.request
import zipfile


class Foldwise:
    def __init__(self, server, key_file):
        self.server = server.rstrip("/")
        with open(key_file, encoding="utf-8") as file:
            self.key = file.read().strip()

    def call(self, method, path, body=None, content_type="application/json"):
        data = body if isinstance(body, (bytes, type(None))) or hasattr(body, "read") else json.dumps(body).encode()
        headers = {"Authorization": "Bearer " + self.key, "Accept": "application/json"}
        if data is not None:
            headers["Content-Type"] = content_type
        if hasattr(data, "read"):
            headers["Content-Length"] = str(os.fstat(data.fileno()).st_size)
        url = path if path.startswith("http") else self.server + path
        request = urllib.request.Request(url, data=data, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=3600) as answer:
                text = answer.read()
                return json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            sys.exit(f"{method} {path}: {error.code} {error.read().decode()}")

    def get(self, path):
        for attempt in range(5):
            try:
                return self.call("GET", path)
            except (urllib.error.URLError, http.client.HTTPException, ConnectionError):
                if attempt == 4:
                    raise
                time.sleep(2)

    def post(self, path, body):
        return self.call("POST", path, body)

    def wait(self, path, done, failed=("failed", "cancelled", "draft")):
        """Polls a resource until its state is one of `done`."""
        last = None
        while True:
            resource = self.get(path)
            state = resource["state"]
            line = f"  {state} {100 * (resource.get('progress') or 0):5.1f} % {resource.get('message') or ''}"
            if line != last and sys.stdout.isatty():
                print(line, flush=True)
            last = line
            if state in done:
                return resource
            if state in failed:
                sys.exit(f"{path}: {json.dumps(resource)}")
            time.sleep(1)

    def project(self, name):
        existing = [p for p in self.get("/api/v1/projects?pageSize=500")["items"] if p["name"] == name]
        return existing[0] if existing else self.post("/api/v1/projects", {"name": name})

    def frozen_dataset(self, project, archive, **fields):
        dataset = self.post("/api/v1/datasets", {"projectId": project["id"], "task": "binary", **fields})
        path = "/api/v1/datasets/" + dataset["id"]
        with open(archive, "rb") as file:
            self.call("PUT", path + "/archive", file, "application/zip")
        self.call("POST", path + "/freeze")
        return self.wait(path, ["frozen"], failed=["draft"])

    def finished_experiment(self, **fields):
        experiment = self.post("/api/v1/experiments", fields)
        return self.wait("/api/v1/experiments/" + experiment["id"], ["succeeded"])

    def runs(self, experiment):
        return self.get(f"/api/v1/experiments/{experiment['id']}/runs")["runs"]

    def finished_evaluation(self, **fields):
        evaluation = self.post("/api/v1/evaluations", fields)
        return self.wait("/api/v1/evaluations/" + evaluation["id"], ["succeeded"])


def zip_folder(folder, target, members):
    """Packs `members` (paths relative to `folder`) into a stored ZIP."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for member in sorted(members):
            archive.write(os.path.join(folder, member), member)
    return target


def files_below(folder, *suffixes):
    for root, _, names in os.walk(folder):
        for name in names:
            if name.lower().endswith(suffixes):
                yield os.path.relpath(os.path.join(root, name), folder)


def estimate(figure):
    """An estimate of a report as text, with its interval."""
    if figure["value"] is None:
        return "undefined: " + figure["undefinedBecause"]
    interval = figure.get("interval")
    return f"{figure['value']:.4f}" + (f" [{interval['lower']:.4f}, {interval['upper']:.4f}]" if interval else "")
