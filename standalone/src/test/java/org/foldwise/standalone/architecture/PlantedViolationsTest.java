package org.foldwise.standalone.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every rule finds the violation that was planted for it: a rule that cannot fail guards nothing. */
class PlantedViolationsTest {
    private static final String ROOT = "org.foldwise.standalone.architecture.planted";
    private static final ArchitectureRules RULES = new ArchitectureRules(ROOT);

    @TestFactory
    Stream<DynamicTest> everyRuleFindsWhatWasPlantedForIt() {
        JavaClasses planted = new ClassFileImporter().importPackages(ROOT);
        return Stream.of(
                finds("learning.provenance.KnowsALaterStage", RULES.r1LearningFlowsOneWay(), planted),
                finds("registry.upload.KnowsRuns", RULES.r1RegistryFlowsOneWay(), planted),
                finds("api.upload.KnowsRuns", RULES.r1ApiFlowsOneWay(), planted),
                finds("learning.split.KnowsSpring", RULES.r2LearningKnowsNoPlatform(), planted),
                finds("learning.metrics.KnowsJackson", RULES.r2JacksonStaysInJson(), planted),
                finds("learning.metrics.KnowsTheEngine", RULES.r3TheEngineStaysBehindTheLibrary(), planted),
                finds("learning.dataset.KnowsDicom", RULES.r4DicomStaysInItsPackage(), planted),
                finds("registry.run.KnowsTraining", RULES.r5RegistryKnowsOnlyValuesOfLearning(), planted),
                finds("registry.jobs.KnowsAStage", RULES.r6QueueAndStoreKnowNoStage(), planted),
                finds("api.run.KnowsTheWorker", RULES.r7ModulesDependDownwards(), planted),
                finds("document.KnowsARecord", RULES.r7ModulesDependDownwards(), planted),
                finds("api.run.ExposesAnEntity", RULES.r8EntitiesNeverCrossHttp(), planted),
                finds("worker.PlantedWorker", RULES.r9HttpStaysInTheApi(), planted),
                finds("worker.RunUtils", RULES.r10NamesSayWhatAThingIs(), planted),
                finds("worker.LooksAtTheClock", RULES.r11TimeRandomnessAndIdsArePassedIn(), planted),
                finds("worker.cycle.One", RULES.r12PackagesHaveNoCycles(), planted),
                finds("api.run.ExposesAnEntity", RULES.r13ControllersAndConfigurationAreHidden(), planted),
                finds("client.KnowsTheRegistry", RULES.r14ClientsKnowOnlyTheContract(), planted),
                finds("learning.evaluation.AugmentsImages", RULES.r15OnlyTrainingImagesAreAugmented(), planted),
                finds("learning.evaluation.LooksAtViews", RULES.r15ViewsAreForAudits(), planted),
                finds("worker.TrainsOnFoldsOfImages", RULES.r16FoldsOfImagesStayInLeakageExperiments(), planted),
                finds("registry.run.KnowsLeakage", RULES.r16NothingIsMadeOfALeakageExperiment(), planted),
                finds("api.upload.KnowsAnObjectStore", RULES.r17ObjectStoresStayInTheirPackage(), planted),
                finds("worker.ReadsObjects", RULES.nothingRunsCodeFoundInData(), planted));
    }

    private static DynamicTest finds(String culprit, ArchRule rule, JavaClasses planted) {
        return DynamicTest.dynamicTest(culprit + " breaks: " + rule.getDescription(), () -> {
            EvaluationResult result = rule.allowEmptyShould(true).evaluate(planted);
            assertThat(result.getFailureReport().getDetails())
                    .anyMatch(detail -> detail.contains(ROOT + "." + culprit));
        });
    }
}
