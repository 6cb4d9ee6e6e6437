package org.foldwise.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.foldwise.learning.leakage.FoldLevel;
import org.foldwise.learning.metrics.recalibration.RecalibrationMethod;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.audit.AuditReporting;
import org.foldwise.registry.dataset.DatasetReporting;
import org.foldwise.registry.dataset.ExaminedImages;
import org.foldwise.registry.evaluation.ChosenThreshold;
import org.foldwise.registry.evaluation.EvaluationReporting;
import org.foldwise.registry.evaluation.EvaluationRequest;
import org.foldwise.registry.experiment.ExperimentReporting;
import org.foldwise.registry.experiment.Procedure;
import org.foldwise.registry.explanation.ExplanationCheckReporting;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.JobQueue;
import org.foldwise.registry.jobs.LeaseLostException;
import org.foldwise.registry.leakage.LeakageReporting;
import org.foldwise.registry.neighbourhood.NeighbourhoodReporting;
import org.foldwise.registry.run.FailureCode;
import org.foldwise.registry.run.ReplayReporting;
import org.foldwise.registry.run.ReplayRequests;
import org.foldwise.registry.run.ReplayVerdict;
import org.foldwise.registry.run.Run;
import org.foldwise.registry.run.RunArtifactKind;
import org.foldwise.registry.run.RunEpoch;
import org.foldwise.registry.run.RunReporting;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.aop.support.AopUtils;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Whatever a worker may write, it may write only while its token counts. */
@RegistryTest
class FencingIT {
    private final ApplicationContext context;
    private final Story story;
    private final JobQueue queue;
    private final EvaluationRequest evaluationRequest;
    private final ReplayRequests replayRequests;
    private final JdbcClient database;
    private final TransactionTemplate transaction;

    FencingIT(
            ApplicationContext context,
            Story story,
            JobQueue queue,
            EvaluationRequest evaluationRequest,
            ReplayRequests replayRequests,
            JdbcClient database,
            TransactionTemplate transaction) {
        this.context = context;
        this.story = story;
        this.queue = queue;
        this.evaluationRequest = evaluationRequest;
        this.replayRequests = replayRequests;
        this.database = database;
        this.transaction = transaction;
    }

    static List<Class<?>> reportingClasses() {
        return List.of(
                DatasetReporting.class,
                RunReporting.class,
                ExperimentReporting.class,
                EvaluationReporting.class,
                LeakageReporting.class,
                AuditReporting.class,
                ExplanationCheckReporting.class,
                NeighbourhoodReporting.class,
                ReplayReporting.class);
    }

    @Test
    void knowsAllClassesThroughWhichWorkersReport() {
        List<String> beans = Arrays.stream(context.getBeanDefinitionNames())
                .map(name -> AopUtils.getTargetClass(context.getBean(name)).getName())
                .filter(name -> name.startsWith("org.foldwise") && name.endsWith("Reporting"))
                .toList();

        assertThat(beans)
                .containsExactlyInAnyOrderElementsOf(
                        reportingClasses().stream().map(Class::getName).toList());
    }

    @ParameterizedTest
    @MethodSource("reportingClasses")
    void offersWorkersNothingWithoutAToken(Class<?> type) {
        assertThat(publicMethods(type)).isNotEmpty().allSatisfy(method -> assertThat(method.getParameterTypes())
                .startsWith(FencingToken.class));
    }

