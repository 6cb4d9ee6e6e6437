package org.foldwise.learning.network;

import ai.djl.Device;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where networks compute: {@code cpu}, or {@code cuda:0}, {@code cuda:1} and so on. It is always named; the engine's own choice
 * would take a GPU where one happens to be.
 *
 * @param index of the GPU, -1 for the CPU
 */
public record ComputeDevice(int index) {
    public static final ComputeDevice CPU = new ComputeDevice(-1);

    private static final Pattern CUDA = Pattern.compile("cuda:([0-9]{1,3})");

    public ComputeDevice {
        if (index < -1) {
            throw new IllegalArgumentException("index must be -1 or more, was " + index);
        }
    }

    /**
     * The device of that name.
     *
     * @throws IllegalArgumentException if it is neither {@code cpu} nor {@code cuda:} and a number
     */
    public static ComputeDevice parse(String name) {
        if (name.equals("cpu")) {
            return CPU;
        }
        Matcher cuda = CUDA.matcher(name);
        if (!cuda.matches()) {
            throw new IllegalArgumentException("a device is 'cpu' or 'cuda:0', 'cuda:1' and so on, was '" + name + "'");
        }
        return new ComputeDevice(Integer.parseInt(cuda.group(1)));
    }

    public boolean isCpu() {
        return index < 0;
    }

    Device djl() {
        return isCpu() ? Device.cpu() : Device.gpu(index);
    }

    @Override
    public String toString() {
        return isCpu() ? "cpu" : "cuda:" + index;
    }
}
