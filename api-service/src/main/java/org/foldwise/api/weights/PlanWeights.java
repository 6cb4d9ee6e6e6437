package org.foldwise.api.weights;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.foldwise.api.problem.Mistake;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.api.security.Caller;
import org.foldwise.api.wire.WireNames;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.pretrained.ImageDifference;
import org.foldwise.learning.pretrained.WeightSet;
import org.foldwise.learning.pretrained.WeightsUnavailableException;
import org.foldwise.registry.weights.ImportedWeightSet;
import org.springframework.stereotype.Component;

/** The weights that plans ask for. */
@Component
public class PlanWeights {
    private static final String POINTER = "/plan/pretrained/weights";

    private final Catalogue catalogue;
    private final WeightsIntake intake;
    private final WeightsProperties properties;

    PlanWeights(Catalogue catalogue, WeightsIntake intake, WeightsProperties properties) {
        this.catalogue = catalogue;
        this.intake = intake;
        this.properties = properties;
    }

    /**
     * Makes sure that a training by that plan would find its weights and could begin with them.
     *
     * @throws RefusedException with everything that is in the way, and what to fetch where weights are not here
     */
    public void requireUsable(ExperimentPlan plan) {
        if (plan.pretrained().namesNone()) {
            return;
        }
        String name = plan.pretrained().weights();
        Optional<Offer> offer = catalogue.find(name);
        List<String> mistakes = offer.isEmpty()
                ? List.of("there are no weights called '" + name + "'; " + alternatives(plan.backbone()))
                : mistakes(offer.get(), plan);
        if (!mistakes.isEmpty()) {
            throw RefusedException.invalid(mistakes.stream()
                    .map(detail -> new Mistake(POINTER, detail))
                    .toList());
        }
    }

    private List<String> mistakes(Offer offer, ExperimentPlan plan) {
        List<String> mistakes = new ArrayList<>();
        if (offer.backbone() != plan.backbone()) {
            mistakes.add("the weights are of " + WireNames.of(offer.backbone()) + ", the plan's backbone is "
                    + WireNames.of(plan.backbone()) + "; " + alternatives(plan.backbone()));
        }
        if (offer.channels() == 1 && plan.image().channels() != 1) {
            mistakes.add("the weights are for grey images, the plan's have "
                    + plan.image().channels() + " channels");
        }
        WeightSet published = offer.published();
        if (published != null && offer.state() == WeightSetState.MISSING) {
            mistakes.add(notHere(published));
        }
        if (published != null && offer.state() == WeightSetState.IN_DIRECTORY) {
            damage(published).ifPresent(mistakes::add);
        }
        return mistakes;
    }

    private String alternatives(BackboneName backbone) {
        return "for " + WireNames.of(backbone) + " there are "
                + catalogue.all().stream()
                        .filter(offer -> offer.backbone() == backbone)
                        .map(Offer::name)
                        .collect(joining(", "));
    }

    private String notHere(WeightSet published) {
        String fetch = properties.mirror() == null ? "" : "run 'foldwise weights fetch " + published.name() + "', or ";
        return "the weights are not here yet: " + fetch + "fetch " + published.whatToFetch()
                + " and run 'foldwise weights import " + published.fileName()
                + "' with an administrator's key, or put the file into the platform's directory of weights"
                + " (foldwise.weights.directory)";
    }

    private Optional<String> damage(WeightSet published) {
        try {
            published.find(properties.directory());
            return Optional.empty();
        } catch (WeightsUnavailableException e) {
            return Optional.of("the file '" + published.fileName()
                    + "' in the platform's directory of weights is not the published one: its SHA-256 does not begin with "
                    + published.digestPrefix() + "; fetch it again");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The weights that a training by that plan begins with; a file that lies in the directory of weights is imported first.
     *
     * @param plan that was found usable
     * @return empty where the plan names none
     */
    public Optional<ImportedWeightSet> of(ExperimentPlan plan, Caller caller) {
        if (plan.pretrained().namesNone()) {
            return Optional.empty();
        }
        Offer offer = catalogue.find(plan.pretrained().weights()).orElseThrow();
        ImportedWeightSet imported = offer.imported();
        WeightSet published = offer.published();
        if (imported != null || published == null) {
            return Optional.ofNullable(imported);
        }
        try (InputStream file = Files.newInputStream(properties.directory().resolve(published.fileName()))) {
            return Optional.of(intake.take(
                            new WeightsIntake.Announcement(
                                    published.name(), published.fileName(), published, null, false, null),
                            file,
                            caller)
                    .set());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a plan does to images otherwise than was done where its weights were trained, as far as that is known. */
    public List<ImageDifference> imageDifferences(ExperimentPlan plan) {
        return catalogue
                .find(plan.pretrained().weights())
                .map(Offer::published)
                .map(published -> published.preprocessing().differencesTo(plan.image()))
                .orElse(List.of());
    }
}
