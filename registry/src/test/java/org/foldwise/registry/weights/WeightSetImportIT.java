package org.foldwise.registry.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.Ids;
import org.foldwise.registry.RegistryTest;
import org.foldwise.registry.Story;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.experiment.Procedure;
import org.foldwise.registry.run.ExperimentLaunch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataIntegrityViolationException;

@RegistryTest
class WeightSetImportIT {
    private final Story story;
    private final WeightSetImport imports;
    private final ImportedWeightSets sets;
    private final ExperimentLaunch launch;
    private final Ids ids;
    private final DatabaseClock clock;

    WeightSetImportIT(
            Story story,
            WeightSetImport imports,
            ImportedWeightSets sets,
            ExperimentLaunch launch,
            Ids ids,
            DatabaseClock clock) {
        this.story = story;
        this.imports = imports;
        this.sets = sets;
        this.launch = launch;
        this.ids = ids;
        this.clock = clock;
    }

    private static ImportedWeightSet.Description named(String name, String fileName) {
        return new ImportedWeightSet.Description(
                name,
                BackboneName.MOBILENET_V2,
                1,
                fileName,
                new ArtifactKey(Digest.of(name)),
                12,
                List.of(),
                Map.of());
    }

    @Test
    void whatWasTakenIsFoundByItsName() {
        ImportedWeightSet taken = story.weightSet();

        ImportedWeightSet found = sets.findByName(taken.name()).orElseThrow();
        assertThat(found).isEqualTo(taken);
        assertThat(found.backbone()).isEqualTo(BackboneName.RESNET18);
        assertThat(found.mapping()).isEqualTo(Map.of("encoder.", "", "encoder.0.", "conv1."));
        assertThat(found.channels()).isEqualTo(3);
        assertThat(found.fileName()).isEqualTo(taken.name() + ".pth");
        assertThat(found.file().digest()).isEqualTo(Digest.of(taken.name()));
        assertThat(found.sizeBytes()).isEqualTo(1000);
        assertThat(found.ignored()).containsExactly("extra.weight");
        assertThat(found.importedBy()).isEqualTo(taken.importedBy());
        assertThat(sets.findAllByOrderByName()).contains(taken);
    }

    @Test
    void noNameIsGivenTwice() {
        ImportedWeightSet taken = story.weightSet();

        assertThatExceptionOfType(DataIntegrityViolationException.class)
                .isThrownBy(() -> imports.take(named(taken.name(), "other.pth"), taken.importedBy()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "../up", "a b", ""})
    void someNamesAreNobodys(String name) {
        UUID importer = story.weightSet().importedBy();

        assertThatExceptionOfType(DataIntegrityViolationException.class)
                .isThrownBy(() -> imports.take(named(name, "file.pth"), importer));
    }

    @Test
    void fileNamesLeadNowhere() {
        UUID importer = story.weightSet().importedBy();

        assertThatExceptionOfType(DataIntegrityViolationException.class)
                .isThrownBy(() -> imports.take(named("fine", "../file.pth"), importer));
    }

    @Test
    void whatNoExperimentBeginsWithCanBeRemoved() {
        ImportedWeightSet set = story.weightSet();

        imports.remove(set);

        assertThat(sets.findById(set.id())).isEmpty();
    }

    @Test
    void anExperimentHoldsItsWeightsFast() {
        ImportedWeightSet set = story.weightSet();
        launch.launch(new Experiment(
                ids.next(),
                story.storedSplit().id(),
                "transfer",
                Procedure.TRAIN,
                "{}",
                Digest.of("{}"),
                set.id(),
                clock.now()));

        assertThatExceptionOfType(WeightSetInUseException.class)
                .isThrownBy(() -> imports.remove(set))
                .withMessageContaining(set.name());
        assertThat(sets.findById(set.id())).contains(set);
    }
}
