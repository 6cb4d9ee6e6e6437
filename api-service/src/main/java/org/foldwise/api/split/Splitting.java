package org.foldwise.api.split;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.foldwise.api.dataset.DatasetFactsReading;
import org.foldwise.api.dataset.FindingGate;
import org.foldwise.api.dataset.WaiverView;
import org.foldwise.api.problem.Mistake;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.experiment.SplitOutlook;
import org.foldwise.learning.experiment.StartCheck;
import org.foldwise.learning.quality.GivenRoles;
import org.foldwise.learning.split.GivenSplit;
import org.foldwise.learning.split.InfeasibleSplitException;
import org.foldwise.learning.split.LeakageAudit;
import org.foldwise.learning.split.PatientSplitter;
import org.foldwise.learning.split.PatientTies;
import org.foldwise.learning.split.RefusedAssignmentsException;
import org.foldwise.learning.split.Role;
import org.foldwise.learning.split.RoleAssignment;
import org.foldwise.learning.split.RoleCompletion;
import org.foldwise.learning.split.Split;
import org.foldwise.learning.split.SplitRules;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.DatasetImages;
import org.foldwise.registry.dataset.DatasetState;
import org.foldwise.registry.dataset.FindingWaivers;
import org.foldwise.registry.split.PatientSplit;
import org.foldwise.registry.split.PatientSplits;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Splits the patients of a frozen dataset and proves that nobody is on two sides before anything is stored. */
@Component
class Splitting {
    /** Of a table with more flaws the first are told, and how many there are. */
    private static final int MISTAKES_TOLD = 1000;

    private final DatasetImages images;
    private final PatientSplits splits;
    private final FindingWaivers waivers;
    private final FindingGate gate;
    private final DatasetFactsReading facts;
    private final DriftReading drift;

    Splitting(
            DatasetImages images,
            PatientSplits splits,
            FindingWaivers waivers,
            FindingGate gate,
            DatasetFactsReading facts,
            DriftReading drift) {
        this.images = images;
        this.splits = splits;
        this.waivers = waivers;
        this.gate = gate;
        this.facts = facts;
        this.drift = drift;
    }

    /**
     * Splits and stores.
     *
     * @throws RefusedException if the dataset is not frozen, has too few patients, or has a split of that name
     */
    @Transactional
    public PatientSplit split(Dataset dataset, SplitRequest request) {
        requireNew(dataset, request.name());
        gate.requireWaived(dataset);
        Cohort cohort = images.cohort(dataset);
        Split split = compute(dataset, cohort, request);
        return splits.store(dataset.id(), request.name(), split, cohort, together(request));
    }

    /**
     * Says what {@link #split} would make, and stores nothing. What a dataset's findings block is planned all the same, as whoever has to
     * deal with them wants to know what for.
     *
     * @throws RefusedException as that, but for findings that nobody has waived
     */
    @Transactional(readOnly = true)
    public SplitPlanResponse plan(Dataset dataset, SplitRequest request) {
        requireNew(dataset, request.name());
        Cohort cohort = images.cohort(dataset);
        Split split = compute(dataset, cohort, request);
        LeakageAudit audit = LeakageAudit.of(
                split,
                cohort,
                splits.ties(dataset.id(), cohort, split.rules())
                        .with(together(request).groups()));
        SplitOutlook outlook = SplitOutlook.of(split, cohort);
        return SplitPlanResponse.of(
                SplitSpec.of(split.spec()),
                split.digest().hex(),
                outlook,
                PlanFindingResponse.all(
                        StartCheck.ofSplit(
                                facts.of(dataset, cohort),
                                split,
                                outlook,
                                audit.greatestShareDeviation(),
                                vault(dataset, split),
                                drift.of(dataset, cohort, split)),
                        List.of()));
    }

