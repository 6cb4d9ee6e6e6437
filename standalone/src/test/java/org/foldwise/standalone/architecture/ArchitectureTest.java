package org.foldwise.standalone.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The rules over the main classes of every module. */
class ArchitectureTest {
    private static final ArchitectureRules RULES = new ArchitectureRules("org.foldwise");

    private static JavaClasses classes;

    @BeforeAll
    static void readAllModules() {
        classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(ArchitectureTest::isNoTestJar)
                .importPackages("org.foldwise");
    }

    private static boolean isNoTestJar(Location location) {
        return !location.contains("-tests.jar");
    }

    /** A rule over classes that are not there would always hold. */
    @Test
    void everyModuleIsLookedAt() {
        for (String module :
                new String[] {"learning", "document", "registry", "api", "worker", "standalone", "client"}) {
            assertThat(classes.stream().map(JavaClass::getPackageName))
                    .as(module)
                    .anyMatch(name -> name.startsWith("org.foldwise." + module));
        }
    }

    @Test
    void r1LearningFlowsOneWay() {
        RULES.r1LearningFlowsOneWay().check(classes);
    }

    @Test
    void r1RegistryFlowsOneWay() {
        RULES.r1RegistryFlowsOneWay().check(classes);
    }

    @Test
    void r1ApiFlowsOneWay() {
        RULES.r1ApiFlowsOneWay().check(classes);
    }

    @Test
    void r2LearningKnowsNoPlatform() {
        RULES.r2LearningKnowsNoPlatform().check(classes);
    }

    @Test
    void r2JacksonStaysInJson() {
        RULES.r2JacksonStaysInJson().check(classes);
    }

    @Test
    void r3TheEngineStaysBehindTheLibrary() {
        RULES.r3TheEngineStaysBehindTheLibrary().check(classes);
    }

    @Test
    void r4DicomStaysInItsPackage() {
        RULES.r4DicomStaysInItsPackage().check(classes);
    }

    @Test
    void r5RegistryKnowsOnlyValuesOfLearning() {
        RULES.r5RegistryKnowsOnlyValuesOfLearning().check(classes);
    }

    @Test
    void r6QueueAndStoreKnowNoStage() {
        RULES.r6QueueAndStoreKnowNoStage().check(classes);
    }

    @Test
    void r7ModulesDependDownwards() {
        RULES.r7ModulesDependDownwards().check(classes);
    }

    @Test
    void r8EntitiesNeverCrossHttp() {
        RULES.r8EntitiesNeverCrossHttp().check(classes);
    }

    @Test
    void r9HttpStaysInTheApi() {
        RULES.r9HttpStaysInTheApi().check(classes);
    }

    @Test
    void r10NamesSayWhatAThingIs() {
        RULES.r10NamesSayWhatAThingIs().check(classes);
    }

    @Test
    void r11TimeRandomnessAndIdsArePassedIn() {
        RULES.r11TimeRandomnessAndIdsArePassedIn().check(classes);
    }

    @Test
    void r12PackagesHaveNoCycles() {
        RULES.r12PackagesHaveNoCycles().check(classes);
    }

    @Test
    void r13ControllersAndConfigurationAreHidden() {
        RULES.r13ControllersAndConfigurationAreHidden().check(classes);
    }

    @Test
    void r14ClientsKnowOnlyTheContract() {
        RULES.r14ClientsKnowOnlyTheContract().check(classes);
    }

    @Test
    void r15OnlyTrainingImagesAreAugmented() {
        RULES.r15OnlyTrainingImagesAreAugmented().check(classes);
    }

    @Test
    void r15ViewsAreForAudits() {
        RULES.r15ViewsAreForAudits().check(classes);
    }

    @Test
    void r16FoldsOfImagesStayInLeakageExperiments() {
        RULES.r16FoldsOfImagesStayInLeakageExperiments().check(classes);
    }

    @Test
    void r16NothingIsMadeOfALeakageExperiment() {
        RULES.r16NothingIsMadeOfALeakageExperiment().check(classes);
    }

    @Test
    void r17ObjectStoresStayInTheirPackage() {
        RULES.r17ObjectStoresStayInTheirPackage().check(classes);
    }

    @Test
    void nothingRunsCodeFoundInData() {
        RULES.nothingRunsCodeFoundInData().check(classes);
    }

    @Test
    void r12PackagesHaveAPageAndAreNullMarked() throws IOException {
        Set<String> withoutPage = new TreeSet<>();
        for (JavaClass type : classes) {
            String packageName = type.getPackageName();
            if (!packageName.startsWith("org.foldwise.client") && !isNullMarked(packageName)) {
                withoutPage.add(packageName);
            }
        }
        assertThat(withoutPage)
                .as("packages without a package-info that says @NullMarked")
                .isEmpty();
    }

    /** Reads the constant pool's text: loading the class would load what the package needs. */
    private static boolean isNullMarked(String packageName) throws IOException {
        String page = "/" + packageName.replace('.', '/') + "/package-info.class";
        try (InputStream file = ArchitectureTest.class.getResourceAsStream(page)) {
            return file != null
                    && new String(file.readAllBytes(), StandardCharsets.ISO_8859_1)
                            .contains("Lorg/jspecify/annotations/NullMarked;");
        }
    }
}
