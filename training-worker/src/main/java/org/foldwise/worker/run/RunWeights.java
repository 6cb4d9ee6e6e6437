package org.foldwise.worker.run;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.TreeMap;
import org.foldwise.learning.network.SafetensorsFile;
import org.foldwise.learning.network.Weights;

/**
 * Weights of runs as safetensors files. Nothing but the weights goes in, so that equal weights are one artifact and its digest
 * tells whether two trainings came to the same result.
 */
public final class RunWeights {
    private RunWeights() {}

    /** Writes weights; the stream is left open. */
    static void write(Weights weights, OutputStream stream) throws IOException {
        new SafetensorsFile(weights, new TreeMap<>()).writeTo(stream);
    }

    /**
     * Reads weights.
     *
     * @throws org.foldwise.learning.network.InvalidSafetensorsException if the file is damaged
     */
    public static Weights read(byte[] file) {
        return SafetensorsFile.read(ByteBuffer.wrap(file)).weights();
    }
}
