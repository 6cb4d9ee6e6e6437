package org.foldwise.learning.model;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.UnsafeByteOperations;
import java.util.Arrays;
import java.util.List;
import org.foldwise.learning.metrics.recalibration.ClassRecalibration;
import org.foldwise.learning.metrics.recalibration.LabelRecalibration;
import org.foldwise.learning.metrics.recalibration.Recalibration;
import org.foldwise.learning.network.InferenceGraph;
import org.foldwise.learning.network.Operation;
import org.foldwise.learning.network.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * An {@link InferenceGraph} in ONNX's words, or several whose probabilities are averaged. Arrays are called {@code a1}, {@code a2} and so
 * on, of several graphs behind {@code m0.}, {@code m1.} and so on, numbers after the array they make.
 */
final class OnnxGraph {
    static final String IMAGES = "images";
    static final String LOGITS = "logits";
    static final String PROBABILITIES = "probabilities";
    /** Over the last dimension, which is the operator's default. */
    static final String SOFTMAX = "Softmax";

    private static final String SCALED = "logits.scaled";
    private static final String MEAN = "mean";
    private static final String BATCH = "N";

    /** The least float32 whose logarithm is exact: probabilities below are as good as 0. */
    private static final float SMALLEST = Float.MIN_NORMAL;

    private final GraphProto.Builder proto = GraphProto.newBuilder();

    private OnnxGraph() {}

    /**
     * A network of an ensemble.
     *
     * @param scale by channel, to be multiplied with the ensemble's input; absent, like {@code shift}, where that is the network's own
     * @param shift by channel, to be added then
     */
    record Member(InferenceGraph graph, @Nullable Tensor scale, @Nullable Tensor shift) {}

    /**
     * The graph with the way from logits to probabilities.
     *
     * @param probabilities ONNX's name of the operation from logits to the network's probabilities
     * @param recalibration what becomes of these
     * @param outputs number of logits per image
     */
    static GraphProto of(
            InferenceGraph graph,
            String probabilities,
            Recalibration recalibration,
            int outputs,
            int height,
            int width) {
        OnnxGraph onnx = new OnnxGraph();
        onnx.begin(graph.inputChannels(), height, width);
        onnx.add(graph, IMAGES, LOGITS, "");
        onnx.addProbabilities(probabilities, recalibration, outputs);
        onnx.proto.addOutput(value(LOGITS, outputs)).addOutput(value(PROBABILITIES, outputs));
        return onnx.proto.build();
    }

    /** The same of networks whose probabilities are averaged, and recalibrated then. There are no logits of the mean. */
    static GraphProto ofMean(
            List<Member> members,
            String probabilities,
            Recalibration recalibration,
            int outputs,
            int height,
            int width) {
        OnnxGraph onnx = new OnnxGraph();
        onnx.begin(members.get(0).graph().inputChannels(), height, width);
        for (int i = 0; i < members.size(); i++) {
            String prefix = "m" + i + ".";
            Member member = members.get(i);
            onnx.add(member.graph(), onnx.input(member, prefix), prefix + LOGITS, prefix);
        }
        onnx.addMean(members.size(), probabilities, recalibration, outputs);
        onnx.proto.addOutput(value(PROBABILITIES, outputs));
        return onnx.proto.build();
    }

    private void begin(int channels, int height, int width) {
        proto.setName("classifier");
        proto.addInput(value(IMAGES, channels, height, width));
    }

    /** The images as a member takes them. */
    private String input(Member member, String prefix) {
        Tensor scale = member.scale();
        Tensor shift = member.shift();
        if (scale == null || shift == null) {
            return IMAGES;
        }
        String input = prefix + IMAGES;
        add("Mul", input + ".scaled", IMAGES, number(input + ".scale", perChannel(scale)));
        add("Add", input, input + ".scaled", number(input + ".shift", perChannel(shift)));
        return input;
    }

    private void add(InferenceGraph graph, String input, String logits, String prefix) {
        Names names = new Names(input, logits, prefix, graph.logits());
        for (int array = 1; array <= graph.logits(); array++) {
            add(names, array, graph.maker(array));
        }
    }

    /** What the arrays of a graph are called. */
    private record Names(String input, String logits, String prefix, int last) {
        String of(int array) {
            if (array == 0) {
                return input;
            }
            return array == last ? logits : prefix + "a" + array;
        }
    }

