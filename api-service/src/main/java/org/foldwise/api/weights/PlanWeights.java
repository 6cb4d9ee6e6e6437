package org.foldwise.api.weights;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** The weights that plans ask for. */
@Component
public class PlanWeights {
    private static final Logger LOGGER = LoggerFactory.getLogger(PlanWeights.class);

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
        List<String> mistakes = offer.isEmpty() ? unknown(name, plan.backbone()) : mistakes(offer.get(), plan);
        if (!mistakes.isEmpty()) {
            throw RefusedException.invalid(mistakes.stream()
                    .map(detail -> new Mistake(POINTER, detail))
                    .toList());
        }
    }

    private List<String> unknown(String name, BackboneName backbone) {
        List<String> inDescription = catalogue.mistakesInDescription(name);
        return inDescription.isEmpty()
                ? List.of("there are no weights called '" + name + "'; " + alternatives(backbone))
                : List.of("the description '" + name + ".json' in the platform's directory of weights cannot be read: "
                        + String.join("; ", inDescription));
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
        WeightSet known = offer.known();
        if (known != null) {
            switch (offer.state()) {
                case MISSING -> mistakes.add(notHere(known));
                case IN_DIRECTORY -> damage(known).ifPresent(mistakes::add);
                case IMPORTED -> mistakes.addAll(differences(known, Objects.requireNonNull(offer.imported())));
            }
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

    /** A description may be changed after its file was imported, what was imported may not. */
    private static List<String> differences(WeightSet known, ImportedWeightSet imported) {
        return ImportDifferences.of(known, imported).stream()
                .map(difference -> difference + "; give what the description speaks of another name")
                .toList();
    }

    private String notHere(WeightSet known) {
        String fetch = properties.mirror() == null ? "" : "run 'foldwise weights fetch " + known.name() + "', or ";
        return "the weights are not here yet: " + fetch + "fetch " + known.whatToFetch()
                + " and run 'foldwise weights import " + known.fileName()
                + "' with an administrator's key, or put the file into the platform's directory of weights"
                + " (foldwise.weights.directory)";
    }

    private Optional<String> damage(WeightSet known) {
        try {
            known.find(properties.directory());
            return Optional.empty();
        } catch (WeightsUnavailableException e) {
            return Optional.of("the file '" + known.fileName()
                    + "' in the platform's directory of weights is another one: its SHA-256 " + known.shouldBe()
                    + "; fetch it again");
        } catch (IOException e) {
            return Optional.of(unreadable(known, e));
        }
    }

    private static String unreadable(WeightSet known, IOException failure) {
        LOGGER.warn("the file of weights '{}' cannot be read", known.fileName(), failure);
        return "the file '" + known.fileName()
                + "' in the platform's directory of weights cannot be read; see that it is there and that the service may"
                + " read it";
    }

    /**
     * The weights that a training by that plan begins with; a file that lies in the directory of weights is imported first.
     *
     * @param plan that was found usable
     * @return empty where the plan names none
     * @throws RefusedException if the description or the file has gone since, or the file is refused
     */
    public Optional<ImportedWeightSet> of(ExperimentPlan plan, Caller caller) {
        if (plan.pretrained().namesNone()) {
            return Optional.empty();
        }
        String name = plan.pretrained().weights();
        Offer offer = catalogue
                .find(name)
                .orElseThrow(() -> RefusedException.invalid(
                        POINTER, unknown(name, plan.backbone()).get(0)));
        ImportedWeightSet imported = offer.imported();
        WeightSet known = offer.known();
        if (imported != null || known == null) {
            return Optional.ofNullable(imported);
        }
        try (InputStream file = open(known)) {
            ImportedWeightSet taken = intake.take(
                            new WeightsIntake.Announcement(known.name(), known.fileName(), known, null, false, null),
                            file,
                            caller)
                    .set();
            // of how many channels they are shows when they are read
            requireUsable(plan);
            return Optional.of(taken);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private InputStream open(WeightSet known) {
        try {
            return Files.newInputStream(properties.directory().resolve(known.fileName()));
        } catch (IOException e) {
            throw RefusedException.invalid(POINTER, unreadable(known, e));
        }
    }

    /** What a plan does to images otherwise than was done where its weights were trained, as far as that is known. */
    public List<ImageDifference> imageDifferences(ExperimentPlan plan) {
        return catalogue
                .find(plan.pretrained().weights())
                .map(Offer::known)
                .map(WeightSet::preprocessing)
                .map(preprocessing -> preprocessing.differencesTo(plan.image()))
                .orElse(List.of());
    }
}