    /** Of a split that is not stored yet: what the stored ones of its dataset lock away. */
    private StartCheck.Vault vault(Dataset dataset, Split split) {
        Set<PatientId> read = new HashSet<>();
        for (Role role : List.of(Role.TRAIN, Role.VALIDATION, Role.HELD_OUT)) {
            read.addAll(split.development().patients(role));
        }
        Set<PatientId> locked = new HashSet<>();
        int locking = 0;
        for (UUID other : splits.locking(dataset.id())) {
            Set<PatientId> ofOther = new HashSet<>(splits.lockedPatients(List.of(other)));
            ofOther.retainAll(read);
            locking += ofOther.isEmpty() ? 0 : 1;
            locked.addAll(ofOther);
        }
        return new StartCheck.Vault(0, locked.size(), locking);
    }

    /**
     * Takes roles that were given elsewhere, and stores them.
     *
     * @param table who has which role
     * @param validation share of the training patients to take for validation in every fold that names none; absent for none
     * @param pointer of the rows; a mistake's pointer is that and the row's number
     * @throws RefusedException if the dataset is not frozen or has a split of that name, or with every row that leaks
     */
    @Transactional
    public PatientSplit given(
            Dataset dataset, String name, AssignmentTable table, @Nullable Double validation, String pointer) {
        requireNew(dataset, name);
        gate.requireWaived(dataset);
        Cohort cohort = images.cohort(dataset);
        Split split = given(dataset, cohort, SplitRules.DEFAULT, table, validation, 0, pointer);
        return splits.store(dataset.id(), name, split, cohort, new PatientTies(table.together()));
    }

    /** Whom a request keeps together though nothing in the data says so. */
    private static PatientTies together(SplitRequest request) {
        return request.spec() instanceof SplitSpec.Fixed fixed
                ? new PatientTies(fixed.given().together())
                : PatientTies.NONE;
    }

    private void requireNew(Dataset dataset, String name) {
        if (dataset.state() != DatasetState.FROZEN) {
            throw new RefusedException(ProblemType.CONFLICT, "Only a frozen dataset can be split.");
        }
        if (splits.isTaken(dataset.id(), name)) {
            throw new RefusedException(ProblemType.ALREADY_EXISTS, "The dataset has a split of that name already.");
        }
        dataset.requireWhole();
        dataset.requireAsFrozen();
    }

    /** The waivers of the dataset that a split is of. */
    List<WaiverView> waivers(PatientSplit split) {
        return waivers.ofDataset(split.datasetId()).stream().map(WaiverView::of).toList();
    }

    private Split compute(Dataset dataset, Cohort cohort, SplitRequest request) {
        if (request.spec() instanceof SplitSpec.Fixed fixed) {
            return given(
                    dataset,
                    cohort,
                    request.rules(),
                    fixed.given(),
                    fixed.validation(),
                    request.seed(),
                    "/spec/assignments");
        }
        if (request.spec() instanceof SplitSpec.Folders folders) {
            return ofFolders(dataset, cohort, request, folders);
        }
        try {
            return PatientSplitter.split(
                    cohort,
                    request.spec().resolvable(),
                    request.rules(),
                    splits.ties(dataset.id(), cohort, request.rules()),
                    request.seed());
        } catch (InfeasibleSplitException e) {
            List<Mistake> reasons = e.reasons().stream()
                    .map(reason -> new Mistake("/spec", reason))
                    .toList();
            throw new RefusedException(
                    ProblemType.SPLIT_REFUSED, "The dataset does not allow for this split.", reasons);
        }
    }

