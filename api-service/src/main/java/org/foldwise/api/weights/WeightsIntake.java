package org.foldwise.api.weights;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.foldwise.api.problem.Mistake;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.api.security.Caller;
import org.foldwise.api.upload.ContentDigest;
import org.foldwise.api.upload.Scratch;
import org.foldwise.api.upload.Scratch.ScratchFile;
import org.foldwise.api.wire.WireNames;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.network.InvalidSafetensorsException;
import org.foldwise.learning.pretrained.CollidingNamesException;
import org.foldwise.learning.pretrained.InvalidCheckpointException;
import org.foldwise.learning.pretrained.NameMapping;
import org.foldwise.learning.pretrained.PretrainedWeights;
import org.foldwise.learning.pretrained.UnusedMappingException;
import org.foldwise.learning.pretrained.WeightSet;
import org.foldwise.learning.pretrained.WeightsFit;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.foldwise.registry.artifacts.StagedArtifact;
import org.foldwise.registry.weights.ImportedWeightSet;
import org.foldwise.registry.weights.ImportedWeightSets;
import org.foldwise.registry.weights.WeightSetImport;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Takes files of weights in. One at a time: a file's tensors are in memory while they are looked at. Nothing in a file is run, and
 * memory stays in proportion to the file whatever it says about itself.
 */
@Component
class WeightsIntake {
    private static final String ROOT = "";
    private static final String BACKBONES =
            Stream.of(BackboneName.values()).map(WireNames::of).collect(Collectors.joining(", "));

    private final Scratch scratch;
    private final ArtifactStore artifacts;
    private final ImportedWeightSets sets;
    private final WeightSetImport imports;
    private final WeightsProperties properties;
    private final Semaphore place = new Semaphore(1);

    WeightsIntake(
            Scratch scratch,
            ArtifactStore artifacts,
            ImportedWeightSets sets,
            WeightSetImport imports,
            WeightsProperties properties) {
        this.scratch = scratch;
        this.artifacts = artifacts;
        this.sets = sets;
        this.imports = imports;
        this.properties = properties;
    }

    /**
     * What whoever imports a file says of it.
     *
     * @param name by which plans will ask for it
     * @param fileName what the file is called
     * @param known what a publisher or the operator's description says of weights of that name, if anybody does
     * @param backbone whose weights they are; absent: that which they fit best
     * @param ignoresUnexpected whether tensors that the backbone does not have are passed over
     * @param contentDigest the header that claims the body's digest, if there is one
     */
    record Announcement(
            String name,
            String fileName,
            @Nullable WeightSet known,
            @Nullable BackboneName backbone,
            boolean ignoresUnexpected,
            @Nullable String contentDigest) {}

    /**
     * What became of a file.
     *
     * @param isNew whether it was not here before
     */
    record Taken(ImportedWeightSet set, boolean isNew) {}

    /**
     * Takes a file, or finds that the same bytes are here under that name already, and as they are announced now.
     *
     * @throws RefusedException with everything that is wrong with the file
     * @throws IOException if the body ends early or cannot be written down
     */
    Taken take(Announcement announcement, InputStream body, Caller caller) throws IOException {
        if (!place.tryAcquire()) {
            throw new RefusedException(ProblemType.UNAVAILABLE, "Another file of weights is being looked at.");
        }
        try (ScratchFile file = scratch.receive(body, properties.maximumSize().toBytes(), "A file of weights")) {
            ContentDigest.requireMatch(announcement.contentDigest(), file.digest());
            Optional<ImportedWeightSet> before = sets.findByName(announcement.name());
            if (before.isPresent()) {
                return new Taken(requireSame(before.get(), file, announcement), false);
            }
            return new Taken(imports.take(describe(announcement, file), caller.id()), true);
        } finally {
            place.release();
        }
    }

    private static ImportedWeightSet requireSame(
            ImportedWeightSet before, ScratchFile file, Announcement announcement) {
        if (!before.file().digest().equals(file.digest())) {
            throw new RefusedException(
                    ProblemType.ALREADY_EXISTS,
                    "There are other weights called '" + before.name() + "', from '" + before.fileName()
                            + "' with SHA-256 " + before.file() + ". Give these another name.");
        }
        List<String> differences = new ArrayList<>();
        if (announcement.known() != null) {
            differences.addAll(ImportDifferences.of(announcement.known(), before));
        } else if (announcement.backbone() != null && announcement.backbone() != before.backbone()) {
            differences.add("the weights were imported as those of " + WireNames.of(before.backbone()));
        }
        if (!differences.isEmpty()) {
            throw new RefusedException(
                    ProblemType.ALREADY_EXISTS,
                    "These bytes are here as '" + before.name() + "', and " + String.join("; ", differences)
                            + ". What was imported does not change; give these another name.");
        }
        return before;
    }

