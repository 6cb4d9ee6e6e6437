package org.foldwise.standalone.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.dependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The rules, for a tree of packages with the modules' names below {@code root}: the real one, and one with planted violations.
 *
 * @param root the package above {@code learning}, {@code registry}, {@code api}, {@code worker} and {@code standalone}
 */
record ArchitectureRules(String root) {
    /** Packages of the library, in the order of the story. */
    private static final List<String> LEARNING = List.of(
            "provenance",
            "cache",
            "imaging",
            "dataset",
            "split",
            "metrics",
            "leakage",
            "neighbourhood",
            "quality",
            "experiment",
            "search",
            "augmentation",
            "json",
            "network",
            "pretrained",
            "training",
            "audit",
            "evaluation",
            "model",
            "prediction",
            "explanation");

    /** The stages of the story, in its order. */
    static final List<String> STAGES =
            List.of("upload", "dataset", "split", "experiment", "run", "evaluation", "model", "prediction");

    /**
     * The stages, among them the weights that experiments begin with and the audits and experiments that are no stage of any model,
     * and after them what takes patients out of all.
     */
    private static final List<String> STAGES_AND_MORE = List.of(
            "upload",
            "dataset",
            "split",
            "weights",
            "experiment",
            "audit",
            "leakage",
            "run",
            "evaluation",
            "neighbourhood",
            "explanation",
            "model",
            "prediction",
            "withdrawal");

    /** The registry's stages, and between experiments and their runs what nested cross-validations search among. */
    private static final List<String> REGISTRY = List.of(
            "upload",
            "dataset",
            "split",
            "weights",
            "experiment",
            "audit",
            "leakage",
            "search",
            "run",
            "evaluation",
            "neighbourhood",
            "explanation",
            "model",
            "prediction",
            "withdrawal");

    /** What the API tells of the whole story comes after it. */
    private static final List<String> API = Stream.concat(STAGES_AND_MORE.stream(), Stream.of("comparison", "document"))
            .toList();

    private static final Pattern FORBIDDEN_PACKAGE =
            Pattern.compile(".*\\.(util|common|helper|dto|impl|service|manager)(\\..*)?");
    private static final Pattern FORBIDDEN_CLASS = Pattern.compile(".*(Manager|Helper|Utils?|Impl)");

    private static final String CONFIGURATION = "org.springframework.context.annotation.Configuration";
    private static final String APPLICATION = "org.springframework.boot.autoconfigure.SpringBootApplication";
    private static final String CONTROLLER = "org.springframework.stereotype.Controller";

    ArchRule r1LearningFlowsOneWay() {
        return flow("learning", List.of(), LEARNING);
    }

    ArchRule r1RegistryFlowsOneWay() {
        return flow("registry", List.of("artifacts", "jobs", "inquiry", "access", "idempotency"), REGISTRY);
    }

    ArchRule r1ApiFlowsOneWay() {
        return flow("api", List.of("problem", "json", "paging", "security", "bucket"), API);
    }

    ArchRule r2LearningKnowsNoPlatform() {
        return noClasses()
                .that()
                .resideInAPackage(root + ".learning..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.springframework..",
                        "jakarta..",
                        "javax.sql..",
                        "java.sql..",
                        "org.hibernate..",
                        root + ".registry..");
    }

