package org.foldwise.api.prediction;

import jakarta.annotation.PreDestroy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.imaging.ImageDecoder;
import org.foldwise.learning.imaging.ImageFormat;
import org.foldwise.learning.imaging.ImageLimits;
import org.foldwise.learning.imaging.NoSuchFrameException;
import org.foldwise.learning.imaging.UnreadableImageException;
import org.foldwise.learning.prediction.Classifier;
import org.foldwise.learning.prediction.Observation;
import org.foldwise.learning.prediction.Prediction;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.Ids;
import org.foldwise.registry.model.Model;
import org.foldwise.registry.model.ModelVersion;
import org.foldwise.registry.model.ModelVersionState;
import org.foldwise.registry.prediction.PredictionRecord;
import org.foldwise.registry.prediction.PredictionRecords;
import org.foldwise.registry.split.PatientSplits;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Answers images and keeps a record of every answer, but not of the image. */
@Component
class Predicting {
    private static final String LOCKED_AWAY =
            "the image is of a patient whom a split of the project locks away: this answer opens the test subset in all but name, and the next"
                    + " opening counts it";

    private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
    private final OpenClassifiers<Classifier> classifiers;
    private final PredictionRecords records;
    private final PatientSplits splits;
    private final PredictionProperties properties;
    private final Ids ids;
    private final Semaphore turns;

    /** The engine keeps threads and memory for each thread that computes, and hardly waits for its own where all of them are many. */
    private final ExecutorService computing;

    Predicting(
            OpenClassifiers<Classifier> classifiers,
            PredictionRecords records,
            PatientSplits splits,
            PredictionProperties properties,
            Ids ids) {
        this.classifiers = classifiers;
        this.records = records;
        this.splits = splits;
        this.properties = properties;
        this.ids = ids;
        this.turns = new Semaphore(properties.concurrent());
        AtomicInteger started = new AtomicInteger();
        this.computing = Executors.newFixedThreadPool(
                properties.concurrent(), task -> new Thread(task, "predictions-" + started.incrementAndGet()));
    }

    /** Ends its threads when what they compute is done. */
    @PreDestroy
    void close() {
        computing.shutdown();
    }

    /**
     * The answer of a version to an image file.
     *
     * @param frame number of the frame that is asked about; null for the one in the middle
     * @param explanation absent where none is asked for
     * @throws RefusedException if the version was withdrawn, the image does not decode, the class to explain is not the
     *     version's, the file has no such frame, or too many others are waiting
     */
    PredictionResponse predict(
            Model model,
            ModelVersion version,
            byte[] image,
            @Nullable Integer frame,
            Optional<ExplanationQuery> explanation) {
        if (version.state() == ModelVersionState.WITHDRAWN) {
            throw new RefusedException(ProblemType.CONFLICT, "The version was withdrawn.");
        }
        Answer answer = inTurn(version, classifier -> explanation
                .map(query -> explained(classifier, image, frame, query))
                .orElseGet(() -> new Answer(classifier.predict(image, frame), null)));
        Digest kept = kept(image);
        PredictionResponse response = PredictionResponse.of(
                ids.next(),
                model.name(),
                version,
                frame,
                answer.prediction(),
                warnings(version, answer.prediction(), splits.locksAway(model.projectId(), kept)),
                answer.explanation());
        records.add(record(response, version, kept, frame, answer.prediction()));
        return response;
    }

    /**
     * The digest under which a dataset has the same file, so that a withdrawal finds the answer: that of a DICOM file without what its
     * header says of the patient. Other files are not read a second time for it.
     */
    private Digest kept(byte[] image) {
        return Digest.of(ImageDecoder.formatOf(image) == ImageFormat.DICOM ? decoder.stripped(image) : image);
    }

