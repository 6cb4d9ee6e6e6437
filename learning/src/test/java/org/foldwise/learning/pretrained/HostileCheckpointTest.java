package org.foldwise.learning.pretrained;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.network.Tensor;
import org.foldwise.learning.network.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints that nobody means well with. Each is refused in words, whatever it says about itself. */
class HostileCheckpointTest {
    private static final int SIXTEEN_BYTES = 16;

    @TempDir
    private Path folder;

    private Path file(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("checkpoint.pth"), bytes);
    }

    private Path archive(byte[] pickle) throws IOException {
        return file(zip(entries(pickle)));
    }

    private static Map<String, byte[]> entries(byte[] pickle) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("archive/data.pkl", pickle);
        entries.put("archive/byteorder", "little".getBytes(StandardCharsets.US_ASCII));
        entries.put("archive/data/0", new byte[SIXTEEN_BYTES]);
        return entries;
    }

    private static byte[] zip(Map<String, byte[]> entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> named : entries.entrySet()) {
                ZipEntry entry = new ZipEntry(named.getKey());
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(named.getValue().length);
                CRC32 crc = new CRC32();
                crc.update(named.getValue());
                entry.setCrc(crc.getValue());
                zip.putNextEntry(entry);
                zip.write(named.getValue());
            }
        }
        return bytes.toByteArray();
    }

    private static void refused(Path file, String message) {
        assertThatExceptionOfType(InvalidCheckpointException.class)
                .isThrownBy(() -> TorchCheckpointFile.read(file))
                .withMessageContaining(message);
    }

    private static PickleBytes oneTensor(long elements, long offset, long[] shape, long[] strides) {
        return PickleBytes.start()
                .signs("}")
                .text("w")
                .tensor(elements, offset, shape, strides)
                .signs("s");
    }

    private static PickleBytes honest() {
        return oneTensor(4, 0, new long[] {2, 2}, new long[] {2, 1});
    }

    @Test
    void readsTheHonestFileThatTheOthersAreMadeOf() throws IOException {
        Weights weights = TorchCheckpointFile.read(archive(honest().stop()));
        assertThat(weights.tensor("w").floats()).containsExactly(0, 0, 0, 0);
    }

    @ParameterizedTest
    @CsvSource({
        "os, system",
        "posix, system",
        "builtins, eval",
        "builtins, getattr",
        "__builtin__, exec",
        "subprocess, Popen",
        "torch, load",
        "torch.hub, load",
        "torch._utils, _rebuild_sparse_tensor",
        "torch._utils, _rebuild_qtensor",
        "torch.jit, load",
        "argparse, Namespace",
        "numpy.core.multiarray, scalar",
        "collections, OrderedDict.__class__",
        "'', os.system"
    })
    void refusesEveryNameThatIsNoTensorsAndSaysWhich(String module, String name) throws IOException {
        byte[] classic = PickleBytes.start()
                .global(module, name)
                .signs("(")
                .text("echo owned")
                .signs("tR.")
                .stop();
        refused(archive(classic), "'" + module + "." + name + "'");
        byte[] onTheStack = PickleBytes.start()
                .text(module)
                .text(name)
                .raw(0x93)
                .signs("(")
                .text("echo owned")
                .signs("tR.")
                .stop();
        refused(archive(onTheStack), "'" + module + "." + name + "'");
        refused(file(classic), "'" + module + "." + name + "'");
    }

    @ParameterizedTest
    @CsvSource({
        "torch, ComplexFloatStorage",
        "torch.cuda, QInt8Storage",
        "torch.storage, UntypedStorage",
        "torch._utils, _rebuild_tensor_v3",
        "torch._utils, _rebuild_qtensor",
        "torch._utils, _rebuild_sparse_tensor",
        "torch._utils, _rebuild_parameter_with_state"
    })
    void saysOfTensorsOfAnotherKindThatTheyAreTensors(String module, String name) throws IOException {
        byte[] pickle = PickleBytes.start().global(module, name).signs(")R.").stop();
        refused(
                archive(pickle),
                "the checkpoint holds tensors of a kind that is not read ('" + module + "." + name + "'); save dense"
                        + " ones of float32");
    }

    @Test
    void refusesEveryInstructionThatIsNotOnTheList() throws IOException {
        Set<Integer> allowed =
                "\u0080\u0095.(N\u0088\u0089JKM\u008AGX\u008CTU)t\u0085\u0086\u0087]ae}suqr\u0094hjc\u0093RbQ"
                        .chars()
                        .boxed()
                        .collect(Collectors.toSet());
        assertThat(allowed).hasSize(Opcode.values().length);
        for (int code = 0; code < 256; code++) {
            if (!allowed.contains(code)) {
                refused(archive(PickleBytes.start().raw(code).stop()), String.format("the instruction 0x%02x", code));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        // beyond the storage, by shape, stride and offset
        "4, 0, 5, 1",
        "4, 0, 3, 2",
        "4, 1, 4, 1",
        "4, 9223372036854775807, 1, 1",
        "4, 0, 9223372036854775807, 9223372036854775807",
        "4, 0, 4611686018427387905, 4",
        // negative
        "4, 3, 4, -1",
        "4, -1, 1, 1",
        "4, 0, -4, 1",
        "-4, 0, 0, 1",
        // a storage of another length than the file's
        "5, 0, 4, 1",
        "3, 0, 3, 1",
        "4611686018427387908, 0, 4, 1",
        // a few bytes said to be very many
        "4, 0, 1000, 0",
        "4, 0, 2147483648, 0",
        "4, 0, 9223372036854775807, 0"
    })
    void refusesTensorsThatTheirStorageCannotHold(long elements, long offset, long length, long stride)
            throws IOException {
        byte[] pickle = oneTensor(elements, offset, new long[] {length}, new long[] {stride})
                .stop();
        assertThatExceptionOfType(InvalidCheckpointException.class)
                .isThrownBy(() -> TorchCheckpointFile.read(archive(pickle)));
    }

    private static byte[] called(String module, String function, String arguments, String rest) {
        PickleBytes pickle = PickleBytes.start()
                .signs("}")
                .text("w")
                .global(module, function)
                .signs("(");
        if (arguments.startsWith("tensor")) {
            pickle.tensor(4, 0, new long[] {4}, new long[] {1});
        } else {
            pickle.storage("FloatStorage", "0", 4).whole(0).wholes(4).wholes(1);
        }
        return pickle.signs(rest).signs("tRs").stop();
    }

    @ParameterizedTest
    @CsvSource({
        "torch._utils, _rebuild_tensor, storage, '', ''",
        "torch._utils, _rebuild_tensor, storage, N, is given 5 arguments and takes 4",
        "torch._utils, _rebuild_tensor_v2, storage, N, is given 5 arguments and takes 6 to 7",
        "torch._utils, _rebuild_tensor_v2, storage, NN, ''",
        "torch._utils, _rebuild_tensor_v2, storage, NNN, ''",
        "torch._utils, _rebuild_tensor_v2, storage, NN}, ''",
        "torch._utils, _rebuild_tensor_v2, storage, NN], in the form of a value of kind Sequence",
        "torch._utils, _rebuild_tensor_v2, storage, NNNN, is given 8 arguments and takes 6 to 7",
        "torch._utils, _rebuild_parameter, tensor, NN, ''",
        "torch._utils, _rebuild_parameter, tensor, NNN, is given 4 arguments and takes 3",
        "torch.nn.parameter, Parameter, tensor, '', ''",
        "torch.nn.parameter, Parameter, tensor, N, ''",
        "torch.nn.parameter, Parameter, tensor, NN, is given 3 arguments and takes 1 to 2"
    })
    void readsCallsWithTheArgumentsThatAreKnownAndNoOthers(
            String module, String function, String arguments, String rest, String refusal) throws IOException {
        Path file = archive(called(module, function, arguments, rest));
        if (refusal.isEmpty()) {
            assertThat(TorchCheckpointFile.read(file).tensor("w").shape()).containsExactly(4L);
        } else {
            refused(file, refusal);
        }
    }

    @ParameterizedTest
    @CsvSource({"neg, resolve_neg()", "conj, resolve_conj()"})
    void refusesATensorWhoseNumbersAreOthersThanItsStorages(String flag, String advice) throws IOException {
        refused(archive(flagged(flag, true)), advice);
    }

    @Test
    void refusesAFlagThatIsNotKnownAndReadsOneThatIsDown() throws IOException {
        assertThat(TorchCheckpointFile.read(archive(flagged("neg", false))).tensors())
                .containsOnlyKeys("w");
        refused(archive(flagged("mirrored", false)), "a flag that is not known");
    }

    /** A state_dict of one tensor that is rebuilt with this flag. */
    private static byte[] flagged(String flag, boolean isUp) {
        return PickleBytes.start()
                .signs("}")
                .text("w")
                .global("torch._utils", "_rebuild_tensor_v2")
                .signs("(")
                .storage("FloatStorage", "0", 4)
                .whole(0)
                .wholes(4)
                .wholes(1)
                .signs("NN}")
                .text(flag)
                .raw(isUp ? 0x88 : 0x89)
                .signs("stRs")
                .stop();
    }

    @Test
    void refusesShapesWhoseProductOverflows() throws IOException {
        byte[] pickle = oneTensor(4, 0, new long[] {1L << 32, 1L << 32}, new long[] {0, 0})
                .stop();
        refused(archive(pickle), "longer than their file");
    }

    @Test
    void refusesStridesWithoutDimensionsAndTooManyDimensions() throws IOException {
        refused(archive(oneTensor(4, 0, new long[] {2}, new long[] {1, 1}).stop()), "1 dimensions and 2 strides");
        long[] many = LongStream.generate(() -> 1).limit(65).toArray();
        refused(archive(oneTensor(4, 0, many, many).stop()), "65 dimensions");
    }

    @Test
    void readsNoCompressedEntry() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> named : entries(honest().stop()).entrySet()) {
                zip.putNextEntry(new ZipEntry(named.getKey()));
                zip.write(named.getValue());
            }
            zip.putNextEntry(new ZipEntry("archive/data/bomb"));
            zip.write(new byte[1 << 22]);
        }
        refused(file(bytes.toByteArray()), "compressed");
    }

    @Test
    void refusesTheSameEntryTwice() throws IOException {
        Map<String, byte[]> entries = entries(honest().stop());
        entries.put("archive/data/1", new byte[SIXTEEN_BYTES]);
        byte[] zip = zip(entries);
        String latin = new String(zip, StandardCharsets.ISO_8859_1).replace("archive/data/1", "archive/data/0");
        refused(file(latin.getBytes(StandardCharsets.ISO_8859_1)), "same entry twice");
    }

    @Test
    void refusesTheSameNameTwice() throws IOException {
        byte[] pickle = honest().text("w")
                .tensor(4, 0, new long[] {4}, new long[] {1})
                .signs("s")
                .stop();
        refused(archive(pickle), "same key twice");
    }

    @Test
    void refusesDamagedBytes() throws IOException {
        byte[] zip = zip(entries(honest().stop()));
        String latin = new String(zip, StandardCharsets.ISO_8859_1);
        int name = latin.indexOf("archive/data/0");
        zip[name + "archive/data/0".length()] ^= 1;
        refused(file(zip), "'data/0' is damaged");
    }

    @Test
    void refusesArchivesThatAreNoCheckpoints() throws IOException {
        refused(file(zip(Map.of("archive/notes.txt", new byte[1]))), "this archive has 0");
        Map<String, byte[]> two = entries(honest().stop());
        two.put("other/data.pkl", honest().stop());
        refused(file(zip(two)), "this archive has 2");
        Map<String, byte[]> program = entries(honest().stop());
        program.put("archive/constants.pkl", new byte[1]);
        refused(file(zip(program)), "TorchScript");
        Map<String, byte[]> bigEndian = entries(honest().stop());
        bigEndian.put("archive/byteorder", "big".getBytes(StandardCharsets.US_ASCII));
        refused(file(zip(bigEndian)), "byte order");
        Map<String, byte[]> lacking = entries(honest().stop());
        lacking.remove("archive/data/0");
        refused(file(zip(lacking)), "lacks its entry 'data/0'");
    }

    @Test
    void refusesKeysThatAreNoNames() throws IOException {
        byte[] climbing = PickleBytes.start()
                .signs("}")
                .text("w")
                .global("torch._utils", "_rebuild_tensor_v2")
                .signs("(")
                .storage("FloatStorage", "../../../secret", 4)
                .whole(0)
                .wholes(4)
                .wholes(1)
                .raw(0x89)
                .signs("NtRs")
                .stop();
        refused(archive(climbing), "lacks its entry 'data/../../../secret'");
        refused(archive(PickleBytes.start().signs("}KaK\u0001s").stop()), "stands for a text");
        refused(archive(PickleBytes.start().signs("})K\u0001s").stop()), "a key of kind Tuple");
    }

    /** As a pickle of protocol 2 begins. */
    private static void begin(byte[] pickle) {
        pickle[0] = (byte) 0x80;
        pickle[1] = 2;
    }

    @Test
    void refusesMoreInstructionsThanTensorsNeed() throws IOException {
        byte[] dictionaries = new byte[600_000];
        Arrays.fill(dictionaries, (byte) '}');
        begin(dictionaries);
        refused(archive(dictionaries), "more than 500000 instructions");
        byte[] memo = new byte[1_200_002];
        Arrays.fill(memo, (byte) 0x94);
        begin(memo);
        memo[2] = 'N';
        refused(archive(memo), "more than 500000 instructions");
    }

    @Test
    void chargesForWhatACallCopies() throws IOException {
        // one list of 1,000 pairs, said once and then copied into one dictionary after another
        PickleBytes pickle = PickleBytes.start().signs("}").text("copies").signs("](");
        for (int i = 0; i < 1_000; i++) {
            pickle.whole(i).signs("N").raw(0x86);
        }
        // the list as the one argument of a call, remembered as 0; the class as 1
        pickle.signs("e")
                .raw(0x85, 'q', 0)
                .signs("s(")
                .global("collections", "OrderedDict")
                .raw('q', 1);
        for (int i = 0; i < 1_000; i++) {
            pickle.raw('h', 1, 'h', 0, 'R');
        }
        refused(archive(pickle.stop()), "more than 500000 instructions");
    }

    @Test
    void refusesAnEmptyTensorOfAnyOtherLengthsAsAShapeThatDoesNotFit() throws IOException {
        byte[] pickle =
                oneTensor(4, 0, new long[] {1L << 62, 0}, new long[] {1, 1}).stop();
        PretrainedWeights weights = PretrainedWeights.read(archive(pickle));
        assertThat(weights.stateDict().tensor("w").size()).isZero();
        assertThat(weights.likeliestBackbone()).isEmpty();
        assertThat(weights.fit(BackboneName.RESNET18).unexpected()).containsExactly("w");
    }

    @Test
    void countsNarrowIntegersAtTheWidthTheyAreReadTo() throws IOException {
        // 4,096 stored bytes are 32,768 once read: more than twice the file
        byte[] pickle = PickleBytes.start()
                .signs("}")
                .text("w")
                .global("torch._utils", "_rebuild_tensor_v2")
                .signs("(")
                .storage("ByteStorage", "0", 4_096)
                .whole(0)
                .wholes(4_096)
                .wholes(1)
                .raw(0x89)
                .signs("NtRs")
                .stop();
        Map<String, byte[]> entries = entries(pickle);
        entries.put("archive/data/0", new byte[4_096]);
        refused(file(zip(entries)), "longer than their file");
    }

    @Test
    void countsAViewOnceUnderHoweverManyNames() throws IOException {
        PickleBytes pickle = PickleBytes.start().signs("}");
        for (int i = 0; i < 50; i++) {
            pickle.text("w" + i)
                    .tensor(1_024, 0, new long[] {1_024}, new long[] {1})
                    .signs("s");
        }
        Map<String, byte[]> entries = entries(pickle.stop());
        entries.put("archive/data/0", new byte[4_096]);
        Map<String, Tensor> tensors =
                TorchCheckpointFile.read(file(zip(entries))).tensors();
        assertThat(tensors).hasSize(50);
        assertThat(tensors.values()).allSatisfy(tensor -> assertThat(tensor).isSameAs(tensors.get("w0")));
    }

    @Test
    void countsEveryOtherViewOfAStorage() throws IOException {
        PickleBytes pickle = PickleBytes.start().signs("}");
        for (int i = 0; i < 50; i++) {
            pickle.text("w" + i)
                    .tensor(1_024, i, new long[] {974}, new long[] {1})
                    .signs("s");
        }
        Map<String, byte[]> entries = entries(pickle.stop());
        entries.put("archive/data/0", new byte[4_096]);
        refused(file(zip(entries)), "longer than their file");
    }

    @Test
    void namesTheDictionariesOfTensorsWhereNoneIsLookedInto() throws IOException {
        byte[] pickle = PickleBytes.start()
                .signs("}")
                .text("epoch")
                .whole(3)
                .signs("s")
                .text("generator")
                .signs("}")
                .text("w")
                .tensor(4, 0, new long[] {4}, new long[] {1})
                .signs("ss")
                .text("losses")
                .signs("}s")
                .stop();
        refused(
                archive(pickle),
                "'epoch' is no tensor but of kind Whole, so this is no state_dict; dictionaries of tensors lie under"
                        + " 'generator'; save the network's alone, such as torch.save(checkpoint['generator'], FILE)");
    }

    @Test
    void saysHowToSaveWhereThereIsNoDictionaryOfTensors() throws IOException {
        byte[] pickle = PickleBytes.start()
                .signs("}")
                .text("x".repeat(500))
                .whole(3)
                .signs("s")
                .stop();
        refused(
                archive(pickle),
                "'" + "x".repeat(60)
                        + "...' is no tensor but of kind Whole, so this is no state_dict; save the network's"
                        + " state_dict alone: torch.save(model.state_dict(), FILE)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"state_dict", "model_state_dict", "model", "net", "weights", "params"})
    void looksForAStateDictWhereTrainingProgramsKeepIt(String key) throws IOException {
        byte[] pickle = PickleBytes.start()
                .signs("}")
                .text("weights")
                .signs("}")
                .text("decay")
                .whole(1)
                .signs("ss")
                .text(key.equals("weights") ? "params" : key)
                .signs("}")
                .text("w")
                .tensor(4, 0, new long[] {4}, new long[] {1})
                .signs("ss")
                .stop();
        assertThat(TorchCheckpointFile.read(archive(pickle)).tensors()).containsOnlyKeys("w");
    }

    @Test
    void findsKeysOfOneHashCodeFast() throws IOException {
        // texts of 17 pairs out of "Aa" and "BB", which hash alike: 2 to the 17th keys
        PickleBytes pickle = PickleBytes.start().signs("}").text("notes").signs("}(");
        for (int i = 0; i < 1 << 17; i++) {
            StringBuilder key = new StringBuilder();
            for (int bit = 0; bit < 17; bit++) {
                key.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            pickle.text(key.toString()).signs("N");
        }
        byte[] packed = pickle.signs("us")
                .text("state_dict")
                .signs("}")
                .text("w")
                .tensor(4, 0, new long[] {4}, new long[] {1})
                .signs("ss")
                .stop();
        Path file = archive(packed);
        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> assertThat(TorchCheckpointFile.read(file).tensors()).containsOnlyKeys("w"));
    }

    @Test
    void refusesDeepNesting() throws IOException {
        refused(archive(PickleBytes.start().signs("(".repeat(101)).stop()), "nested more than 100 deep");
    }

    @Test
    void readsPastListsThatWouldBeEndlessWrittenOut() throws IOException {
        PickleBytes pickle =
                PickleBytes.start().signs("}").text("laughs").signs("]").raw('q', 0);
        for (int level = 1; level <= 60; level++) {
            // a tuple of the value before it, twice: 2 to the 60th lists at the end
            pickle.raw('h', level - 1, 0x86, 'q', level);
        }
        byte[] packed = pickle.signs("s")
                .text("state_dict")
                .signs("}")
                .text("w")
                .tensor(4, 0, new long[] {4}, new long[] {1})
                .signs("ss")
                .stop();
        assertThat(TorchCheckpointFile.read(archive(packed)).tensors()).containsOnlyKeys("w");
    }

    @Test
    void refusesADictionaryInsideItself() throws IOException {
        byte[] circle = PickleBytes.start()
                .signs("}q\u0000")
                .text("state_dict")
                .signs("h\u0000s")
                .stop();
        refused(archive(circle), "holds no state_dict");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ")",
                "K\u0001",
                "]",
                "}",
                "N",
                "h\u0000",
                "}q\u0000h\u0001",
                "t",
                "R",
                "b",
                "s",
                "}N",
                "NQ",
                "NNR",
                "]Nb"
            })
    void refusesPicklesThatAreNoDictionaryOfTensors(String instructions) throws IOException {
        assertThatExceptionOfType(InvalidCheckpointException.class)
                .isThrownBy(() -> TorchCheckpointFile.read(
                        archive(PickleBytes.start().signs(instructions).stop())));
    }

    @Test
    void refusesATextLongerThanTheFile() throws IOException {
        refused(archive(PickleBytes.start().raw('X', 0xFF, 0xFF, 0xFF, 0x7F).stop()), "middle of an instruction");
        refused(archive(PickleBytes.start().raw('X', 0xFF, 0xFF, 0xFF, 0xFF).stop()), "4294967295");
    }

    @Test
    void refusesOneStorageUnderTwoTypes() throws IOException {
        byte[] pickle =
                honest().text("v").storage("DoubleStorage", "0", 2).signs("s").stop();
        refused(archive(pickle), "once as 4 elements of FLOAT32, once as 2 of FLOAT64");
    }

    @Test
    void refusesAFileThatIsTooLongWithoutReadingIt() throws IOException {
        Path file = folder.resolve("long.pth");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength((512L << 20) + 1);
        }
        refused(file, "at most 536870912 are read");
    }

    private static Stream<String> written() {
        return Stream.of("network.pth", "legacy.pth", "legacy-views.pth");
    }

    @ParameterizedTest
    @MethodSource("written")
    void refusesEveryTruncation(String name) throws IOException {
        byte[] whole = Files.readAllBytes(TorchCheckpointFileTest.resource(name));
        for (int length = 0; length < whole.length; length++) {
            Path file = file(Arrays.copyOf(whole, length));
            assertThatExceptionOfType(InvalidCheckpointException.class)
                    .as("%d of %d bytes", length, whole.length)
                    .isThrownBy(() -> TorchCheckpointFile.read(file));
        }
    }

    @ParameterizedTest
    @MethodSource("written")
    void readsOrRefusesWhateverOneByteIsChangedTo(String name) throws IOException {
        String given = System.getProperty("tests.seed", "");
        long seed = given.isEmpty() ? 20 : Long.parseLong(given);
        SplittableRandom random = new SplittableRandom(seed);
        byte[] whole = Files.readAllBytes(TorchCheckpointFileTest.resource(name));
        for (int i = 0; i < whole.length; i++) {
            byte[] changed = whole.clone();
            changed[i] = (byte) (changed[i] + random.nextInt(1, 256));
            Path file = file(changed);
            assertThatCode(() -> readOrRefuse(file))
                    .as("seed %d, byte %d is %d", seed, i, changed[i])
                    .doesNotThrowAnyException();
        }
    }

    private static void readOrRefuse(Path file) throws IOException {
        try {
            TorchCheckpointFile.read(file);
        } catch (InvalidCheckpointException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    @Test
    void refusesBytesBehindTheEnd() throws IOException {
        byte[] legacy = Files.readAllBytes(TorchCheckpointFileTest.resource("legacy.pth"));
        refused(file(Arrays.copyOf(legacy, legacy.length + 1)), "1 bytes behind the checkpoint's end");
        refused(archive(honest().signs(".").stop()), "behind the pickle's end");
    }
}
