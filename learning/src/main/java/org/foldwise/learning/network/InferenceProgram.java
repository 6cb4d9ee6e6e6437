package org.foldwise.learning.network;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.foldwise.learning.experiment.Precision;
import org.jspecify.annotations.Nullable;

/**
 * An {@link InferenceGraph} as the text of a TorchScript module. An operation with a single reader is merged into that reader
 * where the reader is a function of it or a sum: a convolution, the shortcut added to it and the activation behind are one call
 * if the dialect has one, and the last two work in place otherwise.
 *
 * <p>In bfloat16, all numbers and arrays from the images to the last feature maps are bfloat16; sums within an operation are
 * float32. The mean over each feature map and the head behind it are float32.
 *
 * <p>Methods of the module: {@code run(images, numbers)} yields logits, {@code trace(images, numbers)} the last array that has
 * height and width, in float32, and then the same logits. {@code pack(images, numbers)} of the packed dialect does
 * the same work for the first image, and yields the numbers as {@code run} wants them for any number of images of that size. oneDNN does not take every size (some
 * sums of 1 x 1 pixels that are not in place); {@code pack} then fails, and the plain dialect remains. Both want numbers in the program's precision,
 * which in bfloat16 are what {@code rounded(numbers)} makes of float32.
 */
final class InferenceProgram {
    /** How convolutions are written. */
    enum Dialect {
        /** oneDNN's own operations: weights packed beforehand, sum and activation fused into the convolution. */
        PACKED,
        /** libtorch's ordinary operations, which every device has. */
        PLAIN
    }

    private static final int NONE = -1;

    private final InferenceGraph graph;
    private final Dialect dialect;
    private final Precision precision;
    private final int[] readers;
    private final List<Tensor> numbers = new ArrayList<>();
    private final int[] firstNumber;
    private final String text;

    InferenceProgram(InferenceGraph graph, Dialect dialect, Precision precision) {
        this.graph = graph;
        this.dialect = dialect;
        this.precision = precision;
        this.readers = graph.readers();
        this.firstNumber = new int[graph.operations().size() + 1];
        for (int array = 1; array <= graph.logits(); array++) {
            firstNumber[array] = numbers.size();
            numbers.addAll(graph.maker(array).numbers());
        }
        this.text = text();
    }

    static IllegalArgumentException noFloat16() {
        return new IllegalArgumentException("models answer in float32 or bfloat16, not in float16");
    }

    /** The numbers of all operations in order, float32 and unpacked. */
    List<Tensor> numbers() {
        return List.copyOf(numbers);
    }

    /** The module's methods. */
    String methods() {
        return text;
    }

    private String text() {
        StringBuilder out = new StringBuilder("  def forward(SELF,\n      x: Tensor) -> Tensor:\n    return x\n");
        String logits = "v" + graph.logits();
        out.append(method("run", "Tensor", false, logits));
        // laid out as Java reads it; whatever else runs is what the other method runs
        String last = "v" + graph.lastMap();
        String exact = precision == Precision.BFLOAT16 ? "torch.to(" + last + ", 6)" : last;
        String map = "torch.contiguous(" + exact + ", memory_format=0)";
        out.append(method("trace", "List[Tensor]", false, "[" + map + ", " + logits + "]"));
        if (dialect == Dialect.PACKED) {
            out.append(method("pack", "List[Tensor]", true, "P"));
        }
        if (precision == Precision.BFLOAT16) {
            out.append(rounding());
        }
        return out.toString();
    }

    /** The method that rounds all numbers but the head's. Numbers 15 and 6 are libtorch's for bfloat16 and float32. */
    private String rounding() {
        StringBuilder out = new StringBuilder("  def rounded(SELF,\n      W: List[Tensor]) -> List[Tensor]:\n");
        append(out, "R = annotate(List[Tensor], [])");
        for (int array = 1; array <= graph.logits(); array++) {
            Operation operation = graph.maker(array);
            String pattern = operation instanceof Operation.Linear ? "W[%1$d]" : "torch.to(W[%1$d], 15)";
            for (int i = 0; i < operation.numbers().size(); i++) {
                int number = firstNumber[array] + i;
                append(out, ("_%1$d = torch.append(R, " + pattern + ")").formatted(number));
            }
        }
        append(out, "return R");
        return out.toString();
    }

    private String method(String name, String result, boolean isPacking, String returned) {
        String images = isPacking ? "torch.slice(x, 0, 0, 1)" : "x";
        if (precision == Precision.BFLOAT16) {
            images = "torch.to(" + images + ", 15)";
        }
        StringBuilder out = new StringBuilder("  def " + name + "(SELF,\n      x: Tensor,\n      W: List[Tensor]) -> "
                + result + ":\n    v0 = torch.contiguous(" + images + ", memory_format=2)\n");
        if (isPacking) {
            out.append("    P = annotate(List[Tensor], [])\n");
        }
        for (int array = 1; array <= graph.logits(); array++) {
            if (isPacking) {
                append(out, packing(array));
            }
            if (!isMerged(array)) {
                append(out, "v" + array + " = " + expression(array, isPacking ? "P" : "W"));
            }
        }
        append(out, "return " + returned);
        return out.toString();
    }

