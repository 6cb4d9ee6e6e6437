/** From a project to a prediction with the generated client. Needs FOLDWISE_URL and FOLDWISE_KEY. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import {
    Configuration,
    DatasetsApi,
    EvaluationsApi,
    type ExperimentRequest,
    ExperimentsApi,
    ModelsApi,
    ModelVersionsApi,
    PredictionsApi,
    ProjectsApi,
    ResponseError,
    RunsApi,
    SplitsApi,
    UploadsApi,
} from './client/index.js';
import { films, tarGzip } from './films.js';

const PATIENTS = 40;
const FILM = 'PNEUMONIA/p001_0.png';
const PATIENCE_SECONDS = 300;

function demanded(name: string): string {
    const value = process.env[name];
    assert.ok(value, `${name} is not set`);
    return value;
}

const configuration = new Configuration({
    basePath: demanded('FOLDWISE_URL').replace(/\/$/, ''),
    accessToken: demanded('FOLDWISE_KEY'),
});
const suffix = Date.now().toString(36);

/** Asks until the answer is in one of the wanted states; a state of failure ends it. */
async function until<T extends { state: string }>(what: string, ask: () => Promise<T>, wanted: string): Promise<T> {
    const deadline = Date.now() + PATIENCE_SECONDS * 1000;
    for (;;) {
        const answer = await ask();
        if (answer.state === wanted) {
            return answer;
        }
        assert.ok(!['failed', 'cancelled', 'draft'].includes(answer.state), `${what} is ${answer.state}`);
        assert.ok(Date.now() < deadline, `${what} is still ${answer.state} after ${PATIENCE_SECONDS} s`);
        await sleep(500);
    }
}

async function story(): Promise<void> {
    const project = await new ProjectsApi(configuration).createProject({
        projectRequest: { name: `typescript-${suffix}` },
    });

    const datasets = new DatasetsApi(configuration);
    const draft = await datasets.createDataset({
        datasetRequest: {
            name: 'films',
            projectId: project.id,
            task: 'binary',
            positiveLabel: 'PNEUMONIA',
            layout: { kind: 'classFolders', patientIdPattern: '(?<patient>p[0-9]+)_' },
        },
    });
    const images = films(PATIENTS);
    const film = images.get(FILM);
    assert.ok(film);
    images.delete(FILM);
    const uploads = new UploadsApi(configuration);
    const upload = await uploads.uploadArchive(
        { id: draft.id, body: new Blob([Uint8Array.from(tarGzip(images))]) },
        async ({ init }) => ({ headers: { ...init.headers, 'Content-Type': 'application/gzip' } }),
    );
    assert.equal(upload.images, images.size);
    const single = await uploads.uploadImage({ id: draft.id, name: FILM, body: new Blob([Uint8Array.from(film)]) });
    assert.equal(single.name, FILM);
    await datasets.freezeDataset({ id: draft.id });
    const dataset = await until('the dataset', () => datasets.getDataset({ id: draft.id }), 'frozen');
    assert.equal(dataset.patientCount, PATIENTS);

    const split = await new SplitsApi(configuration).createSplit({
        id: dataset.id,
        splitRequest: { name: 'holdout', seed: 7, spec: { kind: 'holdout', train: 0.6, validation: 0.2, test: 0.2 } },
    });
    assert.equal(split.certificate.sharedPatients, 0);

    const experiments = new ExperimentsApi(configuration);
    const experimentRequest: ExperimentRequest = {
        name: 'one epoch',
        splitId: split.id,
        plan: { epochs: 1, image: { size: 32, channels: 1, aspect: 'letterbox' } },
        procedure: { kind: 'train' },
    };
    const foreseen = await experiments.dryRunExperiment({ experimentRequest });
    assert.equal(foreseen.runs, 1);
    const { id, planDigest } = await experiments.startExperiment({ experimentRequest });
    assert.equal(planDigest, foreseen.planDigest);
    await until('the experiment', () => experiments.getExperiment({ id }), 'succeeded');
    const run = (await new RunsApi(configuration).listRuns({ id })).runs[0];
    assert.equal(run?.state, 'succeeded');

    const evaluations = new EvaluationsApi(configuration);
    const asked = await evaluations.createEvaluation({
        evaluationRequest: { subject: { runId: run.id }, subset: 'validation', threshold: { rule: { kind: 'f1' } } },
    });
    await until('the evaluation', () => evaluations.getEvaluation({ id: asked.id }), 'succeeded');

    const name = `typescript-${suffix}`;
    await new ModelsApi(configuration).createModel({ modelRequest: { name, projectId: project.id } });
    const version = await new ModelVersionsApi(configuration).registerModelVersion({
        name,
        modelVersionRequest: { runId: run.id },
    });

    const prediction = await new PredictionsApi(configuration).predictByName({
        model: `${name}:${version.version}`,
        body: new Blob([Uint8Array.from(film)]),
    });
    assert.equal(prediction.model, name);
    const { probability, threshold } = prediction;
    assert.ok(probability !== undefined && threshold !== undefined, 'a binary model answers with both');
    assert.ok(probability >= 0 && probability <= 1);
    assert.equal(prediction.decision, probability >= threshold);

    await refusal(datasets);
    console.log(`typescript: ${PATIENTS} patients, run ${run.id}, probability ${probability.toFixed(4)}`);
}

/** A mistake arrives as a problem with its status. */
async function refusal(datasets: DatasetsApi): Promise<void> {
    const unknown = '00000000-0000-7000-8000-000000000000';
    await assert.rejects(datasets.getDataset({ id: unknown }), (error: unknown) => {
        assert.ok(error instanceof ResponseError);
        assert.equal(error.response.status, 404);
        assert.match(error.response.headers.get('Content-Type') ?? '', /^application\/problem\+json/);
        return true;
    });
}

await story();
