package org.foldwise.learning.model;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.Precision;
import org.foldwise.learning.experiment.PretrainedSpec;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.metrics.ThresholdChoice;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.learning.metrics.scored.EnsembleMean;
import org.foldwise.learning.network.Network;
import org.foldwise.learning.network.NetworkSpec;
import org.foldwise.learning.network.Weights;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.provenance.Provenance;
import org.foldwise.learning.provenance.WeightsFile;
import org.jspecify.annotations.Nullable;

/**
 * All that answering takes: weights, and what they mean. Nothing else is needed to predict, and nothing of it is optional. A bundle of
 * several networks is an ensemble: it answers with the mean of their probabilities, and its decision is about that mean.
 *
 * @param task what is asked of an image
 * @param classes names of the classes, as in {@link org.foldwise.learning.dataset.Cohort#classes()}
 * @param decision how probabilities become decisions, frozen on validation images
 * @param members the networks, one, or of an ensemble 2 to {@value EnsembleMean#MAXIMUM_MEMBERS} of one shape, which see the same pixels and learned
 *     from one split of one dataset
 */
public record ModelBundle(Task task, List<String> classes, Decision decision, List<Member> members) {
    /**
     * A network with its weights, and what they were made from.
     *
     * @param run that trained the network; of a member of an ensemble, and absent where the network is alone
     * @param plan the recipe, of which prediction needs the network's shape
     * @param preprocessing the way from a decoded image to the network's input
     * @param provenance what the weights were made from
     * @param weights of exactly the plan's network
     */
    public record Member(
            @Nullable UUID run,
            ExperimentPlan plan,
            Preprocessing preprocessing,
            Provenance provenance,
            Weights weights) {
        public Member {
            if (preprocessing.channels() != plan.image().channels()) {
                throw new IllegalArgumentException("the preprocessing yields " + preprocessing.channels()
                        + " channels, the network takes " + plan.image().channels());
            }
            Preprocessing.Step.Normalize normalisation = preprocessing.normalisation();
            if (normalisation == null
                    || !normalisation.mean().equals(provenance.normalisation().mean())
                    || !normalisation.std().equals(provenance.normalisation().std())) {
                throw new IllegalArgumentException("the training normalised images by " + provenance.normalisation()
                        + ", the preprocessing by " + normalisation);
            }
            Precision.labelled(provenance.predictionPrecision());
            WeightsFile file = provenance.pretrained();
            String began = file == null ? PretrainedSpec.NONE.weights() : file.name();
            if (!began.equals(plan.pretrained().weights())) {
                throw new IllegalArgumentException("the training began with the weights '" + began
                        + "', the plan says '" + plan.pretrained().weights() + "'");
            }
        }

        /** What the backbone is computed in when the network answers. */
        public Precision predictionPrecision() {
            return Precision.labelled(provenance.predictionPrecision());
        }
    }

    public ModelBundle {
        classes = List.copyOf(classes);
        members = List.copyOf(members);
        if (!task.allows(classes.size()) || new HashSet<>(classes).size() != classes.size()) {
            throw new IllegalArgumentException(
                    task.words() + " needs " + task.allowedClasses() + " different classes, had " + classes);
        }
        if (!decision.fits(task, classes.size())) {
            throw new IllegalArgumentException(
                    decision + " does not decide on " + classes.size() + " classes of " + task.words());
        }
        if (members.isEmpty() || members.size() > EnsembleMean.MAXIMUM_MEMBERS) {
            throw new IllegalArgumentException(
                    "a bundle has 1 to " + EnsembleMean.MAXIMUM_MEMBERS + " networks, had " + members.size());
        }
        for (Member member : members) {
            Network.requireMatch(NetworkSpec.of(member.plan(), task, classes.size()), member.weights());
        }
        if (members.size() > 1) {
            requireEnsemble(task, classes.size(), members);
        } else if (members.get(0).run() != null) {
            throw new IllegalArgumentException("only members of ensembles name their runs");
        }
    }

