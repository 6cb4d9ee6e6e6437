package org.foldwise.learning.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.foldwise.learning.experiment.ImageSpec;
import org.foldwise.learning.imaging.OtherPreprocessingException;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.metrics.recalibration.Recalibration;
import org.foldwise.learning.metrics.scored.EnsembleMean;
import org.foldwise.learning.network.InitialWeights;
import org.foldwise.learning.network.NetworkSpec;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.provenance.Provenance;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One archive of several networks, read as strictly as that of one. */
class EnsembleBundleTest {
    private static ModelBundle bundle;
    private static byte[] bytes;
    private static Digest digest;

    @BeforeAll
    static void writeABundle() throws IOException {
        bundle = TinyEnsemble.untrained(new Recalibration.Temperature(1.5));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        digest = BundleWriter.write(bundle, out);
        bytes = out.toByteArray();
    }

    private static Map<String, byte[]> files() throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put(entry.getName(), zip.readAllBytes());
            }
        }
        return files;
    }

    private static String manifest() throws IOException {
        return new String(files().get("bundle.json"), StandardCharsets.UTF_8);
    }

    private static List<byte[]> weights() throws IOException {
        return List.copyOf(files().values()).subList(1, 4);
    }

    private static byte[] archive(String manifest, List<byte[]> weights) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new BundleArchive(manifest.getBytes(StandardCharsets.UTF_8), weights).writeTo(out);
        return out.toByteArray();
    }

    private static void assertRefused(byte[] archive, String because) {
        assertThatExceptionOfType(InvalidBundleException.class)
                .isThrownBy(() -> BundleReader.read(archive))
                .withMessageContaining(because);
    }

    @Test
    void readsBackWhatItWrote() {
        ModelBundle read = BundleReader.read(bytes);
        assertThat(read).isEqualTo(bundle);
        assertThat(read.isEnsemble()).isTrue();
        assertThat(read.members()).extracting(ModelBundle.Member::run).doesNotHaveDuplicates();
        assertThat(read.decision().recalibration()).isEqualTo(new Recalibration.Temperature(1.5));
        assertThat(digest).isEqualTo(Digest.of(bytes));
        assertThatIllegalStateException().isThrownBy(read::weights).withMessageContaining("3 networks");
    }

    @Test
    void isAnOrdinaryArchiveWithAFileForEachNetwork() throws IOException {
        assertThat(files().keySet())
                .containsExactly("bundle.json", "model-0.safetensors", "model-1.safetensors", "model-2.safetensors");
        assertThat(manifest()).contains("\"format\":\"foldwise ensemble 1\"").contains(new UUID(7, 2).toString());
        for (byte[] weights : weights()) {
            assertThat(manifest()).contains(Digest.of(weights).hex());
        }
    }

    /** What was written before there were ensembles is read as it was, for it is what is written today. */
    @Test
    void leavesTheBundleOfOneNetworkAsItWas() {
        ModelBundle alone = TinyEnsemble.alone(bundle, 0);
        String json = new String(BundleWriter.manifest(alone), StandardCharsets.UTF_8);
        assertThat(json)
                .startsWith("{\"classes\":[\"healthy\",\"sick\"],\"format\":\"foldwise bundle 1\",\"plan\":{")
                .containsPattern(
                        "},\"preprocessing\":\\{\"steps\":\\[.*\\]},\"preprocessingFingerprint\":\"[0-9a-f]{64}\",\"provenance\":\\{\"dataset\"")
                .containsPattern("},\"task\":\"binary\",\"threshold\":\\{.*},\"weights\":\"[0-9a-f]{64}\"}$")
                .doesNotContain("\"members\"")
                .doesNotContain("\"run\"");
    }

    @Test
    void refusesABundleWithAnyByteChangedOrMissing() {
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 20; i++) {
            int position = random.nextInt(i % 2 == 0 ? 6000 : bytes.length);
            byte[] changed = bytes.clone();
            changed[position] ^= (byte) (1 + random.nextInt(255));
            assertThatExceptionOfType(InvalidBundleException.class)
                    .as("byte %d", position)
                    .isThrownBy(() -> BundleReader.read(changed));
        }
        for (int length : new int[] {1000, bytes.length / 3, bytes.length / 2, bytes.length - 22}) {
            assertThatExceptionOfType(InvalidBundleException.class)
                    .as("%d bytes", length)
                    .isThrownBy(() -> BundleReader.read(Arrays.copyOf(bytes, length)));
        }
    }

    @Test
    void refusesOtherNetworksThanItPromises() throws IOException {
        List<byte[]> weights = new ArrayList<>(weights());
        assertRefused(archive(manifest(), weights.subList(0, 2)), "promises 3 networks and holds the weights of 2");
        assertRefused(archive(manifest(), weights.subList(0, 1)), "promises 3 networks and holds the weights of 1");
        List<byte[]> more = new ArrayList<>(weights);
        more.add(weights.get(0));
        assertRefused(archive(manifest(), more), "promises 3 networks and holds the weights of 4");
        Collections.swap(weights, 0, 1);
        assertRefused(archive(manifest(), weights), "digest");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "foldwise ensemble 1 | foldwise bundle 1",
                "foldwise ensemble 1 | foldwise ensemble 2",
                "00000000-0000-0007-0000-000000000001 | 00000000-0000-0007-0000-000000000000",
                "00000000-0000-0007-0000-000000000001 | 7",
                "\"run\":\"00000000-0000-0007-0000-000000000001\", | ''",
                "\"run\":\"00000000-0000-0007-0000-000000000001\" | \"run\":null",
                "\"task\":\"binary\" | \"plan\":{},\"task\":\"binary\"",
                "\"members\":[ | \"members\":[null,",
                "\"members\":[ | \"members\":[[],",
                "\"members\":[ | \"others\":[",
                "\"recalibration\":{\"kind\":\"temperature\",\"temperature\":1.5}, | \"recalibration\":{\"kind\":\"none\"},",
            })
    void refusesManifestsThatAreNotCanonicalOrMakeNoSense(String present, String instead) throws IOException {
        assertThat(manifest()).contains(present);
        byte[] changed = archive(manifest().replace(present, instead), weights());
        assertThatExceptionOfType(InvalidBundleException.class).isThrownBy(() -> BundleReader.read(changed));
    }

    @Test
    void refusesAnEnsembleOfOne() throws IOException {
        String json = manifest();
        int from = json.indexOf("\"members\":[") + "\"members\":[".length();
        int second = json.indexOf(",{\"plan\"", from);
        String one = json.substring(0, second) + json.substring(json.indexOf("],\"recalibration\""));
        assertRefused(archive(one, weights().subList(0, 1)), "bundle.json");
    }

    @Test
    void refusesAnotherPreprocessingThanItsFingerprintNames() throws IOException {
        String ours = bundle.members().get(1).preprocessing().fingerprint().hex();
        String theirs = Digest.of("other rules").hex();
        byte[] other = archive(manifest().replace(ours, theirs), weights());
        assertThatExceptionOfType(OtherPreprocessingException.class)
                .isThrownBy(() -> BundleReader.read(other))
                .withMessageContaining("preprocessed as " + theirs);
    }

    @Test
    void holdsOnlyNetworksThatAnswerTheSameQuestionOfTheSamePixels() {
        ModelBundle.Member first = bundle.members().get(0);
        Provenance provenance = first.provenance();
        UUID other = new UUID(8, 8);
        assertNoEnsemble("different runs", first, first);
        assertNoEnsemble(
                "different runs",
                first,
                new ModelBundle.Member(null, first.plan(), first.preprocessing(), provenance, first.weights()));
        Preprocessing stretched = new ImageSpec(32, 1, ImageSpec.Aspect.STRETCH).preprocessing();
        assertNoEnsemble(
                "same pixels",
                first,
                new ModelBundle.Member(
                        other, first.plan(), stretched, TinyBundle.provenance(stretched), first.weights()));
        var head = PlanJson.read(
                "{\"backbone\": \"mobilenetV2\", \"image\": {\"size\": 32, \"channels\": 1}, \"head\": {\"hidden\": 8}}");
        assertNoEnsemble(
                "one shape",
                first,
                new ModelBundle.Member(
                        other,
                        head,
                        first.preprocessing(),
                        provenance,
                        InitialWeights.draw(NetworkSpec.of(head, bundle.task(), 2), 1)));
        Provenance elsewhere = new Provenance(
                provenance.dataset(),
                Digest.of("another split"),
                provenance.plan(),
                provenance.fold(),
                provenance.seed(),
                null,
                provenance.libraries(),
                provenance.device(),
                provenance.threads(),
                provenance.precision(),
                provenance.precisionReason(),
                provenance.trainingPath(),
                provenance.trainingPathReason(),
                provenance.predictionPrecision(),
                provenance.predictionPrecisionReason(),
                provenance.normalisation());
        assertNoEnsemble(
                "one split",
                first,
                new ModelBundle.Member(other, first.plan(), first.preprocessing(), elsewhere, first.weights()));
        assertNoEnsemble("name their runs", first);
        List<ModelBundle.Member> many = new ArrayList<>();
        for (int i = 0; i <= EnsembleMean.MAXIMUM_MEMBERS; i++) {
            many.add(new ModelBundle.Member(
                    new UUID(9, i), first.plan(), first.preprocessing(), provenance, first.weights()));
        }
        assertNoEnsemble("1 to 20 networks", many.toArray(ModelBundle.Member[]::new));
        assertNoEnsemble("1 to 20 networks");
    }

    private static void assertNoEnsemble(String because, ModelBundle.Member... members) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ModelBundle(bundle.task(), bundle.classes(), bundle.decision(), List.of(members)))
                .withMessageContaining(because);
    }
}