    private static void append(StringBuilder out, String lines) {
        lines.lines().forEach(line -> out.append("    ").append(line).append('\n'));
    }

    /** Packs that operation's numbers behind those of the operations before it. */
    private String packing(int array) {
        StringJoiner lines = new StringJoiner("\n");
        int first = firstNumber[array];
        for (int i = 0; i < graph.maker(array).numbers().size(); i++) {
            String number = "W[" + (first + i) + "]";
            if (i == 0 && graph.maker(array) instanceof Operation.Convolution convolution) {
                number = "ops.mkldnn._reorder_convolution_weight(" + number + ", " + geometry(convolution)
                        + ", torch.size(v" + convolution.input() + "))";
            }
            lines.add("_" + (first + i) + " = torch.append(P, " + number + ")");
        }
        return lines.toString();
    }

    /** Padding, stride, dilation and groups. */
    private static String geometry(Operation.Convolution convolution) {
        return "[%1$d, %1$d], [%2$d, %2$d], [1, 1], %3$d"
                .formatted(convolution.padding(), convolution.stride(), convolution.groups());
    }

    /** Whether that array never exists, because the operation that reads it does both. */
    private boolean isMerged(int array) {
        if (readers[array] != 1) {
            return false;
        }
        return mergedInput(reader(array)) == array;
    }

    /** The array whose maker the operation takes in, if there is one. */
    private int mergedInput(int array) {
        Operation operation = graph.maker(array);
        if (operation instanceof Operation.Activation activation) {
            return isExclusive(activation.input()) && isMergeable(graph.maker(activation.input()))
                    ? activation.input()
                    : NONE;
        }
        if (operation instanceof Operation.Sum sum) {
            return isConvolution(sum.left()) && isExclusive(sum.left()) ? sum.left() : NONE;
        }
        return NONE;
    }

    private static boolean isMergeable(Operation operation) {
        return operation instanceof Operation.Convolution
                || operation instanceof Operation.ScaleShift
                || operation instanceof Operation.Sum;
    }

    /** Whether that array is what the head sees. */
    private boolean isFlattened(int array) {
        return graph.operations().stream()
                .anyMatch(operation ->
                        operation instanceof Operation.Flattening flattening && flattening.input() == array);
    }

    private boolean isExclusive(int array) {
        return array > 0 && readers[array] == 1;
    }

    private boolean isConvolution(int array) {
        return array > 0 && graph.maker(array) instanceof Operation.Convolution;
    }

    private String expression(int array, String numbers) {
        Operation operation = graph.maker(array);
        if (operation instanceof Operation.Convolution) {
            return convolution(array, NONE, null, numbers);
        }
        if (operation instanceof Operation.Activation activation) {
            return activation(array, activation, numbers);
        }
        if (operation instanceof Operation.Sum sum) {
            return sum(array, sum, null, numbers);
        }
        if (operation instanceof Operation.ScaleShift map) {
            return "torch.addcmul(torch.view(%s, [1, -1, 1, 1]), v%d, torch.view(%s, [1, -1, 1, 1]))"
                    .formatted(number(array, 1, numbers), map.input(), number(array, 0, numbers));
        }
        if (operation instanceof Operation.MaxPooling pooling) {
            return "torch.max_pool2d(v%1$d, [%2$d, %2$d], [%3$d, %3$d], [%4$d, %4$d])"
                    .formatted(pooling.input(), pooling.kernel(), pooling.stride(), pooling.padding());
        }
        if (operation instanceof Operation.AveragePooling pooling) {
            return "torch.avg_pool2d(v%1$d, [%2$d, %2$d], [%2$d, %2$d])".formatted(pooling.input(), pooling.kernel());
        }
        if (operation instanceof Operation.GlobalMean mean) {
            String type = precision == Precision.BFLOAT16 && isFlattened(array) ? ", dtype=6" : "";
            return "torch.mean(v%d, [2, 3], True%s)".formatted(mean.input(), type);
        }
        if (operation instanceof Operation.Flattening flattening) {
            return "torch.flatten(v%d, 1)".formatted(flattening.input());
        }
        if (operation instanceof Operation.ChannelProduct product) {
            return "torch.mul(v%d, v%d)".formatted(product.input(), product.factors());
        }
        if (operation instanceof Operation.Concatenation concatenation) {
            return "torch.cat([v%d, v%d], 1)".formatted(concatenation.first(), concatenation.second());
        }
        if (operation instanceof Operation.Linear linear) {
            return "torch.linear(v%d, %s, %s)"
                    .formatted(linear.input(), number(array, 0, numbers), number(array, 1, numbers));
        }
        throw new IllegalStateException("no TorchScript for " + operation);
    }

    private String number(int array, int index, String numbers) {
        return numbers + "[" + (firstNumber[array] + index) + "]";
    }