    private Split ofFolders(Dataset dataset, Cohort cohort, SplitRequest request, SplitSpec.Folders folders) {
        SortedMap<String, Role> roles = GivenRoles.of(cohort).roleByImage();
        if (roles.isEmpty()) {
            throw new RefusedException(
                    ProblemType.SPLIT_REFUSED,
                    "The dataset does not allow for this split.",
                    List.of(new Mistake(
                            "/spec/kind",
                            "the names of the images have no folders that are called train, validation or test, two of them at"
                                    + " least: a split of another kind is feasible")));
        }
        PatientTies ties = splits.ties(dataset.id(), cohort, request.rules());
        List<RoleAssignment> rows = RoleCompletion.ofImages(roles, cohort, ties, folders.dropsShared());
        List<Mistake> mistakes = mistakes(rows, cohort.imagesByPatient().size(), ties);
        if (!mistakes.isEmpty()) {
            throw new RefusedException(
                    ProblemType.SPLIT_REFUSED, "The dataset does not allow for this split.", mistakes);
        }
        return given(
                dataset,
                cohort,
                request.rules(),
                new AssignmentTable(rows, 1, GivenSplit.Numbers.NONE, List.of()),
                folders.validation(),
                request.seed(),
                "/spec");
    }

    /** What keeps folders from giving each of so many patients one role. */
    private static List<Mistake> mistakes(List<RoleAssignment> rows, int patients, PatientTies ties) {
        Map<PatientId, Long> roles =
                rows.stream().collect(Collectors.groupingBy(RoleAssignment::patient, Collectors.counting()));
        long several = roles.values().stream().filter(count -> count > 1).count();
        int none = patients - roles.size();
        List<Mistake> mistakes = new ArrayList<>();
        if (none > 0) {
            mistakes.add(
                    new Mistake(
                            "/spec/kind",
                            none + " of " + patients + (none == 1 ? " patients lies" : " patients lie")
                                    + " in none of the folders: move those images into one or leave them out, or hand roles in as fixed"));
        }
        if (several > 0) {
            mistakes.add(new Mistake(
                    "/spec/dropShared",
                    several + " of " + patients + (several == 1 ? " patients has" : " patients have")
                            + " images in several of the folders: with dropShared true "
                            + (several == 1 ? "that one is" : "they are") + " used for nothing"));
        }
        long parted = parted(rows, ties);
        if (several == 0 && parted > 0) {
            mistakes.add(new Mistake(
                    "/spec/dropShared",
                    parted + " of " + patients + (parted == 1 ? " patients has" : " patients have")
                            + " to stay with patients whose images are in other folders: they share images, directly or over others, or"
                            + " a site that is kept together; with dropShared true they are used for nothing"));
        }
        return mistakes;
    }

    /** How many patients are in groups that must stay together and have several roles. */
    private static long parted(List<RoleAssignment> rows, PatientTies ties) {
        Map<PatientId, Role> roles = rows.stream()
                .collect(Collectors.toMap(RoleAssignment::patient, RoleAssignment::role, (one, other) -> one));
        return ties.groups().stream()
                .map(group -> group.stream().filter(roles::containsKey).toList())
                .filter(group -> group.stream().map(roles::get).distinct().count() > 1)
                .mapToLong(List::size)
                .sum();
    }

    private Split given(
            Dataset dataset,
            Cohort cohort,
            SplitRules rules,
            AssignmentTable table,
            @Nullable Double validation,
            long seed,
            String pointer) {
        PatientTies ties = splits.ties(dataset.id(), cohort, rules).with(table.together());
        List<RoleAssignment> rows = validation == null
                ? table.rows()
                : RoleCompletion.withValidation(table.rows(), cohort, ties, validation, seed);
        try {
            return GivenSplit.of(rows, table.repeats(), table.numbers(), cohort, rules, ties);
        } catch (RefusedAssignmentsException e) {
            List<Mistake> mistakes = e.flaws().stream()
                    .limit(MISTAKES_TOLD)
                    .map(flaw -> new Mistake(
                            flaw.row() == GivenSplit.Flaw.WHOLE
                                    ? pointer
                                    : Mistake.pointer(pointer, table.numbers().row(flaw.row())),
                            flaw.detail()))
                    .toList();
            throw new RefusedException(
                    ProblemType.SPLIT_REFUSED,
                    "The roles that were given make no split without leaks.",
                    mistakes,
                    e.flaws().size());
        }
    }
}