    private static PredictionRecord record(
            PredictionResponse response,
            ModelVersion version,
            Digest image,
            @Nullable Integer frame,
            Prediction prediction) {
        boolean isBinary = prediction.task() == Task.BINARY;
        return new PredictionRecord(
                response.predictionId(),
                version.id(),
                image,
                frame,
                response.inputFingerprint(),
                isBinary ? new PredictionRecord.Binary(prediction.probability(), prediction.threshold()) : null,
                isBinary
                        ? null
                        : new PredictionRecord.OfClasses(
                                List.copyOf(prediction.probabilities().values()), prediction.decided()),
                response.latency().sum());
    }

    /** What is computed in one turn. */
    private record Answer(Prediction prediction, @Nullable ExplanationView explanation) {}

    private static Answer explained(
            Classifier classifier, byte[] image, @Nullable Integer frame, ExplanationQuery query) {
        // refused before anything is computed
        query.requireKnown(classifier.bundle().classes());
        Observation observation = classifier.observe(image, frame);
        return new Answer(observation.prediction(), ExplanationView.of(query, observation));
    }

    private Answer inTurn(ModelVersion version, Function<Classifier, Answer> work) {
        if (!turnComes()) {
            throw new RefusedException(ProblemType.UNAVAILABLE, "Too many predictions are waiting.");
        }
        Future<Answer> answer = computing.submit(() -> {
            try {
                return classifiers.use(version.id(), work);
            } finally {
                turns.release();
            }
        });
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw refusal(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RefusedException(ProblemType.UNAVAILABLE, "The prediction was interrupted.");
        }
    }

    /** What a prediction threw, as the caller is to be told. */
    private static RuntimeException refusal(@Nullable Throwable thrown) {
        if (thrown instanceof UnreadableImageException unreadable) {
            return new RefusedException(
                    ProblemType.IMAGE_REFUSED, unreadable.defect().code() + ": " + unreadable.getMessage());
        }
        if (thrown instanceof NoSuchFrameException absent) {
            return RefusedException.invalid("/frame", String.valueOf(absent.getMessage()));
        }
        if (thrown instanceof Error error) {
            throw error;
        }
        if (thrown instanceof RuntimeException failure) {
            return failure;
        }
        return new IllegalStateException("a prediction threw what it does not declare", thrown);
    }

    private boolean turnComes() {
        try {
            return turns.tryAcquire(properties.patience().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static List<String> warnings(ModelVersion version, Prediction prediction, boolean isLockedAway) {
        List<String> warnings = new ArrayList<>();
        if (isLockedAway) {
            warnings.add(LOCKED_AWAY);
        }
        if (version.state() != ModelVersionState.RELEASED) {
            warnings.add("the version is a candidate and was not released for use");
        }
        if (version.withdrawals() > 0) {
            warnings.add("patients whom the version learned from were withdrawn since: " + version.withdrawals());
        }
        Prediction.ClassSet set = prediction.set();
        if (set != null && set.abstains()) {
            warnings.add("the model abstains: its prediction set holds "
                    + (set.classes().isEmpty() ? "no class" : "the classes " + String.join(", ", set.classes())));
        } else if (set != null && !set.classes().equals(prediction.decided())) {
            warnings.add("the prediction set holds " + set.classes().get(0) + " alone, the decision is for "
                    + String.join(", ", prediction.decided()));
        }
        prediction.labelSets().forEach((label, ofLabel) -> {
            boolean isDecided = prediction.decided().contains(label);
            if (!ofLabel.abstains() && ofLabel.classes().contains(label) != isDecided) {
                warnings.add("the prediction set of " + label + " holds "
                        + ofLabel.classes().get(0) + " alone, the decision is otherwise");
            }
        });
        List<String> open = prediction.labelSets().entrySet().stream()
                .filter(entry -> entry.getValue().abstains())
                .map(Map.Entry::getKey)
                .toList();
        if (!open.isEmpty()) {
            warnings.add("the model abstains from " + String.join(", ", open));
        }
        return List.copyOf(warnings);
    }
}
