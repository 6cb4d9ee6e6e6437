package org.foldwise.learning.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsFileTest {
    /** Two floats and a counter: 16 bytes of data. */
    private static final String HEADER = "{\"w\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[0,8]},"
            + "\"n\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[8,16]}}";

    @Test
    void writesTheFormatAsPublished() throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("w", Tensor.of(List.of(2L, 1L), new float[] {1, -2}));
        tensors.put("n", Tensor.of(3));
        byte[] written = bytes(new SafetensorsFile(new Weights(tensors), new TreeMap<>()));
        assertThat(written).isEqualTo(file(HEADER + blanks(HEADER), data()));
    }

    private static String blanks(String header) {
        return " ".repeat((8 - header.length() % 8) % 8);
    }

    private static byte[] data() {
        return ByteBuffer.allocate(16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(1)
                .putFloat(-2)
                .putLong(3)
                .array();
    }

    private static byte[] file(String header, byte[] data) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + json.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .put(data)
                .array();
    }

    private static byte[] bytes(SafetensorsFile file) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        file.writeTo(out);
        return out.toByteArray();
    }

    @Test
    void readsTensorsAndMetadata() {
        String header = HEADER.replaceFirst("\\{", "{\"__metadata__\":{\"made by\":\"hand\"},");
        SafetensorsFile file = SafetensorsFile.read(ByteBuffer.wrap(file(header, data())));
        assertThat(file.metadata()).containsExactly(Map.entry("made by", "hand"));
        assertThat(file.weights().tensors().keySet()).containsExactly("w", "n");
        assertThat(file.weights().tensor("w").floats()).containsExactly(1, -2);
        assertThat(file.weights().tensor("w").shape()).containsExactly(2L, 1L);
        assertThat(file.weights().tensor("n").longValue()).isEqualTo(3);
    }

    @Test
    void readsBackWhatItWroteBitForBit() throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        float[] values = {Float.NaN, -0f, Float.MIN_VALUE, Float.POSITIVE_INFINITY, Float.intBitsToFloat(0x7fc00001)};
        tensors.put("odd \"name\"\n", Tensor.of(List.of(5L), values));
        tensors.put("empty", Tensor.of(List.of(0L, 3L), new float[0]));
        SafetensorsFile written =
                new SafetensorsFile(new Weights(tensors), new TreeMap<>(Map.of("ä", "ö\u0000", "b", "")));
        SafetensorsFile read = SafetensorsFile.read(ByteBuffer.wrap(bytes(written)));
        assertThat(read).isEqualTo(written);
        assertThat(read.weights().digest()).isEqualTo(written.weights().digest());
    }

    @Test
    void widensHalfPrecisionToFloat32() {
        String header = "{'half':{'dtype':'F16','shape':[2],'data_offsets':[0,4]},"
                + "'brain':{'dtype':'BF16','shape':[2],'data_offsets':[4,8]}}";
        byte[] data = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) 0x3C01)
                .putShort((short) 0xC000)
                .putShort((short) 0x3F81)
                .putShort((short) 0xFF80)
                .array();
        Weights weights = SafetensorsFile.read(ByteBuffer.wrap(file(header.replace('\'', '"'), data)))
                .weights();
        assertThat(weights.tensor("half").floats()).containsExactly(1 + 0x1p-10f, -2);
        assertThat(weights.tensor("brain").floats()).containsExactly(1 + 0x1p-7f, Float.NEGATIVE_INFINITY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // no JSON object
                "",
                "[]",
                "{",
                "{} {}",
                // overlap, gap, rest, order
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'b':{'dtype':'F32','shape':[3],'data_offsets':[4,16]}}",
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'b':{'dtype':'F32','shape':[2],'data_offsets':[8,16]}}",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}",
                "{'a':{'dtype':'F32','shape':[5],'data_offsets':[0,20]}}",
                "{'a':{'dtype':'F32','shape':[4],'data_offsets':[16,0]}}",
                "{'a':{'dtype':'F32','shape':[4],'data_offsets':[-16,0]}}",
                "{'a':{'dtype':'F32','shape':[4],'data_offsets':[0,9223372036854775807]}}",
                // shapes that do not fit
                "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,16]}}",
                "{'a':{'dtype':'F32','shape':[-2,-2],'data_offsets':[0,16]}}",
                "{'a':{'dtype':'F32','shape':[9223372036854775807,4],'data_offsets':[0,16]}}",
                "{'a':{'dtype':'F32','shape':[4294967296,4294967300],'data_offsets':[0,16]}}",
                // members
                "{'a':{'dtype':'F8_E4M3','shape':[16],'data_offsets':[0,16]}}",
                "{'a':{'dtype':'F16','shape':[4],'data_offsets':[0,16]}}",
                "{'a':{'dtype':'F32','shape':[4]}}",
                "{'a':{'dtype':'F32','shape':[4],'data_offsets':[0,16,16]}}",
                "{'a':{'dtype':'F32','shape':[4],'data_offsets':[0,16],'more':1}}",
                "{'a':{'dtype':'F32','shape':[4.0],'data_offsets':[0,16]}}",
                "{'a':{'dtype':'F32','shape':[4],'data_offsets':[0,99999999999999999999]}}",
                "{'a':{'dtype':'F32','shape':[4],'shape':[4],'data_offsets':[0,16]}}",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'a':{'dtype':'F32','shape':[2],'data_offsets':[8,16]}}",
                "{'__metadata__':{'a':1},'a':{'dtype':'F32','shape':[4],'data_offsets':[0,16]}}",
                "{'__metadata__':'a','a':{'dtype':'F32','shape':[4],'data_offsets':[0,16]}}"
            })
    void refusesAHeaderThatDoesNotDescribeTheData(String header) {
        byte[] bytes = file(header.replace('\'', '"'), data());
        assertThatExceptionOfType(InvalidSafetensorsException.class)
                .isThrownBy(() -> SafetensorsFile.read(ByteBuffer.wrap(bytes)));
    }

    @Test
    void refusesNarrowIntegersThatWouldOutgrowTheFile() {
        String header = "{\"w\":{\"dtype\":\"U8\",\"shape\":[4096],\"data_offsets\":[0,4096]}}";
        assertThatExceptionOfType(InvalidSafetensorsException.class)
                .isThrownBy(() -> SafetensorsFile.read(ByteBuffer.wrap(file(header, new byte[4096]))))
                .withMessageContaining("32768 bytes, more than 2 times");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 1, 1 << 30, Long.MAX_VALUE, Long.MIN_VALUE})
    void refusesAHeaderOfImpossibleLength(long length) {
        byte[] bytes = file(HEADER, data());
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
        assertThatExceptionOfType(InvalidSafetensorsException.class)
                .isThrownBy(() -> SafetensorsFile.read(ByteBuffer.wrap(bytes)));
    }

    @Test
    void refusesEveryTruncation() {
        byte[] bytes = file(HEADER, data());
        for (int length = 0; length < bytes.length; length++) {
            ByteBuffer truncated = ByteBuffer.wrap(bytes, 0, length);
            assertThatExceptionOfType(InvalidSafetensorsException.class)
                    .as("%d of %d bytes", length, bytes.length)
                    .isThrownBy(() -> SafetensorsFile.read(truncated));
        }
    }
}
