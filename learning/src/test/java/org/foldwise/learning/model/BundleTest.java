package org.foldwise.learning.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.foldwise.learning.experiment.ImageSpec;
import org.foldwise.learning.experiment.WindowSpec;
import org.foldwise.learning.imaging.OtherPreprocessingException;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.imaging.ResizeFilter;
import org.foldwise.learning.network.SafetensorsFile;
import org.foldwise.learning.network.Tensor;
import org.foldwise.learning.network.Weights;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.provenance.Environment;
import org.foldwise.learning.provenance.Provenance;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class BundleTest {
    private static ModelBundle bundle;
    private static byte[] bytes;
    private static Digest digest;

    @BeforeAll
    static void writeABundle() throws IOException {
        bundle = TinyBundle.untrained();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        digest = BundleWriter.write(bundle, out);
        bytes = out.toByteArray();
    }

    @Test
    void readsBackWhatItWrote() throws IOException {
        assertThat(BundleReader.read(bytes)).isEqualTo(bundle);
        assertThat(BundleReader.read(new ByteArrayInputStream(bytes))).isEqualTo(bundle);
        assertThat(digest).isEqualTo(Digest.of(bytes));
    }

    private static Provenance provenance(@Nullable String path, @Nullable List<Environment> environments) {
        Provenance one = bundle.provenance();
        return new Provenance(
                one.dataset(),
                one.split(),
                one.plan(),
                one.fold(),
                one.seed(),
                one.pretrained(),
                one.libraries(),
                one.device(),
                one.threads(),
                one.precision(),
                one.precisionReason(),
                path,
                path == null ? null : "a probe has found so",
                one.predictionPrecision(),
                one.predictionPrecisionReason(),
                one.normalisation(),
                environments);
    }

    /** Provenances from before paths and environments were recorded stay out of neither bundles nor their canonical form. */
    @Test
    void keepsWhatProvenancesDidNotSayAtFirstWhereTheySayIt() throws IOException {
        Environment one = new Environment(new TreeMap<>(Map.of("java", "17")), "cpu()", 1);
        Environment other = new Environment(new TreeMap<>(Map.of("java", "17")), "cpu()", 2);
        for (Provenance provenance : List.of(
                provenance(null, null), provenance("kernels", null), provenance("blocks", List.of(one, other)))) {
            ModelBundle written = new ModelBundle(
                    bundle.only().plan(),
                    bundle.task(),
                    bundle.classes(),
                    bundle.only().preprocessing(),
                    bundle.decision(),
                    provenance,
                    bundle.only().weights());
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            BundleWriter.write(written, out);
            assertThat(BundleReader.read(out.toByteArray())).isEqualTo(written);
            String json = new String(files(out.toByteArray()).get("bundle.json"), StandardCharsets.UTF_8);
            assertThat(json.contains("environments")).isEqualTo(provenance.environments() != null);
            assertThat(json.contains("trainingPath")).isEqualTo(provenance.trainingPath() != null);
        }
    }

    @Test
    void writesTheSameBytesInEveryTimeZone() throws IOException {
        TimeZone before = TimeZone.getDefault();
        try {
            TimeZone.setDefault(TimeZone.getTimeZone("America/Los_Angeles"));
            assertThat(BundleWriter.write(bundle, new ByteArrayOutputStream())).isEqualTo(digest);
        } finally {
            TimeZone.setDefault(before);
        }
    }

    @Test
    void isAnOrdinaryArchiveOfTwoFiles() throws IOException {
        assertThat(files(bytes).keySet()).containsExactly("bundle.json", "model.safetensors");
        String json = new String(files(bytes).get("bundle.json"), StandardCharsets.UTF_8);
        assertThat(json)
                .contains("\"format\":\"foldwise bundle 1\"")
                .contains("\"classes\":[\"healthy\",\"sick\"]")
                .contains(Digest.of(files(bytes).get("model.safetensors")).hex());
    }

    private static Map<String, byte[]> files(byte[] archive) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put(entry.getName(), zip.readAllBytes());
            }
        }
        return files;
    }

    @Test
    void refusesABundleWithAnyByteChanged() {
        SplittableRandom random = new SplittableRandom(11);
        int manifestEnd = 4000;
        for (int i = 0; i < 30; i++) {
            // half of them where the archive and the manifest lie, the others anywhere
            int position = random.nextInt(i % 2 == 0 ? manifestEnd : bytes.length);
            byte[] changed = bytes.clone();
            changed[position] ^= (byte) (1 + random.nextInt(255));
            assertThatExceptionOfType(InvalidBundleException.class)
                    .as("byte %d", position)
                    .isThrownBy(() -> BundleReader.read(changed));
        }
    }

    @Test
    void refusesTruncatedAndExtendedBundles() {
        for (int length : new int[] {0, 1, 30, 1000, bytes.length / 2, bytes.length - 22, bytes.length - 1}) {
            assertThatExceptionOfType(InvalidBundleException.class)
                    .as("%d bytes", length)
                    .isThrownBy(() -> BundleReader.read(Arrays.copyOf(bytes, length)));
        }
        assertThatExceptionOfType(InvalidBundleException.class)
                .isThrownBy(() -> BundleReader.read(Arrays.copyOf(bytes, bytes.length + 1)));
    }

    @Test
    void refusesCompressedArchivesAndFurtherFiles() throws IOException {
        Map<String, byte[]> files = files(bytes);
        assertThatExceptionOfType(InvalidBundleException.class).isThrownBy(() -> BundleReader.read(zip(files)));
        files.put("more", new byte[1]);
        assertThatExceptionOfType(InvalidBundleException.class).isThrownBy(() -> BundleReader.read(zip(files)));
        assertThatExceptionOfType(InvalidBundleException.class)
                .isThrownBy(() -> BundleReader.read(zip(Map.of("../bundle.json", new byte[1]))));
    }

    private static byte[] zip(Map<String, byte[]> files) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.setLevel(1);
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue());
            }
        }
        return out.toByteArray();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"format\":\"foldwise bundle 1\" | \"format\":\"foldwise bundle 2\"",
                "\"format\":\"foldwise bundle 1\", | ''",
                "\"fold\":-1 | \"fold\":-2",
                "\"fold\":-1, | ''",
                "\"fold\":-1 | \"fold\":-1.0",
                "\"fold\":-1 | \"fold\":-1,\"unknown\":0",
                "\"fold\":-1 | \"fold\":-1,\"fold\":-1",
                "\"epochs\":1, | ''",
                "\"epochs\":1 | \"epochs\":0",
                "\"threads\":2 | \"threads\":null",
                "[\"healthy\",\"sick\"] | [\"healthy\"]",
                "[\"healthy\",\"sick\"] | [\"healthy\",null]",
                "[\"healthy\",\"sick\"] | null",
                "\"task\":\"binary\" | \"task\":\"other\"",
                "\"task\":\"binary\" | \"task\":null",
                "\"kind\":\"letterbox\" | \"kind\":\"unheardOf\"",
                "\"threshold\":0.4 | \"threshold\":40",
                "\"threshold\":0.4 | \"threshold\":0.40",
                "{\"classes\" | { \"classes\"",
            })
    void refusesManifestsThatAreNotCanonicalOrMakeNoSense(String present, String instead) throws IOException {
        Map<String, byte[]> files = files(bytes);
        String json = new String(files.get("bundle.json"), StandardCharsets.UTF_8);
        assertThat(json).contains(present);
        byte[] changed = json.replace(present, instead).getBytes(StandardCharsets.UTF_8);
        assertThatExceptionOfType(InvalidBundleException.class)
                .isThrownBy(() -> BundleReader.read(archive(changed, files.get("model.safetensors"))));
    }

    private static byte[] archive(byte[] manifest, byte[] weights) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new BundleArchive(manifest, weights).writeTo(out);
        return out.toByteArray();
    }

    @Test
    void refusesAnotherPreprocessingThanItsFingerprintNames() throws IOException {
        Map<String, byte[]> files = files(bytes);
        String json = new String(files.get("bundle.json"), StandardCharsets.UTF_8);
        byte[] changed = json.replace("\"kind\":\"letterbox\",\"size\":32}", "\"kind\":\"letterbox\",\"size\":64}")
                .getBytes(StandardCharsets.UTF_8);
        assertThat(changed).isNotEqualTo(files.get("bundle.json"));
        assertThatExceptionOfType(OtherPreprocessingException.class)
                .isThrownBy(() -> BundleReader.read(archive(changed, files.get("model.safetensors"))))
                .withMessageContaining("preprocess");
    }

    /** As a bundle is that was made by a program whose decoder or filter had other rules: all its words are the same. */
    @Test
    void refusesAnotherProgramsPreprocessingOfTheSameWords() throws IOException {
        Map<String, byte[]> files = files(bytes);
        String ours = bundle.preprocessing().fingerprint().hex();
        String theirs = Digest.of("other rules").hex();
        byte[] changed = new String(files.get("bundle.json"), StandardCharsets.UTF_8)
                .replace(ours, theirs)
                .getBytes(StandardCharsets.UTF_8);
        assertThatExceptionOfType(OtherPreprocessingException.class)
                .isThrownBy(() -> BundleReader.read(archive(changed, files.get("model.safetensors"))))
                .withMessageContaining("preprocessed as " + theirs)
                .withMessageContaining("this program preprocesses as " + ours);
    }

    static Stream<Preprocessing> preprocessings() {
        return Stream.of(
                        new ImageSpec(48, 1, ImageSpec.Aspect.LETTERBOX),
                        new ImageSpec(
                                48,
                                1,
                                ImageSpec.Aspect.LETTERBOX,
                                0,
                                ResizeFilter.BILINEAR,
                                ImageSpec.Contrast.NONE,
                                ImageSpec.Normalisation.IMAGENET,
                                new WindowSpec.Named(WindowSpec.Name.LUNG)),
                        new ImageSpec(
                                48,
                                1,
                                ImageSpec.Aspect.STRETCH,
                                0,
                                ResizeFilter.BICUBIC,
                                ImageSpec.Contrast.CLAHE,
                                ImageSpec.Normalisation.IMAGENET),
                        new ImageSpec(
                                48,
                                1,
                                ImageSpec.Aspect.CENTRE_CROP,
                                51,
                                ResizeFilter.BICUBIC,
                                ImageSpec.Contrast.NONE,
                                ImageSpec.Normalisation.IMAGENET))
                .map(ImageSpec::preprocessing);
    }

    @Test
    void everyStepOfAPreprocessingIsTriedHere() {
        Stream<Class<?>> kinds = Stream.of(Preprocessing.Step.class.getPermittedSubclasses());
        Set<Class<?>> options = kinds.flatMap(BundleTest::leaves).collect(Collectors.toSet());
        assertThat(preprocessings().flatMap(each -> each.steps().stream()).collect(Collectors.toSet()))
                .extracting(Object::getClass)
                .containsAll(options);
    }

    private static Stream<Class<?>> leaves(Class<?> type) {
        return type.isSealed() ? Stream.of(type.getPermittedSubclasses()).flatMap(BundleTest::leaves) : Stream.of(type);
    }

    @ParameterizedTest
    @MethodSource("preprocessings")
    void keepsEveryStepOfItsPreprocessing(Preprocessing preprocessing) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BundleWriter.write(
                new ModelBundle(
                        bundle.plan(),
                        bundle.task(),
                        bundle.classes(),
                        preprocessing,
                        bundle.threshold(),
                        bundle.provenance(),
                        bundle.weights()),
                out);
        assertThat(BundleReader.read(out.toByteArray()).preprocessing()).isEqualTo(preprocessing);
    }

    @Test
    void refusesWeightsThatAreNotTheOnesItPromises() throws IOException {
        Map<String, byte[]> files = files(bytes);
        byte[] weights = files.get("model.safetensors");
        weights[weights.length - 1] ^= 1;
        assertThatExceptionOfType(InvalidBundleException.class)
                .isThrownBy(() -> BundleReader.read(archive(files.get("bundle.json"), weights)))
                .withMessageContaining("digest");
    }

    @Test
    void refusesWeightsOfAnotherNetworkEvenIfTheirDigestIsPromised() throws IOException {
        Map<String, byte[]> files = files(bytes);
        Map<String, Tensor> tensors = new LinkedHashMap<>(bundle.weights().tensors());
        tensors.put("classifier.4.bias", Tensor.of(List.of(2L), new float[2]));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new SafetensorsFile(new Weights(tensors), new TreeMap<>()).writeTo(out);
        String json = new String(files.get("bundle.json"), StandardCharsets.UTF_8)
                .replace(
                        Digest.of(files.get("model.safetensors")).hex(),
                        Digest.of(out.toByteArray()).hex());
        assertThatExceptionOfType(InvalidBundleException.class)
                .isThrownBy(() -> BundleReader.read(archive(json.getBytes(StandardCharsets.UTF_8), out.toByteArray())))
                .withMessageContaining("classifier.4.bias");
    }

    @Test
    void holdsNoWeightsThatAreNotItsNetworks() {
        Map<String, Tensor> tensors = new LinkedHashMap<>(bundle.weights().tensors());
        tensors.put("more", Tensor.of(1));
        assertThatIllegalArgumentException().isThrownBy(() -> with(tensors)).withMessageContaining("more");
        tensors.remove("more");
        tensors.remove("backbone.bn1.num_batches_tracked");
        assertThatIllegalArgumentException().isThrownBy(() -> with(tensors)).withMessageContaining("bn1");
    }

    private static ModelBundle with(Map<String, Tensor> tensors) {
        return new ModelBundle(
                bundle.plan(),
                bundle.task(),
                bundle.classes(),
                bundle.preprocessing(),
                bundle.threshold(),
                bundle.provenance(),
                new Weights(tensors));
    }
}
