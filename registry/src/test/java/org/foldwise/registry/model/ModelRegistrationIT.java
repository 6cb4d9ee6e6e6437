package org.foldwise.registry.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.NoSuchElementException;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.foldwise.registry.IllegalTransitionException;
import org.foldwise.registry.RegistryTest;
import org.foldwise.registry.Story;
import org.foldwise.registry.access.Project;
import org.foldwise.registry.experiment.Procedure;
import org.foldwise.registry.model.ModelRefusedException.Cause;
import org.foldwise.registry.run.Run;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.data.domain.Limit;

@RegistryTest
class ModelRegistrationIT {
    private final ModelRegistration registration;
    private final ModelRelease release;
    private final ModelAliases aliases;
    private final Models models;
    private final ModelVersions versions;
    private final Story story;

    ModelRegistrationIT(
            ModelRegistration registration,
            ModelRelease release,
            ModelAliases aliases,
            Models models,
            ModelVersions versions,
            Story story) {
        this.registration = registration;
        this.release = release;
        this.aliases = aliases;
        this.models = models;
        this.versions = versions;
        this.story = story;
    }

    @Test
    void numbersTheVersionsOfAModel() {
        ModelVersion first = story.candidate();
        ModelVersion second = registration.register(first.modelId(), first.runId(), Story.artifact("another bundle"));

        assertThat(second.number()).isEqualTo(2);
        assertThat(second.bundle()).isEqualTo(Story.artifact("another bundle"));
        assertThat(versions.findByModelIdAndNumber(first.modelId(), 1)).contains(first);
        assertThat(versions.findFirstByModelIdOrderByNumberDesc(first.modelId()))
                .contains(second);
        assertThat(versions.findByModelIdAndNumberGreaterThanOrderByNumber(first.modelId(), 1, Limit.of(10)))
                .containsExactly(second);
    }

    @Test
    void refusesRunsWithoutWeights() {
        Model model = story.model(story.project());
        Run queued = story.launched(Procedure.TRAIN).get(0);

        assertRefused(
                Cause.RUN_NOT_SUCCEEDED,
                () -> registration.register(model.id(), queued.id(), Story.artifact("bundle")));
    }

    @Test
    void refusesRunsWithoutAFrozenThreshold() {
        Model model = story.model(story.project());
        Run run = story.trained();

        assertRefused(
                Cause.THRESHOLD_NOT_FROZEN,
                () -> registration.register(model.id(), run.id(), Story.artifact("bundle")));
    }

    @Test
    void refusesRunsOfAnotherProject() {
        ModelVersion candidate = story.candidate();
        Model elsewhere = story.model(story.project());

        assertRefused(
                Cause.OTHER_PROJECT,
                () -> registration.register(elsewhere.id(), candidate.runId(), Story.artifact("bundle")));
    }

    @Test
    void refusesModelsAndRunsThatDoNotExist() {
        ModelVersion candidate = story.candidate();
        UUID unknown = new UUID(9, 9);

        assertThatThrownBy(() -> registration.register(unknown, candidate.runId(), Story.artifact("bundle")))
                .isInstanceOf(NoSuchElementException.class);
        assertThatThrownBy(() -> registration.register(candidate.modelId(), unknown, Story.artifact("bundle")))
                .isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void refusesASecondModelOfTheSameName() {
        Project project = story.project();
        Model model = story.model(project);

        assertThat(models.existsByName(model.name())).isTrue();
        assertThat(models.findByName(model.name())).contains(model);
        assertThatThrownBy(() ->
                        models.save(new Model(story.project().id(), project.id(), model.name(), model.createdAt())))
                .isInstanceOf(DataIntegrityViolationException.class);
    }

    @Test
    void releasesAndWithdrawsAVersion() {
        ModelVersion candidate = story.candidate();

        assertThat(release.release(candidate.id()).state()).isEqualTo(ModelVersionState.RELEASED);
        assertThatThrownBy(() -> release.release(candidate.id())).isInstanceOf(IllegalTransitionException.class);
        assertThat(release.withdraw(candidate.id()).state()).isEqualTo(ModelVersionState.WITHDRAWN);
        assertThat(versions.findById(candidate.id()).orElseThrow().state()).isEqualTo(ModelVersionState.WITHDRAWN);
    }

    @Test
    void movesAnAliasOnlyForThoseWhoSawItLast() {
        ModelVersion first = story.candidate();
        ModelVersion second = registration.register(first.modelId(), first.runId(), Story.artifact("second"));
        UUID model = first.modelId();

        ModelAlias made = aliases.point(model, "production", first.number(), null);
        assertThat(made.rowVersion()).isZero();
        ModelAlias moved = aliases.point(model, "production", second.number(), made.rowVersion());

        assertThat(moved.version()).isEqualTo(2);
        assertThatThrownBy(() -> aliases.point(model, "production", 1, made.rowVersion()))
                .isInstanceOf(StaleAliasException.class);
        assertThatThrownBy(() -> aliases.point(model, "production", 1, null)).isInstanceOf(StaleAliasException.class);
        assertThatThrownBy(() -> aliases.point(model, "shadow", 1, 0L)).isInstanceOf(StaleAliasException.class);
        assertThat(aliases.ofModel(model)).containsExactly(moved);
    }

    @Test
    void pointsAliasesOnlyAtVersionsThatMayBeUsed() {
        ModelVersion version = story.candidate();
        UUID model = version.modelId();
        assertThatThrownBy(() -> aliases.point(model, "production", 7, null))
                .isInstanceOf(NoSuchElementException.class);

        aliases.point(model, "production", 1, null);
        assertRefused(Cause.ALIASED, () -> release.withdraw(version.id()));

        ModelVersion withdrawn = registration.register(model, version.runId(), Story.artifact("second"));
        release.withdraw(withdrawn.id());
        assertRefused(Cause.WITHDRAWN, () -> aliases.point(model, "production", 2, 0L));
    }

    private static void assertRefused(Cause cause, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(ModelRefusedException.class, refusal -> assertThat(refusal.refusal())
                        .isEqualTo(cause));
    }
}
