package org.foldwise.learning.pretrained;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * Pickles of protocols 0 and 1, which say so nowhere: from protocol 2 on the first instruction names the protocol. They are not
 * read, but told apart, so that a refusal can say what is wrong.
 */
final class OldProtocol {
    /** What to do with a file that was saved in an old way. */
    static final String ADVICE = "torch.save(state_dict, FILE) with pickle_protocol 2 or newer, which is the default";

    private static final byte PROTO = (byte) 0x80;
    /** Instructions that protocol 1 brought; a pickle of protocol 0 has none of them. */
    private static final String BINARY = "JKMGTUX])}eurqhjQo1";
    /** How both protocols write the number that torch.save's older format begins with. */
    private static final byte[] MAGIC = ("L" + LegacyCheckpoint.MAGIC + "L\n.").getBytes(StandardCharsets.US_ASCII);

    private OldProtocol() {}

    /** Whether a file that begins so is one of torch.save's older format in protocol 0 or 1. */
    static boolean isLegacyCheckpoint(byte[] start) {
        return start.length >= MAGIC.length && Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    /**
     * Makes sure that a pickle is of protocol 2 or newer.
     *
     * @param pickle from its first instruction on; its position stays
     * @throws InvalidCheckpointException if it is of an older one, saying which
     */
    static void refuse(ByteBuffer pickle) {
        if (pickle.hasRemaining() && pickle.get(pickle.position()) != PROTO) {
            OptionalInt protocol = protocol(pickle.duplicate());
            throw new InvalidCheckpointException((protocol.isPresent()
                            ? "the pickle is of protocol " + protocol.getAsInt()
                            : "the pickle is damaged or of protocol 0 or 1")
                    + ", and only those of protocol 2 and newer are read; save it again in PyTorch: " + ADVICE);
        }
    }

    /** By the first instruction that one of the two would not have written; names and long numbers both write alike. */
    private static OptionalInt protocol(ByteBuffer pickle) {
        while (pickle.hasRemaining()) {
            int instruction = pickle.get();
            if (BINARY.indexOf(instruction) >= 0) {
                return OptionalInt.of(1);
            }
            switch (instruction) {
                case '(', '.', 'N' -> {}
                case 'L' -> skipLine(pickle);
                case 'c' -> {
                    skipLine(pickle);
                    skipLine(pickle);
                }
                case 'I', 'V', 'S', 'F', 'P', 'p', 'g', 'd', 'l', 't' -> {
                    return OptionalInt.of(0);
                }
                default -> {
                    return OptionalInt.empty();
                }
            }
        }
        return OptionalInt.empty();
    }

    private static void skipLine(ByteBuffer pickle) {
        while (pickle.hasRemaining() && pickle.get() != '\n') {
            // what the line says is of no interest
        }
    }
}