    private String activation(int array, Operation.Activation activation, String numbers) {
        int merged = mergedInput(array);
        if (merged == NONE) {
            return function(activation.function(), "v" + activation.input(), "");
        }
        Operation below = graph.maker(merged);
        if (below instanceof Operation.Convolution) {
            return convolution(merged, NONE, activation.function(), numbers);
        }
        if (below instanceof Operation.Sum sum) {
            return sum(merged, sum, activation.function(), numbers);
        }
        return function(activation.function(), expression(merged, numbers), "_");
    }

    private String sum(int array, Operation.Sum sum, Operation.@Nullable Function function, String numbers) {
        int merged = mergedInput(array);
        if (merged == NONE) {
            String text = "torch.add(v%d, v%d)".formatted(sum.left(), sum.right());
            return function == null ? text : function(function, text, "_");
        }
        return convolution(merged, sum.right(), function, numbers);
    }

    /**
     * A convolution with all that is merged into it.
     *
     * @param shortcut the array added to it, if there is one
     */
    private String convolution(int array, int shortcut, Operation.@Nullable Function function, String numbers) {
        Operation.Convolution convolution = (Operation.Convolution) graph.maker(array);
        String weight = number(array, 0, numbers);
        String bias = number(array, 1, numbers);
        if (dialect == Dialect.PLAIN) {
            String text = "torch.conv2d(v%1$d, %2$s, %3$s, [%5$d, %5$d], [%4$d, %4$d], [1, 1], %6$d)"
                    .formatted(
                            convolution.input(),
                            weight,
                            bias,
                            convolution.padding(),
                            convolution.stride(),
                            convolution.groups());
            String summed = shortcut == NONE ? text : "torch.add_(" + text + ", v" + shortcut + ")";
            return function == null ? summed : function(function, summed, "_");
        }
        String call = "ops.mkldnn._convolution_pointwise(v" + convolution.input();
        if (shortcut == NONE) {
            return "%s, %s, %s, %s, %s)".formatted(call, weight, bias, geometry(convolution), attribute(function));
        }
        boolean isFused = function == Operation.Function.RELU;
        // oneDNN adds to what is there; not in place, libtorch copies the shortcut first
        String overwritten = "ops.mkldnn._convolution_pointwise_(v%1$d, v%2$d".formatted(shortcut, convolution.input());
        String arrays = isLastRead(shortcut, array) ? overwritten : call + ", v" + shortcut;
        String text = "%s, %s, %s, %s, \"add\", 1., %s, annotate(List[Optional[number]], []), \"\")"
                .formatted(arrays, weight, bias, geometry(convolution), isFused ? "\"relu\"" : "None");
        return function == null || isFused ? text : function(function, text, "_");
    }

    /**
     * Whether all others have read that array before the sum behind a convolution is computed, so that the sum may take its place.
     * Images belong to the caller, and a flattened array is another view of the one before it.
     *
     * @param convolution the array that the convolution would make by itself; the sum stands behind it
     */
    private boolean isLastRead(int shortcut, int convolution) {
        if (shortcut == 0 || shortcut == graph.lastMap() || graph.maker(shortcut) instanceof Operation.Flattening) {
            return false;
        }
        int sum = reader(convolution);
        for (int reader = shortcut + 1; reader <= graph.logits(); reader++) {
            boolean isReader = reader != sum && graph.maker(reader).inputs().contains(shortcut);
            if (isReader && statement(reader) >= statement(sum)) {
                return false;
            }
        }
        return true;
    }

    /** The array whose statement computes that one, which is itself or takes it in. */
    private int statement(int array) {
        int statement = array;
        while (isMerged(statement)) {
            statement = reader(statement);
        }
        return statement;
    }

    /** The first array that is made of that one. */
    private int reader(int array) {
        int reader = array + 1;
        while (!graph.maker(reader).inputs().contains(array)) {
            reader++;
        }
        return reader;
    }

    /** oneDNN's name of a function, its numbers and its algorithm. */
    private static String attribute(Operation.@Nullable Function function) {
        if (function == null) {
            return "\"none\", annotate(List[Optional[number]], []), \"\"";
        }
        return switch (function) {
            case RELU -> "\"relu\", annotate(List[Optional[number]], []), \"\"";
            case RELU6 -> "\"hardtanh\", annotate(List[Optional[number]], [0., 6.]), \"\"";
            case SILU -> "\"swish\", annotate(List[Optional[number]], []), \"\"";
            case SIGMOID -> "\"sigmoid\", annotate(List[Optional[number]], []), \"\"";
        };
    }

    /** @param inPlace an underscore where the argument may be overwritten, nothing otherwise */
    private static String function(Operation.Function function, String argument, String inPlace) {
        return switch (function) {
            case RELU -> "torch.relu" + inPlace + "(" + argument + ")";
            case RELU6 -> "torch.hardtanh" + inPlace + "(" + argument + ", 0., 6.)";
            case SILU -> "torch.silu" + inPlace + "(" + argument + ")";
            case SIGMOID -> "torch.sigmoid" + inPlace + "(" + argument + ")";
        };
    }
}