    private static void requireEnsemble(Task task, int classes, List<Member> members) {
        Member first = members.get(0);
        NetworkSpec network = NetworkSpec.of(first.plan(), task, classes);
        Set<UUID> runs = new HashSet<>();
        for (Member member : members) {
            UUID run = member.run();
            if (run == null || !runs.add(run)) {
                throw new IllegalArgumentException("the members of an ensemble are of different runs, one was " + run);
            }
            if (!NetworkSpec.of(member.plan(), task, classes).equals(network)) {
                throw new IllegalArgumentException("the networks of an ensemble have one shape, two were " + network
                        + " and " + NetworkSpec.of(member.plan(), task, classes));
            }
            if (!member.preprocessing()
                    .pixelFingerprint()
                    .equals(first.preprocessing().pixelFingerprint())) {
                throw new IllegalArgumentException("the networks of an ensemble see the same pixels, two saw "
                        + first.preprocessing() + " and " + member.preprocessing());
            }
            if (!member.provenance().dataset().equals(first.provenance().dataset())
                    || !member.provenance().split().equals(first.provenance().split())) {
                throw new IllegalArgumentException(
                        "the members of an ensemble learned from one split of one dataset, and these did not");
            }
        }
    }

    /** The bundle of one network. */
    public ModelBundle(
            ExperimentPlan plan,
            Task task,
            List<String> classes,
            Preprocessing preprocessing,
            Decision decision,
            Provenance provenance,
            Weights weights) {
        this(task, classes, decision, List.of(new Member(null, plan, preprocessing, provenance, weights)));
    }

    /** The bundle of one network of a binary task. */
    public ModelBundle(
            ExperimentPlan plan,
            Task task,
            List<String> classes,
            Preprocessing preprocessing,
            ThresholdChoice threshold,
            Provenance provenance,
            Weights weights) {
        this(plan, task, classes, preprocessing, new Decision.AtThreshold(threshold), provenance, weights);
    }

    /** Whether it has several networks. */
    public boolean isEnsemble() {
        return members.size() > 1;
    }

    /**
     * The only network.
     *
     * @throws IllegalStateException if it is an ensemble
     */
    public Member only() {
        if (isEnsemble()) {
            throw new IllegalStateException("the bundle is an ensemble of " + members.size() + " networks");
        }
        return members.get(0);
    }

    /** The recipe of the {@link #only} network. */
    public ExperimentPlan plan() {
        return only().plan();
    }

    /** The way from a decoded image to the input of the {@link #only} network. */
    public Preprocessing preprocessing() {
        return only().preprocessing();
    }

    /** What the weights of the {@link #only} network were made from. */
    public Provenance provenance() {
        return only().provenance();
    }

    /** The weights of the {@link #only} network. */
    public Weights weights() {
        return only().weights();
    }

    /** What the {@link #only} network's backbone is computed in when the model answers. */
    public Precision predictionPrecision() {
        return only().predictionPrecision();
    }

    /** The network that the weights belong to, of each member. */
    public NetworkSpec network() {
        return NetworkSpec.of(members.get(0).plan(), task, classes.size());
    }

    /**
     * The way from a decoded image to the input of the first network. Another one's may differ in what samples are normalised by, and in
     * nothing else.
     */
    public Preprocessing inputPreprocessing() {
        return members.get(0).preprocessing();
    }

    /** The digest of what is done to an image: the fingerprint of the preprocessing, of an ensemble the digest of all of them. */
    public Digest inputFingerprint() {
        return isEnsemble()
                ? Digest.ofLines(members.stream()
                        .map(member -> member.preprocessing().fingerprint().hex())
                        .toList())
                : inputPreprocessing().fingerprint();
    }

    /**
     * At or above which a probability of a binary task is called positive.
     *
     * @throws IllegalStateException if the task is another
     */
    public ThresholdChoice threshold() {
        if (decision instanceof Decision.AtThreshold binary) {
            return binary.choice();
        }
        throw new IllegalStateException(task.words() + " is not decided by one threshold");
    }

    /**
     * The class that counts as positive of a binary task.
     *
     * @throws IllegalStateException if the task is another
     */
    public String positiveClass() {
        if (task != Task.BINARY) {
            throw new IllegalStateException(task.words() + " has no positive class");
        }
        return classes.get(1);
    }
}
