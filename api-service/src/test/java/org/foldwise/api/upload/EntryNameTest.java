package org.foldwise.api.upload;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EntryNameTest {
    /** Characters about the places where UTF-16's order of code units is another than that of code points. */
    private static final int[] CHARACTERS = {
        'a', 'b', '/', 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFD, 0x10000, 0x1FA7B
    };

    @Test
    void namesAreOrderedAsTheirBytesInUtf8() {
        Random random = new Random(44);
        for (int i = 0; i < 20_000; i++) {
            EntryName one = name(random);
            EntryName other = name(random);

            assertThat(Integer.signum(EntryName.BY_CODE_POINT.compare(one, other)))
                    .as("%s and %s", one, other)
                    .isEqualTo(Integer.signum(Arrays.compareUnsigned(bytes(one), bytes(other))));
        }
    }

    private static EntryName name(Random random) {
        StringBuilder name = new StringBuilder();
        for (int length = random.nextInt(4); length > 0; length--) {
            name.appendCodePoint(CHARACTERS[random.nextInt(CHARACTERS.length)]);
        }
        return new EntryName(name.toString());
    }

    private static byte[] bytes(EntryName name) {
        return name.value().getBytes(StandardCharsets.UTF_8);
    }
}
