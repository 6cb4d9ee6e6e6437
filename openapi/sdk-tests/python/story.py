"""From a project to a prediction with the generated client. Needs FOLDWISE_URL and FOLDWISE_KEY."""

import io
import math
import os
import struct
import tarfile
import time
import zlib

import foldwise_client as foldwise

PATIENTS = 40
PATIENCE_SECONDS = 300


def png(side, pixel):
    rows = b"".join(b"\0" + bytes(pixel(x, y) for x in range(side)) for y in range(side))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def films(patients):
    """Small made-up films: class folders with two films of each patient, the sick ones brighter in the middle."""

    def brightness(x, y, sick, seed):
        noise = ((x * 31 + y * 17 + seed * 101) * 2654435761) % 16
        in_lung = (x - 24) ** 2 + (y - 24) ** 2 < 144
        grey = (60 if in_lung else 120) + noise + (90 if sick and in_lung else 0) + anatomy(x, y, seed // 2)
        return max(0, min(255, round(grey)))

    def anatomy(x, y, patient):
        """What makes a patient's films unlike another's: squares whose greys are the patient's own."""
        drawn = math.sin((patient * 36 + x // 8 + 6 * (y // 8) + 1) * 12.9898) * 43758.5453
        return 80 * (drawn - math.floor(drawn) - 0.5)

    made = {}
    for patient in range(patients):
        sick = patient % 2 == 1
        for view in range(2):
            name = f"{'PNEUMONIA' if sick else 'NORMAL'}/p{patient:03d}_{view}.png"
            seed = patient * 2 + view
            made[name] = png(48, lambda x, y, sick=sick, seed=seed: brightness(x, y, sick, seed))
    return made


def tar_gzip(files):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def until(what, ask, wanted):
    """Asks until the answer is in the wanted state; a state of failure ends it."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        answer = ask()
        state = str(getattr(answer.state, "value", answer.state))
        if state == wanted:
            return answer
        assert state not in ("failed", "cancelled", "draft"), f"{what} is {state}"
        assert time.monotonic() < deadline, f"{what} is still {state} after {PATIENCE_SECONDS} s"
        time.sleep(0.5)


def story(client):
    suffix = format(time.time_ns() // 1_000_000, "x")
    project = foldwise.ProjectsApi(client).create_project(foldwise.ProjectRequest(name=f"python-{suffix}"))

    datasets = foldwise.DatasetsApi(client)
    draft = datasets.create_dataset(
        foldwise.DatasetRequest.from_dict(
            {
                "name": "films",
                "projectId": str(project.id),
                "task": "binary",
                "positiveLabel": "PNEUMONIA",
                "layout": {"kind": "classFolders", "patientIdPattern": "(?<patient>p[0-9]+)_"},
            }
        )
    )
    images = films(PATIENTS)
    film = images["PNEUMONIA/p001_0.png"]
    others = {name: image for name, image in images.items() if image is not film}
    uploads = foldwise.UploadsApi(client)
    assert uploads.upload_archive(draft.id, tar_gzip(others), _content_type="application/gzip").images == len(others)
    assert uploads.upload_image(id=draft.id, name="PNEUMONIA/p001_0.png", body=film).name == "PNEUMONIA/p001_0.png"
    datasets.freeze_dataset(draft.id)
    dataset = until("the dataset", lambda: datasets.get_dataset(draft.id), "frozen")
    assert dataset.patient_count == PATIENTS

    split = foldwise.SplitsApi(client).create_split(
        dataset.id,
        foldwise.SplitRequest.from_dict(
            {
                "name": "holdout",
                "seed": 7,
                "spec": {"kind": "holdout", "train": 0.6, "validation": 0.2, "test": 0.2},
            }
        ),
    )
    assert split.certificate.shared_patients == 0

    experiments = foldwise.ExperimentsApi(client)
    request = foldwise.ExperimentRequest.from_dict(
        {
            "name": "one epoch",
            "splitId": str(split.id),
            "plan": {"epochs": 1, "image": {"size": 32, "channels": 1, "aspect": "letterbox"}},
            "procedure": {"kind": "train"},
        }
    )
    foreseen = experiments.dry_run_experiment(request)
    assert foreseen.runs == 1
    experiment = experiments.start_experiment(request)
    assert experiment.plan_digest == foreseen.plan_digest
    until("the experiment", lambda: experiments.get_experiment(experiment.id), "succeeded")
    run = foldwise.RunsApi(client).list_runs(experiment.id).runs[0]

    evaluations = foldwise.EvaluationsApi(client)
    asked = evaluations.create_evaluation(
        foldwise.EvaluationRequest.from_dict(
            {
                "subject": {"runId": str(run.id)},
                "subset": "validation",
                "threshold": {"rule": {"kind": "f1"}},
            }
        )
    )
    until("the evaluation", lambda: evaluations.get_evaluation(asked.id), "succeeded")

    name = f"python-{suffix}"
    foldwise.ModelsApi(client).create_model(foldwise.ModelRequest(name=name, project_id=project.id))
    version = foldwise.ModelVersionsApi(client).register_model_version(name, foldwise.ModelVersionRequest(run_id=run.id))

    prediction = foldwise.PredictionsApi(client).predict_by_name(f"{name}:{version.version}", film)
    assert prediction.model == name
    assert 0 <= prediction.probability <= 1
    assert prediction.decision == (prediction.probability >= prediction.threshold)

    refusal(datasets)
    print(f"python: {PATIENTS} patients, run {run.id}, probability {prediction.probability:.4f}")


def refusal(datasets):
    """A mistake arrives as a problem with its status."""
    try:
        datasets.get_dataset("00000000-0000-7000-8000-000000000000")
    except foldwise.ApiException as problem:
        assert problem.status == 404, problem.status
        assert problem.headers["Content-Type"].startswith("application/problem+json")
    else:
        raise AssertionError("an unknown dataset was found")


def main():
    configuration = foldwise.Configuration(
        host=os.environ["FOLDWISE_URL"].rstrip("/"), access_token=os.environ["FOLDWISE_KEY"]
    )
    with foldwise.ApiClient(configuration) as client:
        story(client)


if __name__ == "__main__":
    main()