    @ParameterizedTest
    @MethodSource("reportingClasses")
    void refusesEveryWriteUnderATokenThatDoesNotCount(Class<?> type) throws Exception {
        UUID job = jobFor(type);
        FencingToken superseded = story.claim(job);
        FencingToken current = story.claim(job);
        FencingToken inventedOne = new FencingToken(job, current.value() + 1);
        for (FencingToken worthless : List.of(superseded, inventedOne)) {
            for (Method method : publicMethods(type)) {
                requireRefusal(context.getBean(type), method, worthless);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("reportingClasses")
    void refusesEveryWriteForAJobThatHasEnded(Class<?> type) throws Exception {
        FencingToken token = story.claim(jobFor(type));
        queue.finish(token);
        for (Method method : publicMethods(type)) {
            requireRefusal(context.getBean(type), method, token);
        }
    }

    @Test
    void refusesWhatTheQueueItselfOffersToWorkers() throws Exception {
        UUID job = jobFor(RunReporting.class);
        FencingToken superseded = story.claim(job);
        story.claim(job);
        List<Method> methods = publicMethods(JobQueue.class).stream()
                .filter(method -> Arrays.asList(method.getParameterTypes()).contains(FencingToken.class))
                .toList();

        assertThat(methods)
                .extracting(Method::getName)
                .contains("verify", "progress", "finish", "fail", "breakOff", "retryLater", "handBack")
                .contains("isCancellationRequested");
        for (Method method : methods) {
            requireRefusal(queue, method, superseded);
        }
    }

    private void requireRefusal(Object bean, Method method, FencingToken token) {
        Map<String, String> before = digestsOfAllTables();
        Object[] arguments = Stream.of(method.getParameterTypes())
                .map(type -> type == FencingToken.class ? token : argument(type))
                .toArray();

        assertThatThrownBy(() -> {
                    if (method.getName().equals("verify")) {
                        // locks for its caller, and so insists on the caller's transaction
                        transaction.executeWithoutResult(status -> invoke(bean, method, arguments));
                    } else {
                        invoke(bean, method, arguments);
                    }
                })
                .as(method.toString())
                .isInstanceOf(LeaseLostException.class);
        assertThat(digestsOfAllTables()).as("after %s", method).isEqualTo(before);
    }

    private static void invoke(Object bean, Method method, Object[] arguments) {
        try {
            method.invoke(bean, arguments);
        } catch (InvocationTargetException e) {
            throw (RuntimeException) e.getCause();
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private static List<Method> publicMethods(Class<?> type) {
        return Arrays.stream(type.getMethods())
                .filter(method -> method.getDeclaringClass() != Object.class)
                .toList();
    }

    private UUID jobFor(Class<?> reporting) {
        if (reporting == DatasetReporting.class) {
            return story.freezing().id();
        }
        if (reporting == RunReporting.class) {
            return story.launched(Procedure.TRAIN).get(0).id();
        }
        if (reporting == ReplayReporting.class) {
            return replayRequests.of(story.trained().id()).id();
        }
        if (reporting == AuditReporting.class) {
            return story.augmentationAudit().id();
        }
        if (reporting == ExplanationCheckReporting.class) {
            return story.explanationCheck().id();
        }
        if (reporting == NeighbourhoodReporting.class) {
            return story.neighbourhood().id();
        }
        if (reporting == LeakageReporting.class) {
            return story.leakageExperiment().id();
        }
        Run trained = story.trained();
        return reporting == ExperimentReporting.class
                ? trained.experimentId()
                : evaluationRequest
                        .validation(trained.id(), "{\"kind\": \"f1\"}", RecalibrationMethod.NONE, null)
                        .id();
    }

    private static Object argument(Class<?> type) {
        Map<Class<?>, Object> arguments = new HashMap<>(Map.of(
                int.class,
                1,
                long.class,
                1L,
                double.class,
                0.5,
                Double.class,
                0.5,
                String.class,
                "{}",
                ArtifactKey.class,
                Story.artifact("of a zombie"),
                RunArtifactKind.class,
                RunArtifactKind.WEIGHTS,
                FailureCode.class,
                FailureCode.INTERNAL,
                RunEpoch.class,
                Story.epoch(0, 1, 1, null)));
        arguments.put(ReplayVerdict.class, ReplayVerdict.IDENTICAL);
        arguments.put(List.class, List.of());
        arguments.put(FoldLevel.class, FoldLevel.IMAGE);
        arguments.put(ExaminedImages.class, ExaminedImages.NONE);
        arguments.put(ChosenThreshold.class, new ChosenThreshold(0.5, null));
        Object argument = arguments.get(type);
        if (argument == null) {
            throw new AssertionError("no argument of type " + type + ": add one");
        }
        return argument;
    }

    private Map<String, String> digestsOfAllTables() {
        Map<String, String> digests = new TreeMap<>();
        List<String> tables = database.sql(
                        "select table_name from information_schema.tables where table_schema = 'public'")
                .query(String.class)
                .list();
        for (String table : tables) {
            digests.put(
                    table,
                    database.sql("select coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from " + table
                                    + " t")
                            .query(String.class)
                            .single());
        }
        return digests;
    }
}