    ArchRule r2JacksonStaysInJson() {
        return noClasses()
                .that()
                .resideInAPackage(root + ".learning..")
                .and()
                .resideOutsideOfPackage(root + ".learning.json..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("tools.jackson..", "com.fasterxml.jackson..");
    }

    ArchRule r3TheEngineStaysBehindTheLibrary() {
        String[] homes = Stream.of("network", "training", "evaluation", "model", "prediction", "explanation")
                .map(name -> root + ".learning." + name + "..")
                .toArray(String[]::new);
        return noClasses()
                .that()
                .resideInAPackage(root + "..")
                .and()
                .resideOutsideOfPackages(homes)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.djl..");
    }

    ArchRule r4DicomStaysInItsPackage() {
        return noClasses()
                .that()
                .resideInAPackage(root + "..")
                .and()
                .resideOutsideOfPackage(root + ".learning.imaging.dicom..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.dcm4che3..");
    }

    ArchRule r5RegistryKnowsOnlyValuesOfLearning() {
        String[] values = Stream.of(
                        "provenance", "dataset", "split", "metrics", "leakage", "experiment", "search", "json")
                .map(name -> root + ".learning." + name + "..")
                .toArray(String[]::new);
        return noClasses()
                .that()
                .resideInAPackage(root + ".registry..")
                .should(dependOnClassesThat(
                        resideInAPackage(root + ".learning..").and(not(resideInAnyPackage(values)))));
    }

    ArchRule r6QueueAndStoreKnowNoStage() {
        return noClasses()
                .that()
                .resideInAnyPackage(root + ".registry.jobs..", root + ".registry.artifacts..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages("registry", STAGES));
    }

    ArchRule r7ModulesDependDownwards() {
        return CompositeArchRule.of(
                        mayNotImport("learning", "document", "registry", "api", "worker", "standalone", "client"))
                .and(mayNotImport("document", "learning", "registry", "api", "worker", "standalone", "client"))
                .and(mayNotImport("registry", "document", "api", "worker", "standalone", "client"))
                .and(mayNotImport("api", "worker", "standalone", "client"))
                .and(mayNotImport("worker", "document", "api", "standalone", "client"));
    }

    ArchRule r8EntitiesNeverCrossHttp() {
        ArchRule wire = noClasses()
                .that()
                .resideInAPackage(root + ".api..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jakarta.persistence..");
        ArchRule controllers = methods()
                .that()
                .areDeclaredInClassesThat()
                .areMetaAnnotatedWith(CONTROLLER)
                .and()
                .areNotPrivate()
                .should(new NeitherTakeNorReturnEntities());
        return CompositeArchRule.of(wire).and(controllers);
    }

    ArchRule r9HttpStaysInTheApi() {
        return noClasses()
                .that()
                .resideInAPackage(root + "..")
                .and()
                .resideOutsideOfPackage(root + ".api..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework.web..", "org.springframework.http..", "jakarta.servlet..");
    }

    ArchRule r10NamesSayWhatAThingIs() {
        return classes()
                .that()
                .resideInAPackage(root + "..")
                .and()
                .resideOutsideOfPackage(root + ".client..")
                .should(new HaveTellingNames());
    }

    ArchRule r11TimeRandomnessAndIdsArePassedIn() {
        return noClasses()
                .that()
                .resideInAPackage(root + "..")
                .and()
                .resideOutsideOfPackage(root + ".client..")
                .and()
                .areNotMetaAnnotatedWith(CONFIGURATION)
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethodWhere(describe(
                        "Clock.system*",
                        call -> call.getTargetOwner().isEquivalentTo(Clock.class)
                                && call.getName().startsWith("system")))
                .orShould()
                .callMethodWhere(describe(
                        "now() of java.time",
                        call -> call.getTargetOwner().getPackageName().equals("java.time")
                                && call.getName().equals("now")
                                && call.getTarget().getRawParameterTypes().isEmpty()))
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .callConstructor(Random.class)
                .orShould()
                .callMethod(UUID.class, "randomUUID");
    }

    ArchRule r12PackagesHaveNoCycles() {
        DescribedPredicate<JavaClass> generated = resideInAPackage(root + ".client..");
        return slices().matching(root + ".(**)").should().beFreeOfCycles().ignoreDependency(generated, generated);
    }

    ArchRule r13ControllersAndConfigurationAreHidden() {
        ArchRule controllers = classes()
                .that()
                .resideInAPackage(root + "..")
                .and()
                .areMetaAnnotatedWith(CONTROLLER)
                .should()
                .notBePublic();
        ArchRule configuration = classes()
                .that()
                .resideInAPackage(root + "..")
                .and()
                .areMetaAnnotatedWith(CONFIGURATION)
                .and()
                .areNotAnnotatedWith(APPLICATION)
                .and()
                .areTopLevelClasses()
                .should(new BeHiddenUnlessUsedElsewhere());
        return CompositeArchRule.of(controllers).and(configuration);
    }

    ArchRule r14ClientsKnowOnlyTheContract() {
        ArchRule client = noClasses()
                .that()
                .resideInAPackage(root + ".client..")
                .should(dependOnClassesThat(
                        resideInAPackage(root + "..").and(not(resideInAPackage(root + ".client..")))));
        ArchRule demo = noClasses()
                .that()
                .resideInAPackage(root + ".standalone.demo..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(root + ".registry..", root + ".api..", root + ".worker..", root + ".standalone");
        return CompositeArchRule.of(client).and(demo);
    }

    /** The random steps of the image pipeline can be had for training images only. */
    ArchRule r15OnlyTrainingImagesAreAugmented() {
        return noClasses()
                .that()
                .resideInAPackage(root + "..")
                .and()
                .resideOutsideOfPackage(root + ".learning.augmentation..")
                .and()
                .doNotHaveFullyQualifiedName(root + ".learning.training.TrainingImages")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(root + ".learning.augmentation..");
    }

    /** What the steps make of training images is shown to audits only. */
    ArchRule r15ViewsAreForAudits() {
        return noClasses()
                .that()
                .resideInAPackage(root + "..")
                .and()
                .resideOutsideOfPackage(root + ".learning.audit..")
                .and()
                .doNotHaveFullyQualifiedName(root + ".learning.training.TrainingViews")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName(root + ".learning.training.TrainingViews");
    }

    /** Folds of images can be had for a leakage experiment only. */
    ArchRule r16FoldsOfImagesStayInLeakageExperiments() {
        return noClasses()
                .that()
                .resideInAPackage(root + "..")
                .and()
                .resideOutsideOfPackages(
                        root + ".learning.leakage..", root + ".api.leakage..", root + ".worker.leakage..")
                .should()
                .dependOnClassesThat(resideInAPackage(root + ".learning.leakage..")
                        .and(describe("make or hold folds", type -> Set.of("LeakageStudy", "LeakageFold")
                                .contains(type.getSimpleName()))));
    }

    /** The word for what a model is made from has no way from a leakage experiment. */
    ArchRule r16NothingIsMadeOfALeakageExperiment() {
        return noClasses()
                .that()
                .resideInAnyPackage(Stream.of("split", "experiment", "run", "evaluation", "model", "prediction")
                        .flatMap(stage -> Stream.of(root + ".registry." + stage + "..", root + ".api." + stage + ".."))
                        .toArray(String[]::new))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(root + ".registry.leakage..", root + ".api.leakage..");
    }

    /** What object stores are asked with is known in one place. */
    ArchRule r17ObjectStoresStayInTheirPackage() {
        return noClasses()
                .that()
                .resideInAPackage(root + "..")
                .and()
                .resideOutsideOfPackage(root + ".api.bucket..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("software.amazon.awssdk..");
    }

    /** Not one of the numbered ones, but of the same kind: nothing turns data into objects of its own choosing. */
    ArchRule nothingRunsCodeFoundInData() {
        return noClasses()
                .that()
                .resideInAPackage(root + "..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.io.ObjectInputStream")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("ai.djl.util.ZipUtils")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("ai.djl.util.TarUtils");
    }

    private ArchRule mayNotImport(String module, String... others) {
        return noClasses()
                .that()
                .resideInAPackage(root + "." + module + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(Stream.of(others)
                        .map(other -> root + "." + other + "..")
                        .toArray(String[]::new));
    }

    /** {@code foundation} packages know no stage; a stage knows earlier ones only. */
    private ArchRule flow(String module, List<String> foundation, List<String> stages) {
        List<ArchRule> rules = new ArrayList<>();
        foundation.forEach(name -> rules.add(noDependency(module, name, stages)));
        for (int i = 0; i < stages.size() - 1; i++) {
            rules.add(noDependency(module, stages.get(i), stages.subList(i + 1, stages.size())));
        }
        CompositeArchRule all = CompositeArchRule.of(rules.get(0));
        for (ArchRule rule : rules.subList(1, rules.size())) {
            all = all.and(rule);
        }
        return all;
    }

    private ArchRule noDependency(String module, String from, List<String> to) {
        return noClasses()
                .that()
                .resideInAPackage(root + "." + module + "." + from + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages(module, to));
    }

    private String[] packages(String module, List<String> names) {
        return names.stream()
                .map(name -> root + "." + module + "." + name + "..")
                .toArray(String[]::new);
    }

    private static final class NeitherTakeNorReturnEntities extends ArchCondition<JavaMethod> {
        private static final DescribedPredicate<JavaClass> ENTITY =
                describe("an entity", type -> type.isAnnotatedWith("jakarta.persistence.Entity"));

        NeitherTakeNorReturnEntities() {
            super("neither take nor return entities");
        }

        @Override
        public void check(JavaMethod method, ConditionEvents events) {
            Set<JavaClass> returned = method.getReturnType().getAllInvolvedRawTypes();
            Stream<JavaClass> taken =
                    method.getParameterTypes().stream().flatMap(type -> type.getAllInvolvedRawTypes().stream());
            Stream.concat(returned.stream(), taken)
                    .filter(ENTITY)
                    .forEach(entity -> events.add(SimpleConditionEvent.violated(
                            method, method.getFullName() + " exposes " + entity.getName())));
        }
    }

    private static final class HaveTellingNames extends ArchCondition<JavaClass> {
        HaveTellingNames() {
            super("have names and packages that say what they are");
        }

        @Override
        public void check(JavaClass type, ConditionEvents events) {
            if (FORBIDDEN_PACKAGE.matcher(type.getPackageName()).matches()
                    || FORBIDDEN_CLASS.matcher(type.getSimpleName()).matches()) {
                events.add(SimpleConditionEvent.violated(type, type.getName() + " hides a missing noun"));
            }
        }
    }

    private static final class BeHiddenUnlessUsedElsewhere extends ArchCondition<JavaClass> {
        BeHiddenUnlessUsedElsewhere() {
            super("be package-private unless another package imports them");
        }

        @Override
        public void check(JavaClass type, ConditionEvents events) {
            boolean used = type.getDirectDependenciesToSelf().stream()
                    .anyMatch(dependency ->
                            !dependency.getOriginClass().getPackageName().equals(type.getPackageName()));
            if (type.getModifiers().contains(JavaModifier.PUBLIC) && !used) {
                events.add(SimpleConditionEvent.violated(type, type.getName() + " is public and used by nobody"));
            }
        }
    }
}
