package org.foldwise.learning.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import org.assertj.core.api.ListAssert;
import org.foldwise.learning.experiment.AnatomySpec;
import org.foldwise.learning.experiment.Augmentation;
import org.foldwise.learning.experiment.AugmentedClasses;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.FreezeSpec;
import org.foldwise.learning.experiment.HeadSpec;
import org.foldwise.learning.experiment.ImageSpec;
import org.foldwise.learning.experiment.LossSpec;
import org.foldwise.learning.experiment.OptimizerSpec;
import org.foldwise.learning.experiment.PositiveWeight;
import org.foldwise.learning.experiment.Precision;
import org.foldwise.learning.experiment.PretrainedSpec;
import org.foldwise.learning.experiment.SamplingSpec;
import org.foldwise.learning.experiment.ScheduleSpec;
import org.foldwise.learning.experiment.StoppingRule;
import org.foldwise.learning.experiment.UpdateSpec;
import org.foldwise.learning.experiment.WarmUpSpec;
import org.foldwise.learning.imaging.Resampling;
import org.foldwise.learning.imaging.ResizeFilter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class PlanJsonTest {
    private static final ExperimentPlan UNLIKE_DEFAULT = new ExperimentPlan(
            BackboneName.EFFICIENTNET_B0,
            new PretrainedSpec("EfficientNet_B0_Weights.IMAGENET1K_V1"),
            new ImageSpec(
                    224,
                    3,
                    ImageSpec.Aspect.CENTRE_CROP,
                    256,
                    ResizeFilter.BICUBIC,
                    ImageSpec.Contrast.CLAHE,
                    ImageSpec.Normalisation.FITTED),
            new AnatomySpec(AnatomySpec.Relevance.IRRELEVANT, AnatomySpec.Relevance.RELEVANT),
            List.of(
                    new Augmentation.HorizontalFlip(0.25, AugmentedClasses.MINORITY),
                    new Augmentation.Rotation(2.5, Resampling.BILINEAR, 0.5, AugmentedClasses.ALL)),
            new SamplingSpec.Weighted(SamplingSpec.Balance.CLASSES_AND_PATIENTS),
            new FreezeSpec(3, List.of(2, 2), true),
            List.of(0.1, 0.2, 0.3, 0.5, 1.0),
            new HeadSpec(64, 0.5),
            new LossSpec.BinaryCrossEntropy(new PositiveWeight.Fixed(2.5), 0.1),
            new OptimizerSpec.Adam(3e-4, 0.8, 0.99, 1e-7, 0),
            new ScheduleSpec.Constant(),
            new WarmUpSpec(1, 0.25),
            new UpdateSpec(4, 0.99, 0),
            1.5,
            4,
            32,
            Precision.BFLOAT16,
            Precision.BFLOAT16,
            new StoppingRule(StoppingRule.Metric.VALIDATION_ROC_AUC, 2, 0.001),
            Long.MIN_VALUE);

    @Test
    void anEmptyDocumentIsTheDefaultPlan() {
        assertThat(PlanJson.read("{}")).isEqualTo(ExperimentPlan.DEFAULT);
    }

    @Test
    void whatWasWrittenIsReadBack() {
        assertThat(PlanJson.read(PlanJson.write(UNLIKE_DEFAULT))).isEqualTo(UNLIKE_DEFAULT);
        assertThat(PlanJson.read(PlanJson.write(ExperimentPlan.DEFAULT))).isEqualTo(ExperimentPlan.DEFAULT);
    }

    @Test
    void theCanonicalTextIsSortedAndComplete() {
        assertThat(PlanJson.write(ExperimentPlan.DEFAULT))
                .isEqualTo("{\"anatomy\":{\"laterality\":\"relevant\",\"upright\":\"relevant\"},\"augmentation\":[],"
                        + "\"backbone\":\"resnet18\",\"batchSize\":16,\"clipNorm\":0,\"epochs\":20,"
                        + "\"freeze\":{\"stages\":0,\"statisticsMove\":false,\"unfreezeAt\":[]},"
                        + "\"head\":{\"dropout\":0.2,\"hidden\":256},"
                        + "\"image\":{\"aspect\":\"letterbox\",\"channels\":1,\"contrast\":\"none\","
                        + "\"interpolation\":\"bilinear\",\"normalisation\":\"imagenet\",\"shorterSide\":0,\"size\":128},"
                        + "\"loss\":{\"kind\":\"binaryCrossEntropy\",\"labelSmoothing\":0,"
                        + "\"positiveWeight\":{\"kind\":\"balanced\"}},"
                        + "\"optimizer\":{\"beta1\":0.9,\"beta2\":0.999,\"epsilon\":0.00000001,\"kind\":\"adam\","
                        + "\"learningRate\":0.001,\"weightDecay\":0.00001},"
                        + "\"precision\":\"float32\",\"predictionPrecision\":\"float32\",\"pretrained\":{\"weights\":\"none\"},"
                        + "\"sampling\":{\"kind\":\"natural\"},\"schedule\":{\"coolDown\":0,\"factor\":0.1,\"kind\":\"plateau\",\"lowestRate\":0,"
                        + "\"metric\":\"validationLoss\",\"patience\":3,\"threshold\":0.0001,"
                        + "\"thresholdMode\":\"relative\"},\"seed\":42,\"stageRates\":[1,1,1,1,1],"
                        + "\"stopping\":{\"metric\":\"validationLoss\",\"minDelta\":0,\"patience\":5},"
                        + "\"update\":{\"averagingDecay\":0,\"batchesPerUpdate\":1,\"explosionFactor\":100},"
                        + "\"warmUp\":{\"epochs\":0,\"startFactor\":0.1}}");
    }

    /** Plans that are older than the field keep their digests, and so do the bundles that hold them. */
    @Test
    void aWindowThatIsLeftToTheFilesIsLeftOut() {
        ExperimentPlan lung = PlanJson.read("{\"image\": {\"window\": {\"kind\": \"named\", \"name\": \"lung\"}}}");
        ExperimentPlan fixed =
                PlanJson.read("{\"image\": {\"window\": {\"kind\": \"fixed\", \"centre\": -600, \"width\": 1500}}}");
        ExperimentPlan file = PlanJson.read("{\"image\": {\"window\": {\"kind\": \"file\"}}}");

        assertThat(file).isEqualTo(ExperimentPlan.DEFAULT);
        assertThat(PlanJson.write(file)).doesNotContain("window");
        assertThat(PlanJson.writeWhole(file)).contains("\"window\":{\"kind\":\"file\"}}");
        assertThat(PlanJson.write(lung)).contains("\"size\":128,\"window\":{\"kind\":\"named\",\"name\":\"lung\"}}");
        assertThat(PlanJson.write(fixed))
                .contains("\"window\":{\"centre\":-600,\"kind\":\"fixed\",\"width\":1500}}")
                .isEqualTo(PlanJson.writeWhole(fixed));
        for (ExperimentPlan plan : List.of(lung, fixed)) {
            assertThat(PlanJson.read(PlanJson.write(plan))).isEqualTo(plan);
        }
        assertThat(lung.image().preprocessing()).isEqualTo(fixed.image().preprocessing());
        assertThat(PlanJson.digest(lung)).isNotEqualTo(PlanJson.digest(fixed));
    }

    @Test
    void absentFieldsTakeTheirDefaultsAtEveryDepth() {
        ExperimentPlan plan = PlanJson.read(
                "{\"optimizer\": {\"learningRate\": 0.01}, \"head\": {\"hidden\": 8}, \"schedule\": {\"kind\": \"plateau\", \"patience\": 9}}");

        assertThat(plan.optimizer()).isEqualTo(new OptimizerSpec.Adam(0.01, 0.9, 0.999, 1e-8, 1e-5));
        assertThat(plan.head()).isEqualTo(new HeadSpec(8, 0.2));
        assertThat(plan.schedule()).isEqualTo(new ScheduleSpec.Plateau(0.1, 9));
        assertThat(plan.image()).isEqualTo(ExperimentPlan.DEFAULT.image());
    }

    @Test
    void anotherOptionTakesItsOwnDefaults() {
        ExperimentPlan plan = PlanJson.read("{\"optimizer\": {\"kind\": \"sgd\", \"nesterov\": true},"
                + " \"schedule\": {\"kind\": \"cosine\", \"epochs\": 7}, \"loss\": {\"kind\": \"focal\"}}");

        assertThat(plan.optimizer()).isEqualTo(new OptimizerSpec.Sgd(0.01, 0.9, 0, true, 0));
        assertThat(plan.schedule()).isEqualTo(new ScheduleSpec.Cosine(7, 0));
        assertThat(plan.loss()).isEqualTo(new LossSpec.Focal(0.25, 2));
        assertThat(PlanJson.read("{\"sampling\": {\"kind\": \"undersampling\"}}")
                        .sampling())
                .isEqualTo(new SamplingSpec.Undersampling(1));
        assertThat(PlanJson.read("{\"loss\": {\"positiveWeight\": {\"kind\": \"effectiveNumber\"}}}")
                        .loss())
                .isEqualTo(new LossSpec.BinaryCrossEntropy(new PositiveWeight.EffectiveNumber(0.999), 0));
    }

    @Test
    void float16IsForTrainingsAlone() {
        assertThat(PlanJson.read("{\"precision\": \"float16\"}").precision()).isEqualTo(Precision.FLOAT16);
        assertThatThrownBy(() -> PlanJson.read("{\"predictionPrecision\": \"float16\"}"))
                .isInstanceOf(InvalidPlanException.class)
                .hasMessageContaining("predictionPrecision must be float32 or bfloat16");
    }

    @Test
    void anAugmentationTakesTheDefaultsOfItsKind() {
        ExperimentPlan plan =
                PlanJson.read("{\"augmentation\": [{\"kind\": \"rotation\", \"degrees\": 5}, {\"kind\": \"clahe\"},"
                        + " {\"kind\": \"noise\", \"classes\": \"minority\"}]}");

        assertThat(plan.augmentation())
                .containsExactly(
                        new Augmentation.Rotation(5, Resampling.NEAREST, 1, AugmentedClasses.ALL),
                        Augmentation.Clahe.DEFAULT,
                        new Augmentation.Noise(0.03, 0.5, AugmentedClasses.MINORITY));
    }

    @Test
    void equalPlansHaveOneDigestHoweverTheyAreSpelt() {
        assertThat(PlanJson.digest(
                        PlanJson.read("{\"optimizer\":{\"learningRate\":1E-3,\"kind\":\"adam\"},\"seed\":42}")))
                .isEqualTo(PlanJson.digest(
                        PlanJson.read(" { \"seed\" : 42 , \"optimizer\" : {\"learningRate\" : 0.00100 } } ")))
                .isEqualTo(PlanJson.digest(ExperimentPlan.DEFAULT))
                .isNotEqualTo(PlanJson.digest(UNLIKE_DEFAULT));
    }

    @Test
    void reportsAllMistakesOfADocumentAtOnce() {
        mistakes(
                        "{\"epochs\": 0, \"batchSize\": 1.5, \"backbone\": \"vgg\", \"sede\": 1, \"head\": {\"hidden\": 0, \"dropout\": 2},"
                                + " \"optimizer\": {\"learningRate\": -1, \"beta1\": \"a\"}, \"schedule\": {\"kind\": \"sine\"},"
                                + " \"augmentation\": [{\"kind\": \"rotation\", \"degrees\": 90}, {\"kind\": \"rotation\", \"degrees\": 5}, 3,"
                                + " {\"kind\": \"gamma\", \"highest\": 1, \"probability\": 0, \"classes\": \"some\"}],"
                                + " \"stopping\": null, \"image\": [], \"loss\": {\"kind\": \"focal\", \"alpha\": 1, \"gamma\": -1},"
                                + " \"freeze\": {\"stages\": 6, \"unfreezeAt\": [3, 2.5]}, \"stageRates\": [1], \"clipNorm\": -1,"
                                + " \"update\": {\"batchesPerUpdate\": 0, \"explosionFactor\": 0.5}, \"warmUp\": {\"startFactor\": 0}}")
                .extracting(Mistake::pointer, Mistake::detail)
                .containsExactlyInAnyOrder(
                        tuple("/epochs", "must be 1 to 1000, was 0"),
                        tuple("/batchSize", "must be a whole number of at most 32 bits, was 1.5"),
                        tuple(
                                "/backbone",
                                "must be 'resnet18', 'resnet50', 'densenet121', 'efficientnetB0' or 'mobilenetV2', was"
                                        + " 'vgg'"),
                        tuple(
                                "/sede",
                                "is unknown, known are backbone, pretrained, image, anatomy, augmentation, sampling, freeze, stageRates,"
                                        + " head, loss, optimizer, schedule, warmUp, update, clipNorm, epochs, batchSize, precision, predictionPrecision,"
                                        + " stopping, seed"),
                        tuple("/loss/alpha", "must be in (0, 1), or -1 for no weights, was 1.0"),
                        tuple("/loss/gamma", "must be in [0, 10], was -1.0"),
                        tuple("/freeze/stages", "must be 0 to 5, was 6"),
                        tuple("/freeze/unfreezeAt/1", "must be a whole number of at most 32 bits, was 2.5"),
                        tuple("/stageRates", "must be 5 numbers above 0 and at most 10, were [1.0]"),
                        tuple("/clipNorm", "must be 0 or more, was -1.0"),
                        tuple("/update/batchesPerUpdate", "must be 1 to 1024, was 0"),
                        tuple("/update/explosionFactor", "must be 0 or above 1, was 0.5"),
                        tuple("/warmUp/startFactor", "must be in (0, 1], was 0.0"),
                        tuple("/head/hidden", "must be 1 to 4096, was 0"),
                        tuple("/head/dropout", "must be in [0, 1), was 2.0"),
                        tuple("/optimizer/learningRate", "must be in (0, 10], was -1.0"),
                        tuple("/optimizer/beta1", "must be a finite number, was 'a'"),
                        tuple(
                                "/schedule/kind",
                                "must be 'constant', 'plateau', 'step', 'multiStep', 'exponential', 'cosine',"
                                        + " 'cosineRestarts' or 'oneCycle', was 'sine'"),
                        tuple("/augmentation/0/degrees", "must be in (0, 45], was 90.0"),
                        tuple("/augmentation/3/highest", "must be in (1, 4], was 1.0"),
                        tuple("/augmentation/3/probability", "must be in (0, 1], was 0.0"),
                        tuple("/augmentation/3/classes", "must be 'all' or 'minority', was 'some'"),
                        tuple("/augmentation/2", "must be an object, was 3"),
                        tuple("/stopping", "must not be null"),
                        tuple("/image", "must be an object, was an array"));
    }

    @Test
    void pointersBeginWhereThePlanStands() {
        InvalidPlanException refused = catchThrowableOfType(
                InvalidPlanException.class,
                () -> PlanJson.read(
                        JsonMapper.shared().readTree("{\"optimizer\": {\"learningRate\": 11}, \"a/b~\": 1}"), "/plan"));

        assertThat(refused.mistakes())
                .extracting(Mistake::pointer)
                .containsExactlyInAnyOrder("/plan/optimizer/learningRate", "/plan/a~1b~0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{} {}",
                "{\"epochs\": 3, \"epochs\": 4}",
                "{\"epochs\": 03}",
                "{'epochs': 3}",
                "{\"epochs\": NaN}",
                "// note\n{}"
            })
    void refusesWhatIsNoSingleJsonDocument(String text) {
        mistakes(text).singleElement().extracting(Mistake::pointer).isEqualTo("");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"epochs\": \"3\"}             | /epochs",
                "{\"epochs\": 3.0}               | /epochs",
                "{\"epochs\": 4294967299}        | /epochs",
                "{\"seed\": 9223372036854775808} | /seed",
                "{\"freeze\": {\"statisticsMove\": 1}}        | /freeze/statisticsMove",
                "{\"freeze\": {\"statisticsMove\": \"true\"}} | /freeze/statisticsMove",
                "{\"augmentation\": [{\"kind\": \"horizontalFlip\"}]} | ''",
                "{\"augmentation\": [{\"kind\": \"elastic\", \"alpha\": 51, \"sigma\": 5}]} | /augmentation/0",
                "{\"augmentation\": [{\"kind\": \"zoom\", \"lowest\": 1.2}]} | /augmentation/0",
                "{\"image\": {\"shorterSide\": 256}}        | /image",
                "{\"image\": {\"window\": {\"kind\": \"named\", \"name\": \"liver\"}}} | /image/window/name",
                "{\"image\": {\"window\": {\"kind\": \"named\"}}} | /image/window/name",
                "{\"image\": {\"window\": {\"kind\": \"fixed\", \"centre\": 40}}} | /image/window/width",
                "{\"image\": {\"window\": {\"kind\": \"fixed\", \"centre\": 1e9, \"width\": 400}}} | /image/window/centre",
                "{\"image\": {\"window\": {\"kind\": \"fixed\", \"centre\": 40, \"width\": 0.5}}} | /image/window/width",
                "{\"image\": {\"window\": \"lung\"}}    | /image/window",
                "{\"image\": {\"aspect\": \"centreCrop\", \"shorterSide\": 127}} | /image",
                "{\"freeze\": {\"unfreezeAt\": [3]}}        | /freeze",
                "{\"freeze\": {\"stages\": 2, \"unfreezeAt\": [3, 2]}} | /freeze/unfreezeAt",
                "{\"optimizer\": {\"kind\": \"sgd\", \"momentum\": 0, \"nesterov\": true}} | /optimizer",
                "{\"schedule\": {\"kind\": \"oneCycle\"}, \"warmUp\": {\"epochs\": 1}} | ''",
                "{\"sampling\": {\"kind\": \"balancedSubset\", \"member\": 3, \"of\": 3}} | /sampling",
                "{\"sampling\": {\"kind\": \"balancedSubset\", \"member\": 3}} | /sampling/of",
                "{\"sampling\": {\"kind\": \"oversampling\", \"ratio\": 1.5}} | /sampling/ratio",
                "{\"sampling\": {\"kind\": \"natural\", \"ratio\": 1}} | /sampling/ratio",
                "{\"loss\": {\"positiveWeight\": {\"kind\": \"fixed\", \"value\": 0}}} | /loss/positiveWeight/value",
                "{\"loss\": {\"positiveWeight\": {\"kind\": \"effectiveNumber\", \"beta\": 1}}} | /loss/positiveWeight/beta",
                "{\"loss\": {\"positiveWeight\": 2}} | /loss/positiveWeight",
                "{\"loss\": {\"labelSmoothing\": 1}} | /loss/labelSmoothing",
                "{\"backbone\": \"RESNET18\"}    | /backbone",
                "{\"backbone\": 0}               | /backbone",
                "{\"augmentation\": {}}          | /augmentation",
                "{\"augmentation\": [null]}      | /augmentation/0",
                "{\"optimizer\": {\"learningRate\": 1e999}} | /optimizer/learningRate",
                "{\"pretrained\": {\"weights\": \"../x\"}}   | /pretrained/weights",
                "{\"pretrained\": {\"weights\": 1}}          | /pretrained/weights",
                "{\"pretrained\": {\"weights\": \"\"}}       | /pretrained/weights",
                "{\"pretrained\": null}                     | /pretrained",
                "{\"optimizer\": {\"learningRate\": null}}  | /optimizer/learningRate",
                "{\"optimizer\": {\"kind\": null}}          | /optimizer/kind",
                "{\"optimizer\": {\"kind\": \"Adam\"}}      | /optimizer/kind",
                "{\"schedule\": {\"kind\": \"constant\", \"patience\": 3}} | /schedule/patience",
                "[]                              | ''",
                "null                            | ''"
            })
    void refusesValuesOfTheWrongType(String text, String pointer) {
        mistakes(text).singleElement().extracting(Mistake::pointer).isEqualTo(pointer);
    }

    @Test
    void aHugeNumberIsAMistakeAndNotACrash() {
        mistakes("{\"optimizer\": {\"learningRate\": 1" + "0".repeat(500) + "}}")
                .extracting(Mistake::pointer)
                .containsExactly("/optimizer/learningRate");
        mistakes("{\"epochs\": 1" + "0".repeat(500) + "}")
                .extracting(Mistake::pointer)
                .containsExactly("/epochs");
    }

    @Test
    void tooManyAugmentationsAreReportedThere() {
        String many = "{\"kind\": \"rotation\", \"degrees\": 5},".repeat(20);
        mistakes("{\"augmentation\": [" + many + "{\"kind\": \"rotation\", \"degrees\": 5}]}")
                .extracting(Mistake::pointer)
                .containsExactly("/augmentation");
    }

    @Test
    void numbersHaveOneShortestText() {
        assertThat(List.of(0.1, 1e-8, 128.0, 0.30000000000000004, 2e-3, 1e22, Double.MIN_VALUE, 0.25))
                .extracting(CanonicalJson::shortest)
                .containsExactly("0.1", "0.00000001", "128", "0.30000000000000004", "0.002", "1E+22", "5E-324", "0.25");
    }

    private static ListAssert<Mistake> mistakes(String text) {
        InvalidPlanException refused = catchThrowableOfType(InvalidPlanException.class, () -> PlanJson.read(text));
        assertThat(refused).isNotNull();
        return assertThat(refused.mistakes());
    }
}