    private void addMean(int members, String operator, Recalibration recalibration, int outputs) {
        Object[] each = new Object[members];
        for (int i = 0; i < members; i++) {
            each[i] = "m" + i + "." + PROBABILITIES;
            add(operator, "m" + i + "." + PROBABILITIES, "m" + i + "." + LOGITS);
        }
        if (recalibration instanceof Recalibration.None) {
            add("Mean", PROBABILITIES, each);
            return;
        }
        add("Mean", MEAN, each);
        if (!isOfLogits(recalibration)) {
            addOfProbabilities(MEAN, recalibration, outputs);
            return;
        }
        if (operator.equals(SOFTMAX)) {
            // which a constant added to all logits leaves as it is
            addLogarithm(MEAN, MEAN, number(MEAN + ".smallest", scalar(SMALLEST)));
            addScaled(operator, MEAN + ".logarithm", maps(recalibration));
            return;
        }
        // of the complement a mean of its own: near 1 a float32 has few digits left for what is missing
        for (int i = 0; i < members; i++) {
            add("Neg", "m" + i + ".negated", "m" + i + "." + LOGITS);
            add(operator, "m" + i + ".complements", "m" + i + ".negated");
            each[i] = "m" + i + ".complements";
        }
        add("Mean", MEAN + ".complement", each);
        String smallest = number(MEAN + ".smallest", scalar(SMALLEST));
        addLogarithm(MEAN, MEAN, smallest);
        addLogarithm(MEAN + ".complement", MEAN + ".complement", smallest);
        add("Sub", MEAN + ".logit", MEAN + ".logarithm", MEAN + ".complement.logarithm");
        addScaled(operator, MEAN + ".logit", maps(recalibration));
    }

    private void addLogarithm(String input, String output, String smallest) {
        add("Max", output + ".positive", input, smallest);
        add("Log", output + ".logarithm", output + ".positive");
    }

    private void addProbabilities(String operator, Recalibration recalibration, int outputs) {
        if (recalibration instanceof Recalibration.None) {
            add(operator, PROBABILITIES, LOGITS);
        } else if (isOfLogits(recalibration)) {
            addScaled(operator, LOGITS, maps(recalibration));
        } else {
            String own = PROBABILITIES + ".network";
            add(operator, own, LOGITS);
            addOfProbabilities(own, recalibration, outputs);
        }
    }

    /** Whether logits are scaled and shifted, each by itself, before they become probabilities. */
    private static boolean isOfLogits(Recalibration recalibration) {
        return !(recalibration instanceof ClassRecalibration)
                && maps(recalibration).stream().noneMatch(Recalibration.Isotonic.class::isInstance);
    }

    /** The map of each output, or the one of all. */
    private static List<? extends Recalibration> maps(Recalibration recalibration) {
        if (recalibration instanceof ClassRecalibration ofClasses) {
            return ofClasses.classes();
        }
        return recalibration instanceof LabelRecalibration ofLabels ? ofLabels.labels() : List.of(recalibration);
    }

    private void addScaled(String operator, String logits, List<? extends Recalibration> maps) {
        boolean shifted = maps.stream().anyMatch(Recalibration.Platt.class::isInstance);
        float[] factors = new float[maps.size()];
        float[] shifts = new float[maps.size()];
        for (int k = 0; k < factors.length; k++) {
            factors[k] = 1;
            if (maps.get(k) instanceof Recalibration.Temperature temperature) {
                factors[k] = (float) (1 / temperature.temperature());
            } else if (maps.get(k) instanceof Recalibration.Platt platt) {
                factors[k] = (float) -platt.a();
                shifts[k] = (float) -platt.b();
            }
        }
        add("Mul", SCALED, logits, number(SCALED + ".factor", ofEach(factors)));
        if (shifted) {
            add("Add", SCALED + ".shifted", SCALED, number(SCALED + ".shift", ofEach(shifts)));
        }
        add(operator, PROBABILITIES, shifted ? SCALED + ".shifted" : SCALED);
    }

    private void addOfProbabilities(String input, Recalibration recalibration, int outputs) {
        if (recalibration instanceof Recalibration.Isotonic isotonic) {
            addPolyline(input, PROBABILITIES, isotonic.knots());
        } else if (recalibration instanceof LabelRecalibration) {
            addColumns(input, PROBABILITIES, maps(recalibration));
        } else {
            String mapped = PROBABILITIES + ".mapped";
            if (maps(recalibration).stream().allMatch(Recalibration.Platt.class::isInstance)) {
                addSigmoids(input, mapped, maps(recalibration));
            } else {
                addColumns(input, mapped, maps(recalibration));
            }
            addShares(mapped, outputs);
        }
    }