    private ImportedWeightSet.Description describe(Announcement announcement, ScratchFile file) throws IOException {
        List<Mistake> mistakes = new ArrayList<>();
        WeightSet known = announcement.known();
        if (known != null && !known.isFile(file.digest())) {
            mistakes.add(new Mistake(
                    ROOT,
                    "the file's SHA-256 is " + file.digest() + ", that of " + known.fileName() + " "
                            + known.shouldBe()));
        }
        NameMapping mapping = known == null ? NameMapping.NONE : known.mapping();
        PretrainedWeights weights = read(file, mapping, mistakes);
        BackboneName backbone = backbone(announcement, weights, mistakes);
        WeightsFit fit = weights.fit(backbone);
        mistakes.addAll(mistakes(
                fit, backbone, announcement.ignoresUnexpected() || (known != null && known.ignoresUnexpected())));
        List<String> ignored = fit.unexpected();
        PretrainedWeights kept = weights.without(ignored);
        kept.notFinite().forEach(name -> mistakes.add(at(name, "holds numbers that are infinite or not a number")));
        kept.negativeVariances().forEach(name -> mistakes.add(at(name, "is a variance and holds negative numbers")));
        if (!mistakes.isEmpty()) {
            throw refusal(mistakes);
        }
        return new ImportedWeightSet.Description(
                announcement.name(),
                backbone,
                weights.channels(backbone),
                announcement.fileName(),
                store(file),
                file.size(),
                ignored,
                mapping.beginnings());
    }

    private static PretrainedWeights read(ScratchFile file, NameMapping mapping, List<Mistake> mistakes)
            throws IOException {
        try {
            return PretrainedWeights.read(file.path(), mapping);
        } catch (InvalidCheckpointException
                | InvalidSafetensorsException
                | UnusedMappingException
                | CollidingNamesException e) {
            mistakes.add(new Mistake(ROOT, String.valueOf(e.getMessage())));
            throw refusal(mistakes);
        }
    }

    private static RefusedException refusal(List<Mistake> mistakes) {
        return new RefusedException(
                ProblemType.WEIGHTS_REFUSED,
                mistakes.size() == 1
                        ? "The file of weights has one mistake. Nothing in it was run or stored."
                        : "The file of weights has " + mistakes.size() + " mistakes. Nothing in it was run or stored.",
                mistakes);
    }

    /** Where no tensor is any backbone's, that is the mistake, and not hundreds that tell of one backbone's tensors. */
    private static BackboneName backbone(Announcement announcement, PretrainedWeights weights, List<Mistake> mistakes) {
        Optional<PretrainedWeights.ForeignBeginning> beginning = weights.foreignBeginning();
        if (beginning.isPresent()) {
            String text = beginning.get().text();
            mistakes.add(new Mistake(
                    ROOT,
                    "no tensor's name is a backbone's: all begin with '" + text + "', and without it they are those of "
                            + WireNames.of(beginning.get().backbone())
                            + "; take it off before you save the file, or have it described with a mapping from '"
                            + text + "' to ''"));
            throw refusal(mistakes);
        }
        if (announcement.known() != null) {
            return announcement.known().backbone();
        }
        if (announcement.backbone() != null) {
            return announcement.backbone();
        }
        return weights.likeliestBackbone().orElseThrow(() -> {
            mistakes.add(new Mistake(
                    ROOT,
                    "no tensor has the name and shape of one of a backbone's: of " + BACKBONES
                            + "; the names must be torchvision's"));
            return refusal(mistakes);
        });
    }

    private static List<Mistake> mistakes(WeightsFit fit, BackboneName backbone, boolean ignoresUnexpected) {
        String name = WireNames.of(backbone);
        List<Mistake> mistakes = new ArrayList<>();
        fit.missing().forEach(tensor -> mistakes.add(at(tensor, name + " needs this tensor and the file lacks it")));
        fit.mismatches()
                .forEach(mismatch -> mistakes.add(at(
                        mismatch.name(),
                        "is " + mismatch.actual() + ", in " + name + " it is " + mismatch.expected())));
        if (!ignoresUnexpected) {
            fit.unexpected()
                    .forEach(tensor -> mistakes.add(
                            at(tensor, name + " has no such tensor; to pass such tensors over, say ignoreUnexpected")));
        }
        return mistakes;
    }

    private static Mistake at(String tensor, String detail) {
        return new Mistake(Mistake.pointer(ROOT, tensor), detail);
    }

    private ArtifactKey store(ScratchFile file) throws IOException {
        try (StagedArtifact staged = artifacts.stage()) {
            Files.copy(file.path(), staged.stream());
            return staged.commit();
        }
    }
}