    /** Sigmoids of the logarithm of each class's odds against all others. */
    private void addSigmoids(String input, String output, List<? extends Recalibration> maps) {
        int outputs = maps.size();
        float[] others = new float[outputs * outputs];
        float[] factors = new float[outputs];
        float[] shifts = new float[outputs];
        for (int k = 0; k < outputs; k++) {
            Recalibration.Platt platt = (Recalibration.Platt) maps.get(k);
            factors[k] = (float) -platt.a();
            shifts[k] = (float) -platt.b();
            for (int other = 0; other < outputs; other++) {
                others[k * outputs + other] = k == other ? 0 : 1;
            }
        }
        String smallest = number(output + ".smallest", scalar((float) Math.ulp(1.0)));
        addLogarithm(input, output + ".own", smallest);
        add("MatMul", output + ".others", input, number(output + ".all.but.own", square(outputs, others)));
        addLogarithm(output + ".others", output + ".others", smallest);
        add("Sub", output + ".logit", output + ".own.logarithm", output + ".others.logarithm");
        add("Mul", output + ".scaled", output + ".logit", number(output + ".factor", row(factors)));
        add("Add", output + ".shifted", output + ".scaled", number(output + ".shift", row(shifts)));
        add("Sigmoid", output, output + ".shifted");
    }

    /** What is left of each output by its own map. */
    private void addColumns(String input, String output, List<? extends Recalibration> maps) {
        Object[] columns = new Object[maps.size() + 1];
        for (int k = 0; k < maps.size(); k++) {
            float[] only = new float[maps.size()];
            only[k] = 1;
            String column = output + "." + k;
            String own = column + ".own";
            add("MatMul", own, input, number(own + ".only", column(only)));
            if (maps.get(k) instanceof Recalibration.Isotonic isotonic) {
                addPolyline(own, column, isotonic.knots());
                columns[k] = column;
            } else {
                columns[k] = own;
            }
        }
        columns[maps.size()] = integer("axis", 1);
        add("Concat", output, columns);
    }

    /** Shares of the sum over the classes; all alike where that is 0. */
    private void addShares(String input, int outputs) {
        float[] ones = new float[outputs * outputs];
        Arrays.fill(ones, 1);
        String zero = number(input + ".zero", scalar(0));
        add("MatMul", input + ".sum", input, number(input + ".ones", square(outputs, ones)));
        add("Equal", input + ".nothing", input + ".sum", zero);
        add("Where", input + ".divisor", input + ".nothing", number(input + ".one", scalar(1)), input + ".sum");
        add("Div", input + ".share", input, input + ".divisor");
        add(
                "Where",
                PROBABILITIES,
                input + ".nothing",
                number(input + ".even", scalar(1.0f / outputs)),
                input + ".share");
    }

    /** The first output, and for each piece between two knots its slope times how much of the piece lies below the input. */
    private void addPolyline(String input, String output, List<Recalibration.Isotonic.Knot> knots) {
        int pieces = knots.size() - 1;
        float[] starts = new float[pieces];
        float[] widths = new float[pieces];
        float[] slopes = new float[pieces];
        for (int piece = 0; piece < pieces; piece++) {
            double width = knots.get(piece + 1).input() - knots.get(piece).input();
            starts[piece] = (float) knots.get(piece).input();
            widths[piece] = (float) width;
            slopes[piece] =
                    (float) ((knots.get(piece + 1).output() - knots.get(piece).output()) / width);
        }
        String first = number(output + ".first", scalar((float) knots.get(0).output()));
        String zero = number(output + ".zero", scalar(0));
        if (pieces == 0) {
            add("Mul", output + ".nothing", input, zero);
            add("Add", output, output + ".nothing", first);
            return;
        }
        add("Sub", output + ".beyond", input, number(output + ".starts", row(starts)));
        add("Max", output + ".above", output + ".beyond", zero);
        add("Min", output + ".covered", output + ".above", number(output + ".widths", row(widths)));
        add("MatMul", output + ".risen", output + ".covered", number(output + ".slopes", column(slopes)));
        add("Add", output, output + ".risen", first);
    }

    private static ValueInfoProto value(String name, long... sizes) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        shape.addDimBuilder().setDimParam(BATCH);
        for (long size : sizes) {
            shape.addDimBuilder().setDimValue(size);
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(TensorProto.DataType.FLOAT_VALUE)
                                .setShape(shape)))
                .build();
    }

    private void add(Names names, int array, Operation operation) {
        String output = names.of(array);
        if (operation instanceof Operation.Convolution convolution) {
            long padding = convolution.padding();
            add(
                    "Conv",
                    output,
                    names.of(convolution.input()),
                    number(output + ".weight", convolution.weight()),
                    number(output + ".bias", convolution.bias()),
                    integers("kernel_shape", convolution.kernel(), convolution.kernel()),
                    integers("strides", convolution.stride(), convolution.stride()),
                    integers("pads", padding, padding, padding, padding),
                    integer("group", convolution.groups()));
        } else if (operation instanceof Operation.ScaleShift map) {
            String scaled = output + ".scaled";
            add("Mul", scaled, names.of(map.input()), number(output + ".scale", perChannel(map.scale())));
            add("Add", output, scaled, number(output + ".shift", perChannel(map.shift())));
        } else if (operation instanceof Operation.Activation activation) {
            add(activation.function(), output, names.of(activation.input()));
        } else if (operation instanceof Operation.MaxPooling pooling) {
            long padding = pooling.padding();
            add(
                    "MaxPool",
                    output,
                    names.of(pooling.input()),
                    integers("kernel_shape", pooling.kernel(), pooling.kernel()),
                    integers("strides", pooling.stride(), pooling.stride()),
                    integers("pads", padding, padding, padding, padding));
        } else if (operation instanceof Operation.AveragePooling pooling) {
            add(
                    "AveragePool",
                    output,
                    names.of(pooling.input()),
                    integers("kernel_shape", pooling.kernel(), pooling.kernel()),
                    integers("strides", pooling.kernel(), pooling.kernel()));
        } else if (operation instanceof Operation.GlobalMean mean) {
            add("GlobalAveragePool", output, names.of(mean.input()));
        } else if (operation instanceof Operation.Flattening flattening) {
            add("Flatten", output, names.of(flattening.input()), integer("axis", 1));
        } else if (operation instanceof Operation.Sum sum) {
            add("Add", output, names.of(sum.left()), names.of(sum.right()));
        } else if (operation instanceof Operation.ChannelProduct product) {
            add("Mul", output, names.of(product.input()), names.of(product.factors()));
        } else if (operation instanceof Operation.Concatenation concatenation) {
            add(
                    "Concat",
                    output,
                    names.of(concatenation.first()),
                    names.of(concatenation.second()),
                    integer("axis", 1));
        } else if (operation instanceof Operation.Linear linear) {
            add(
                    "Gemm",
                    output,
                    names.of(linear.input()),
                    number(output + ".weight", linear.weight()),
                    number(output + ".bias", linear.bias()),
                    integer("transB", 1));
        } else {
            throw new IllegalStateException("ONNX has no word for " + operation);
        }
    }

    private void add(Operation.Function function, String output, String input) {
        switch (function) {
            case RELU -> add("Relu", output, input);
            case SIGMOID -> add("Sigmoid", output, input);
            case RELU6 ->
                add("Clip", output, input, number(output + ".min", scalar(0)), number(output + ".max", scalar(6)));
            case SILU -> {
                String gate = output + ".gate";
                add("Sigmoid", gate, input);
                add("Mul", output, input, gate);
            }
        }
    }

    /** @param parts names of inputs and {@link AttributeProto attributes}, in any order */
    private void add(String operator, String output, Object... parts) {
        NodeProto.Builder node = proto.addNodeBuilder().setOpType(operator).setName(output);
        for (Object part : parts) {
            if (part instanceof AttributeProto attribute) {
                node.addAttribute(attribute);
            } else {
                node.addInput((String) part);
            }
        }
        node.addOutput(output);
    }

    private static AttributeProto integer(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    private static AttributeProto integers(String name, long... values) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INTS)
                .addAllInts(Arrays.stream(values).boxed().toList())
                .build();
    }

    /** Adds numbers and returns their name. */
    private String number(String name, Tensor tensor) {
        proto.addInitializerBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                .addAllDims(tensor.shape())
                // no copy: a tensor never changes
                .setRawData(UnsafeByteOperations.unsafeWrap(tensor.bytes()));
        return name;
    }

    private static Tensor row(float[] values) {
        return Tensor.of(List.of(1L, (long) values.length), values);
    }

    private static Tensor column(float[] values) {
        return Tensor.of(List.of((long) values.length, 1L), values);
    }

    private static Tensor square(int size, float[] values) {
        return Tensor.of(List.of((long) size, (long) size), values);
    }

    /** A number for each output, in a shape that goes with N x outputs. */
    private static Tensor ofEach(float[] values) {
        return values.length == 1 ? scalar(values[0]) : row(values);
    }

    private static Tensor scalar(float value) {
        return Tensor.of(List.of(), new float[] {value});
    }

    /** C values as 1 x C x 1 x 1. */
    private static Tensor perChannel(Tensor values) {
        return Tensor.of(List.of(1L, (long) values.size(), 1L, 1L), values.floats());
    }
}
